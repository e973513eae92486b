"""Check-ins after support: what is due to a worker, and what came of those of one case."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from commonweal.agencies import queries as agencies
from commonweal.cases.models import Aftercare, Checkup
from commonweal.engines.disclosure import Permit
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """One check-in by opaque ids; `answers` is empty where the plan's notes are not permitted."""

    id: UUID
    case: UUID
    person: UUID
    days: int
    due: date
    tries: int
    tried_at: datetime | None
    outcome: str
    at: datetime | None
    answers: dict[str, str]
    said: str = ""
    way: str = ""

    @property
    def is_due(self) -> bool:
        """Whether its day has come and nobody has settled it."""
        return not self.outcome and self.due <= clock.today()

    @property
    def days_late(self) -> int:
        """Days since its day; 0 where that is to come."""
        return max(0, (clock.today() - self.due).days)


@dataclass(frozen=True, slots=True)
class Agreed:
    """That the person agreed, when and to whom; `why` is a code once it ended."""

    agreed_at: datetime
    by: str
    account: UUID | None
    who: str
    way: str
    ended_at: datetime | None
    why: str
    asked: tuple[Asked, ...]


def checkups_due(by: Actor) -> list[Asked]:
    """Check-ins whose day has come and that are this worker's to make, longest due first.

    Those of a worker who left are any case manager's of the agency.
    """
    if by.agency is None or not by.may("work_cases"):
        return []
    theirs = Q(aftercare__account=UUID(by.id))
    if by.role == "case_manager":
        free = Q(aftercare__account__isnull=True)
        free |= ~Q(aftercare__account__in=agencies.able_to("work_cases", by.agency))
        theirs |= free & Q(case__agency=by.agency)
    rows = Checkup.objects.filter(
        theirs, outcome="", aftercare__ended_at__isnull=True, due__lte=clock.today()
    )
    return [_asked(row, None) for row in rows.select_related("aftercare", "case").order_by("due", "id")]


def own_checkups(by: Actor, *, since: date, until: date) -> list[Asked]:
    """Check-ins that were given to this very worker and are not settled, of these days, next first."""
    rows = Checkup.objects.filter(
        aftercare__account=UUID(by.id), aftercare__ended_at=None, outcome="", due__range=(since, until)
    )
    return [_asked(row, None) for row in rows.select_related("aftercare", "case").order_by("due", "id")]


def aftercare(case: UUID, *, permit: Permit | None) -> Agreed | None:
    """What was agreed on a case and what came of it; None where nothing was. Answers only with the permit."""
    said = Aftercare.objects.filter(case=case).first()
    if said is None:
        return None
    names = agencies.names([said.by, str(said.account)])
    rows = said.checkups.select_related("aftercare", "case").order_by("due", "created_at")
    return Agreed(
        said.agreed_at, names[said.by], said.account, names[str(said.account)] if said.account else "",
        said.way, said.ended_at, said.why, tuple(_asked(row, permit) for row in rows),
    )  # fmt: skip


def _asked(row: Checkup, permit: Permit | None) -> Asked:
    case = row.case
    is_open = permit is not None and "plan_notes" in permit.fields
    return Asked(
        row.id, case.id, case.person_id, row.days, row.due, row.tries, row.tried_at, row.outcome, row.at,
        dict(row.answers) if is_open else {}, row.said if is_open else "", row.aftercare.way,
    )  # fmt: skip
