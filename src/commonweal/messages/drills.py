"""Communication tests: everybody on duty is asked to confirm; who did, how soon, by which way, over time."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import events
from commonweal.messages.leaving import plan, reachable
from commonweal.messages.models import Drill, DrillAsked
from commonweal.messages.notifying import CHANNELS
from commonweal.messages.ringing import rung
from commonweal.sharing import queries as sharing

__all__ = [
    "BELL", "Figure", "confirm_drill", "drill", "drills", "drills_asked", "figure", "figure_by",
    "repeat_drills", "start_drill", "stop_repeating",
]  # fmt: skip
BELL = "bell"  # the product's own bell: every test goes there
MONTH = timedelta(days=30)
LATER = timedelta(hours=1)  # when a monthly test is tried again that found nobody on duty


@transaction.atomic
def start_drill(
    *, by: Actor, agencies_: Collection[UUID] = (), teams: Collection[UUID] = (),
    channels: Collection[str] = (), within: int = 15, monthly: bool = False,
) -> Drill:  # fmt: skip
    """Ask everybody on duty now at these agencies and teams to confirm, in the bell and by these ways.

    For supervisors, at their own agency and those that an agreement binds to it. Invalid names what cannot be
    used, and where nobody is on duty; NotFound for anybody else.
    """
    if by.agency is None or not by.may("supervise"):
        raise NotFound("test")
    _check(by, agencies_, teams, channels, within)
    people = _on_duty(agencies_, teams)
    if not people:
        raise Invalid("teams", "", "Nobody is on duty there now: choose others, or wait for a shift.")
    made = Drill.objects.create(
        agency=by.agency, by=by.id, agencies=sorted(map(str, agencies_)), teams=sorted(map(str, teams)),
        channels=[one for one in CHANNELS if one in channels], within=within,
        ends_at=clock.now() + timedelta(minutes=within), again_at=clock.now() + MONTH if monthly else None,
    )  # fmt: skip
    _ask(by, made, people)
    return made


def _check(
    by: Actor, at: Collection[UUID], teams: Collection[UUID], channels: Collection[str], within: int
) -> None:
    bound = sharing.bound_with(by.agency)
    homes = {one.id: one.agency_id for one in agencies.teams()}
    if not at and not teams:
        raise Invalid("teams", "", "Choose at least one team or agency.")
    if set(at) - bound:
        raise Invalid("agencies", "", "Choose your own agency or one that an agreement binds to it.")
    if any(homes.get(one) not in bound for one in teams):
        raise Invalid("teams", "", "Choose teams of your own agency or of one that an agreement binds to it.")
    if wrong := sorted(set(channels) - set(CHANNELS)):
        raise Invalid("channel", wrong[0], f"Use one of: {', '.join(CHANNELS)}.")
    if not 1 <= within <= 240:
        raise Invalid("within", within, "Give minutes, from 1 to 240.")


def _on_duty(at: Collection[UUID], teams: Collection[UUID]) -> list[agencies.OnDuty]:
    here = agencies.present()
    team_of = dict(agencies.active([one.account for one in here]).values_list("id", "team_id"))
    return [one for one in here if one.agency in at or (team_of.get(one.account) in teams)]


def _ask(by: Actor, made: Drill, people: Sequence[agencies.OnDuty]) -> None:
    ways = reachable([one.account for one in people])
    DrillAsked.objects.bulk_create(
        DrillAsked(
            drill=made, account=one.account, agency=one.agency,
            channels=[BELL, *(way for way in made.channels if way in ways.get(one.account, ()))],
        )
        for one in people
    )  # fmt: skip
    lines = rung(
        by=by, accounts=[one.account for one in people], kind="drill", about=Subject("drill", made.id),
        link=f"/drills/{made.id}/",
    )  # fmt: skip
    plan(lines, ways=made.channels)
    journal.write(by=by, event=events.DrillStarted(drill=made.id, asked=len(people)))


@transaction.atomic
def confirm_drill(*, by: Actor, drill: UUID) -> DrillAsked:
    """The actor confirms; a second time changes nothing. NotFound for whoever was not asked."""
    row = DrillAsked.objects.select_for_update().filter(drill=drill, account=by.id).first()
    if row is None:
        raise NotFound("test")
    if row.confirmed_at is None:
        row.confirmed_at = clock.now()
        row.save(update_fields=["confirmed_at"])
        journal.write(by=by, event=events.DrillConfirmed(drill=drill))
    return row


@transaction.atomic
def stop_repeating(*, by: Actor, drill: UUID) -> Drill:
    """The test is not held again by itself. NotFound at another agency."""
    found = Drill.objects.select_for_update().filter(id=drill).first()
    if found is None or found.agency != by.agency or not by.may("supervise"):
        raise NotFound("test")
    found.again_at = None
    found.save(update_fields=["again_at"])
    journal.write(by=by, event=events.DrillStopped(drill=drill))
    return found


@transaction.atomic
def repeat_drills(*, by: Actor) -> int:
    """Hold again, once each, the tests whose month is over; where nobody is on duty, an hour later."""
    due = Drill.objects.select_for_update().filter(again_at__lte=clock.now())
    for one in due:
        at, teams = [UUID(x) for x in one.agencies], [UUID(x) for x in one.teams]
        people = [p for p in _on_duty(at, teams) if p.agency in sharing.bound_with(one.agency)]
        one.again_at = None if people else clock.now() + LATER
        one.save(update_fields=["again_at"])
        if people:
            made = Drill.objects.create(
                agency=one.agency, by=one.by, agencies=one.agencies, teams=one.teams, channels=one.channels,
                within=one.within, ends_at=clock.now() + timedelta(minutes=one.within),
                again_at=clock.now() + MONTH, follows=one,
            )  # fmt: skip
            _ask(by, made, people)
    return len(due)


@dataclass(frozen=True, slots=True)
class Figure:
    """How a test went: of `asked`, how many confirmed `in_time` or `late`, and how soon."""

    asked: int
    in_time: int
    late: int
    minutes: float | None  # the median of those who confirmed in time

    @property
    def rate(self) -> float:
        """The share that confirmed in time, 0 to 1."""
        return self.in_time / self.asked if self.asked else 0.0

    @property
    def silent(self) -> int:
        """How many have not confirmed."""
        return self.asked - self.in_time - self.late


def figure(found: Drill, rows: Iterable[DrillAsked] | None = None) -> Figure:
    """The figures of one test, or of some of those whom it asked."""
    asked = list(found.asked.all() if rows is None else rows)
    moments: list[datetime] = [row.confirmed_at for row in asked if row.confirmed_at]
    soon = [(one - found.created_at) / timedelta(minutes=1) for one in moments if one <= found.ends_at]
    return Figure(len(asked), len(soon), len(moments) - len(soon), median(soon) if soon else None)


def figure_by(found: Drill) -> tuple[dict[UUID, Figure], dict[str, Figure]]:
    """The same by agency and by way; whoever was reached by several ways counts under each."""
    rows = list(found.asked.all())
    homes = sorted({row.agency for row in rows})
    ways = [way for way in (BELL, *CHANNELS) if any(way in row.channels for row in rows)]
    return (
        {home: figure(found, [row for row in rows if row.agency == home]) for home in homes},
        {way: figure(found, [row for row in rows if way in row.channels]) for way in ways},
    )


def drills(by: Actor) -> QuerySet[Drill]:
    """Tests of the actor's own agency, the newest first; none for whoever does not supervise."""
    is_open = by.agency is not None and by.may("supervise")
    mine = Drill.objects.filter(agency=by.agency or UUID(int=0)) if is_open else Drill.objects.none()
    return mine.prefetch_related("asked").order_by("-created_at")


def drill(by: Actor, drill_id: UUID) -> Drill:
    """A test of the own agency for its supervisors, or one that asks the actor; else NotFound."""
    found = drills(by).filter(id=drill_id).first()
    if found is None:
        found = Drill.objects.filter(id=drill_id, asked__account=by.id).first()
    if found is None:
        raise NotFound("test")
    return found


def drills_asked(by: Actor) -> QuerySet[DrillAsked]:
    """Tests that ask the actor, the newest first."""
    return DrillAsked.objects.filter(account=by.id).select_related("drill").order_by("-created_at")
