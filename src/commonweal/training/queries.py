"""Reads of this room: about workers, so no permit; screens show a worker's own, the coordinator's all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from commonweal.agencies import queries as agencies
from commonweal.engines.triage import Protocol
from commonweal.kernel import clock
from commonweal.kernel.events import Event
from commonweal.kernel.prepared import Prepared
from commonweal.training.events import Certified, SeatGivenUp, SessionCancelled
from commonweal.training.models import Certificate, Course, Requirement, ScenarioRun, Session
from commonweal.training.scenarios import Scenario, scenario, scenarios, verdict

__all__ = [
    "Certificate",
    "Course",
    "Must",
    "Protocol",
    "Requirement",
    "Scenario",
    "ScenarioRun",
    "Session",
    "Standing",
    "scenario",
    "scenarios",
    "verdict",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """A worker's certificates on a day: held, lapsed though required, and what that closes; last days."""

    held: frozenset[str]
    lapsed: frozenset[str]
    closing: frozenset[str]
    narrowing: frozenset[str]
    ended: Mapping[str, date] = field(default_factory=dict)

    @property
    def may_be_sent(self) -> bool:
        """Whether no lapse closes dispatch for the role."""
        return not self.closing


class Must(NamedTuple):
    """What one role must hold, and what its lapse does."""

    role: str
    certificate: str
    closes_dispatch: bool
    narrows_sight: bool
    grace_days: int


_REQUIRED = Prepared(lambda: Requirement.objects.values_list(*Must._fields))
_NAMED = Prepared(lambda: Course.objects.values_list("certificate", "title_en", "title_es"))
_HELD = Prepared(
    lambda accounts: Certificate.objects.filter(account__in=accounts, withdrawn_at__isnull=True).values_list(
        "account", "kind", "valid_from", "valid_until"
    ),
    lists=["accounts"],
)


def standing_of(accounts: Iterable[UUID], on: date | None = None) -> dict[UUID, Standing]:
    """Standing of workers on a day (today unless given), in three statements."""
    wanted = list(accounts)
    roles = dict(agencies.accounts().filter(id__in=wanted).values_list("id", "role"))
    return standings({account: roles.get(account, "") for account in wanted}, on)


def demands() -> list[Must]:
    """What every role must hold, as plain values."""
    return list(map(Must._make, _REQUIRED.rows()))


def standings(
    roles: Mapping[UUID, str], on: date | None = None, demanded: Sequence[Must] | None = None
) -> dict[UUID, Standing]:
    """The same for workers whose roles are known; `demanded` where the demands were read already."""
    day, required = on or clock.today(), defaultdict[str, list[Must]](list)
    for must in demands() if demanded is None else demanded:
        required[must.role].append(must)
    until: dict[UUID, dict[str, date]] = defaultdict(dict)
    for account, kind, first, last in _HELD.rows(accounts=roles):
        if first <= day:
            until[account][kind] = max(last, until[account].get(kind, last))
    return {account: _standing(until[account], required[role], day) for account, role in roles.items()}


def _standing(until: dict[str, date], required: Sequence[Must], day: date) -> Standing:
    held = frozenset(kind for kind, last in until.items() if last >= day)
    late = [
        r
        for r in required
        if r.certificate not in held
        and not (r.certificate in until and day <= until[r.certificate] + timedelta(days=r.grace_days))
    ]
    return Standing(
        held,
        frozenset(r.certificate for r in late),
        frozenset(r.certificate for r in late if r.closes_dispatch),
        frozenset(r.certificate for r in late if r.narrows_sight),
        {kind: last for kind, last in until.items() if last < day},
    )


def requirements(role: str | None = None) -> QuerySet[Requirement]:
    """What roles must hold, by role."""
    found = Requirement.objects.order_by("role", "certificate")
    return found.filter(role=role) if role else found


def certificate_names(language: str) -> dict[str, str]:
    """Certificates by the title of the course that earns them, in English or Spanish."""
    spanish = language.split("-")[0] == "es"
    return {code: (es if spanish and es else en) for code, en, es in _NAMED.rows()}


def courses() -> QuerySet[Course]:
    """Courses by code."""
    return Course.objects.order_by("code")


def sessions(*, coming_only: bool = True) -> QuerySet[Session]:
    """Sessions with their course and attendances, soonest first."""
    found = Session.objects.select_related("course").prefetch_related("attendances").order_by("starts")
    return (
        found.filter(starts__gte=clock.now() - timedelta(days=1), state="planned") if coming_only else found
    )


def recent_sessions(days: int = 90) -> QuerySet[Session]:
    """Sessions of the last days, latest first: held, or waiting for somebody to say who was there."""
    began = (clock.now() - timedelta(days=days), clock.now())
    return sessions(coming_only=False).filter(starts__range=began).order_by("-starts")


def attended(session: UUID) -> list[UUID]:
    """Who is marked as having been at a session."""
    found = Session.objects.filter(id=session, attendances__state="attended")
    return list(found.values_list("attendances__account", flat=True))


def seated(session: UUID) -> list[UUID]:
    """Who has a seat in a session, whether they came or not."""
    found = Session.objects.filter(id=session, attendances__isnull=False)
    return list(found.values_list("attendances__account", flat=True))


def hearers(event: Event) -> tuple[str, list[UUID]]:
    """The kind of notice that an event of this room is worth, and to whom; nobody where it is worth none.

    Who gave up their own seat knows; a certificate that was given shows on their page.
    """
    if isinstance(event, SessionCancelled):
        return "session_cancelled", seated(event.session)
    if isinstance(event, SeatGivenUp) and not event.own:
        return "seat_taken_back", [event.account]
    if isinstance(event, Certified) and event.withdrawn:
        return "certificate_withdrawn", [event.account]
    return "", []


def cancelled_for(account: UUID) -> list[Session]:
    """Coming sessions in which a worker had a seat and that will not be held, soonest first."""
    mine = sessions(coming_only=False).filter(state="cancelled", attendances__account=account)
    return list(mine.filter(starts__gte=clock.now()))


def certificates(account: UUID) -> QuerySet[Certificate]:
    """A worker's certificates, latest end first."""
    return Certificate.objects.filter(account=account).order_by("-valid_until")


def withdrawn(account: UUID) -> QuerySet[Certificate]:
    """A worker's certificates that were ended before their day, latest first."""
    ended = Certificate.objects.filter(account=account, withdrawn_at__isnull=False)
    return ended.order_by("-withdrawn_at")


def due_within(days: int) -> QuerySet[Certificate]:
    """Certificates that end within so many days, soonest first."""
    today = clock.today()
    span = (today, today + timedelta(days=days))
    return Certificate.objects.filter(valid_until__range=span, withdrawn_at__isnull=True).order_by(
        "valid_until"
    )


def runs(account: UUID | None = None) -> QuerySet[ScenarioRun]:
    """Scenario runs, newest first; of one worker where given."""
    found = ScenarioRun.objects.order_by("-created_at")
    return found.filter(account=account) if account else found
