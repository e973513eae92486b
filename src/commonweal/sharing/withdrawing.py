"""Who may take a consent back for a person, and which consents a worker may be shown.

The law gives the right in writing (42 CFR 2.31(a)(6), 45 CFR 164.508(b)(5)); a spoken word is honoured as
well, since a withdrawal only narrows. What a worker is not told of (treatment for alcohol or drugs, victim
services) is not listed to them (42 CFR 2.13(c), 34 USC 12291(b)(2)); they take back everything without
learning what there was.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.people import queries as people
from commonweal.sharing.models import Consent, Holding, Tie
from commonweal.sharing.references import UNSPOKEN

FOLLOW_UP = timedelta(hours=72)
SILENT_FORMS = ("part2", "vawa")


def is_own(by: Actor, person: UUID) -> bool:
    """Whether the account belongs to the person, under any id they had."""
    return by.person is not None and by.person in people.circle(person)


def is_with(by: Actor, person: UUID) -> bool:
    """Whether the worker cares for the person or is, or was within three days, on an incident with them."""
    account = _account(by)
    if account is None:
        return False
    circle = people.circle(person)
    held = Holding.objects.filter(person__in=circle).values_list("subject", "call")
    anchors = {*circle, *(one for pair in held for one in pair if one)}
    bound = Q(account=account)
    if by.agency is not None:
        bound |= Q(agency_id=by.agency, role__in=[by.role, by.policy_role])
    latest = Q(until__isnull=True) | Q(until__gt=clock.now() - FOLLOW_UP, relation="incident")
    alive = latest | Q(until__gt=clock.now())
    ties = Tie.objects.filter(alive, bound, relation__in=("care", "incident"), subject__in=anchors)
    return ties.exists()


def may_withdraw(by: Actor, consent: Consent) -> bool:
    """The person, whoever recorded it, a worker who is with the person, the privacy officer, the product."""
    if by.role == "system" or is_own(by, consent.person_id) or by.may("keep_trust"):
        return True
    return consent.recorded_by == by.id or is_with(by, consent.person_id)


def may_withdraw_all(by: Actor, person: UUID) -> bool:
    """The person themselves, a worker who is with them, or the privacy officer."""
    return is_own(by, person) or by.may("keep_trust") or is_with(by, person)


def shown_to(by: Actor, person: UUID) -> list[Consent]:
    """A person's consents that this actor may know of, under every id they had, newest first."""
    found = Consent.objects.filter(person__in=people.circle(person)).select_related("discloser")
    rows = list(found.order_by("-created_at"))
    return rows if is_own(by, person) else [row for row in rows if _may_know(by, row)]


def consent(one: UUID) -> Consent:
    """A consent by its id, withdrawn or not, for handlers that tell of it; NotFound otherwise."""
    found = Consent.objects.filter(id=one).first()
    if found is None:
        raise NotFound("consent")
    return found


def withdrawn_from(agency: UUID | None, person: UUID, since: datetime) -> datetime | None:
    """When the person last took back a consent that named the agency, after a moment; None otherwise."""
    rows = Consent.objects.filter(person__in=people.circle(person), revoked_at__gt=since)
    ends = [row.revoked_at for row in rows if row.revoked_at and str(agency) in row.recipients]
    return max(ends, default=None)


def _may_know(by: Actor, row: Consent) -> bool:
    """Whoever recorded it and the agencies it names know of it; a silent one nobody else does."""
    if row.recorded_by == by.id or str(by.agency) in row.recipients:
        return True
    if row.discloser is not None and row.discloser_id == by.agency:
        return True
    origin = row.discloser.source_program if row.discloser else ""
    is_silent = row.form in SILENT_FORMS or "sud_record" in row.categories or origin in UNSPOKEN
    return not is_silent


def _account(by: Actor) -> UUID | None:
    try:
        return UUID(by.id)
    except ValueError:
        return None
