"""Training: the own standing, sessions; for coordinators what roles need and who lacks it."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from commonweal.agencies import queries as agencies
from commonweal.api.entry import Number, Size, actor_of, page_of
from commonweal.training import actions, queries

router = Router(tags=["training"])


class Standing(Schema):
    """Certificates held and lapsed; whether the lapse closes dispatch."""

    held: list[str]
    lapsed: list[str]
    may_be_sent: bool


class SessionRow(Schema):
    """A coming session with the seats still free."""

    id: UUID
    course: str
    certificate: str
    starts: datetime
    place: str
    seats_free: int


class RequirementOut(Schema):
    """What a role must hold, and what its lapse closes."""

    role: str
    certificate: str
    closes_dispatch: bool
    narrows_sight: bool
    grace_days: int


class Lapse(Schema):
    """A worker who lacks what the role must hold; `ended` by certificate where there was one."""

    account: UUID
    role: str
    lapsed: list[str]
    ended: dict[str, date]
    may_be_sent: bool


def _session(row: queries.Session) -> SessionRow:
    free = max(0, row.seats - len(row.attendances.all()))
    return SessionRow(
        id=row.id, course=row.course.title_en, certificate=row.course.certificate, starts=row.starts,
        place=row.place, seats_free=free,
    )  # fmt: skip


@router.get("/standing", response=Standing, summary="The worker's own standing")
def standing(request: HttpRequest) -> Standing:
    """Needs the scope `learn`."""
    account = UUID(actor_of(request, "learn").id)
    found = queries.standing_of([account])[account]
    return Standing(held=sorted(found.held), lapsed=sorted(found.lapsed), may_be_sent=found.may_be_sent)


@router.get("/sessions", response=list[SessionRow], summary="Coming sessions, soonest first")
def sessions(
    request: HttpRequest, response: HttpResponse, page: Number = 1, limit: Size = 50
) -> list[SessionRow]:
    """Needs the scope `learn` or `train`."""
    actor_of(request, "learn", "train")
    return [_session(row) for row in page_of(request, response, queries.sessions(), page, limit)]


@router.post("/sessions/{uuid:session}/enrol", response={204: None}, summary="Take a seat")
def enrol(request: HttpRequest, session: UUID) -> tuple[int, None]:
    """Scope learn: for oneself. 409 where it is full; enrolling twice changes nothing."""
    by = actor_of(request, "learn")
    actions.enrol(by=by, session=session, account=UUID(by.id))
    return 204, None


@router.delete("/sessions/{uuid:session}/enrol", response={204: None}, summary="Give up one's seat")
def give_up(request: HttpRequest, session: UUID) -> tuple[int, None]:
    """Scope learn: one's own seat. 409 once the session has begun; without a seat nothing changes."""
    by = actor_of(request, "learn")
    actions.give_up_seat(by=by, session=session, account=UUID(by.id))
    return 204, None


@router.get("/requirements", response=list[RequirementOut], summary="What each role must hold")
def requirements(request: HttpRequest, role: str = "") -> list[RequirementOut]:
    """Needs the scope `learn` or `train`."""
    actor_of(request, "learn", "train")
    return [
        RequirementOut(**{name: getattr(row, name) for name in RequirementOut.model_fields})
        for row in queries.requirements(role or None)
    ]


@router.get("/lapses", response=list[Lapse], summary="Who lacks what, and what that closes")
def lapses(request: HttpRequest, response: HttpResponse, page: Number = 1, limit: Size = 50) -> list[Lapse]:
    """Scope train: workers by opaque id."""
    actor_of(request, "train")
    roles = dict(agencies.accounts().filter(is_active=True).values_list("id", "role"))
    found = queries.standing_of(roles)
    late = [(account, one) for account, one in found.items() if one.lapsed]
    return [
        Lapse(
            account=account, role=roles[account], lapsed=sorted(one.lapsed), ended=dict(one.ended),
            may_be_sent=one.may_be_sent,
        )
        for account, one in page_of(request, response, late, page, limit)
    ]  # fmt: skip
