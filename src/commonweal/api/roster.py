"""The roster: which unit is on duty when, with whom. Names no one helped."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from commonweal.agencies import actions, queries
from commonweal.api.entry import Day, actor_of
from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound

router = Router(tags=["roster"])
KEEPERS = ("supervise", "administer")
MOST_DAYS = 31


class ShiftOut(Schema):
    """A unit on duty from `starts` to `ends` with its crew, by account."""

    id: UUID
    unit: UUID
    call_sign: str
    starts: datetime
    ends: datetime
    crew: list[UUID]


class ShiftIn(Schema):
    """A unit to put on duty. The same unit and start replaces what stands."""

    unit: UUID
    starts: AwareDatetime
    ends: AwareDatetime
    crew: list[UUID] = Field(min_length=1, max_length=12)


class Week(Schema):
    """The first of the seven days that are to stand as the seven before them."""

    first: Day


class CopiedOut(Schema):
    """How many shifts were set, and which were left out, with why."""

    done: int
    left: list[str]


def _shift(one: queries.Shift) -> dict[str, object]:
    return {
        "id": one.id, "unit": one.unit_id, "call_sign": one.unit.call_sign, "starts": one.starts,
        "ends": one.ends, "crew": sorted(member.id for member in one.crew.all()),
    }  # fmt: skip


def _within(field: str, day: date) -> None:
    if not 1980 <= day.year <= 2100:
        raise Invalid(field, day, "Choose a day from 1980 to 2100.")


@router.get("/shifts", response=list[ShiftOut], summary="Shifts of some days")
def shifts(request: HttpRequest, first: Day, days: int = 1) -> list[dict[str, object]]:
    """Scope supervise or administer: shifts that overlap `days` days (31 at most) from `first`, by start."""
    by = actor_of(request, *KEEPERS)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("days", days, "Give a number of days from 1 to %(most)d.", most=MOST_DAYS)
    _within("first", first)
    span = clock.begin(first), clock.begin(first + timedelta(days=days))
    return [_shift(one) for one in queries.shifts_between(*span).filter(unit__in=calls.rosterable(by))]


@router.post("/shifts", response=ShiftOut, summary="Put a unit on duty")
def put(request: HttpRequest, body: ShiftIn) -> dict[str, object]:
    """Scope supervise or administer. Refused where the unit or one of its crew would be at two places."""
    by = actor_of(request, *KEEPERS)
    if not calls.rosterable(by).filter(id=body.unit).exists():
        raise Invalid("unit", body.unit, "Choose a unit of the list.")
    if unknown := set(body.crew) - {one.id for one in calls.crewable(by)}:
        raise Invalid("crew", sorted(unknown)[0], "Choose workers of the list.")
    kept = actions.set_shift(by=by, unit=body.unit, starts=body.starts, ends=body.ends, crew=body.crew)
    return _shift(kept)


@router.delete("/shifts/{uuid:shift}", response={204: None}, summary="Take a unit off duty")
def off(request: HttpRequest, shift: UUID) -> tuple[int, None]:
    """Scope supervise or administer. Conflict where a litigation hold keeps those days."""
    by, found = actor_of(request, *KEEPERS), queries.shift(shift)
    if found is None or not calls.rosterable(by).filter(id=found.unit_id).exists():
        raise NotFound("shift")
    actions.clear_shift(by=by, shift=shift)
    return 204, None


@router.post("/copy", response=CopiedOut, summary="Copy the week before")
def copy(request: HttpRequest, body: Week) -> dict[str, object]:
    """Scope supervise or administer. At the same time of day; what stands already stays."""
    by = actor_of(request, *KEEPERS)
    _within("first", body.first)
    units = [unit.id for unit in calls.rosterable(by)]
    copied = actions.copy_week(by=by, first=body.first, units=units)
    return {"done": copied.done, "left": [f"{sign}: {why}" for sign, why in copied.left]}
