"""Who hears of a worker in need: those who can send help or stand beside, not every centre of the county."""

from dataclasses import dataclass
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls.models import Assignment, Call
from commonweal.kernel.actors import Actor
from commonweal.messages.queries import Duress


@dataclass(frozen=True, slots=True)
class Hearers:
    """Accounts that a silent alarm reaches: who answers for the worker, and who is on the same call now.

    The worker is in neither: the phone may be in other hands.
    """

    supervisors: frozenset[UUID]
    crews: frozenset[UUID]


def hearers(alarm: Duress) -> Hearers:
    """Supervisors of the worker's agency, the unit's, and the centre that sent them; crews of the call."""
    supervisors = supervisors_near(alarm.unit, alarm.call, alarm.account) - {alarm.account}
    aboard = Assignment.objects.filter(call=alarm.call, cleared__isnull=True).values_list("crew", flat=True)
    crews = {UUID(account) for crew in aboard for account in crew} if alarm.call else set()
    return Hearers(supervisors, frozenset(crews - {alarm.account} - supervisors))


def hears(by: Actor, alarm: Duress) -> bool:
    """Whether this actor answers for the worker who raised the alarm."""
    return by.may("supervise") and UUID(by.id) in hearers(alarm).supervisors


def supervisors_near(unit: UUID | None, call: UUID | None, account: UUID | None = None) -> frozenset[UUID]:
    """Supervisors at the places near it (`places_near`).

    Where none of these has a supervisor, those of every centre: a call for help reaches somebody.
    """
    near = [agencies.able_to("supervise", place) for place in places_near(unit, call, account)]
    return frozenset[UUID]().union(*near) or agencies.holding("supervisor")


def places_near(unit: UUID | None, call: UUID | None, account: UUID | None = None) -> frozenset[UUID]:
    """The unit's agency, the account's, and the centre of the call, or of the unit's last one."""
    places = {
        _centre(unit, call),
        *agencies.units().filter(id__in=[unit] if unit else []).values_list("agency", flat=True),
        *agencies.accounts().filter(id__in=[account] if account else []).values_list("agency", flat=True),
    }
    return frozenset(place for place in places if place is not None)


def _centre(unit: UUID | None, call: UUID | None) -> UUID | None:
    if call is not None:
        return Call.objects.filter(id=call).values_list("agency_id", flat=True).first()
    sent = Assignment.objects.filter(unit=unit).order_by("-dispatched") if unit else Assignment.objects.none()
    return sent.values_list("call__agency_id", flat=True).first()
