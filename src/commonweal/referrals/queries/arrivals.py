"""Who is on the way, who waits at the door and since when; by referral, nobody's name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from commonweal.directory import queries as places
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.referrals import states
from commonweal.referrals.models import Arrival
from commonweal.referrals.queries.row import Row
from commonweal.referrals.queries.rows import inbox, parties_of

TARGET = timedelta(minutes=30)  # a warm hand-off, domain.md section 3
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Coming:
    """Where the way to the door stands: `hold` where a place was held, the two times of the hand-off."""

    hold: places.Held | None = None
    arrived_at: datetime | None = None
    handed_off_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """At the door, and nobody has taken over."""
        return self.arrived_at is not None and self.handed_off_at is None

    @property
    def minutes(self) -> int:
        """Minutes from the door to the hand-off, or until now."""
        if self.arrived_at is None:
            return 0
        return int(((self.handed_off_at or clock.now()) - self.arrived_at).total_seconds() // 60)

    @property
    def is_long(self) -> bool:
        """Longer than a warm hand-off may take."""
        return self.minutes > TARGET.total_seconds() / 60


def comings(referrals: Iterable[UUID]) -> dict[UUID, Coming]:
    """By referral, for all that are asked for."""
    wanted = list(referrals)
    holds = places.holds_of(wanted)
    at = {a.referral_id: a for a in Arrival.objects.filter(referral__in=wanted)}
    return {
        one: Coming(
            hold=next(reversed(holds.get(one, [])), None),
            arrived_at=at[one].arrived_at if one in at else None,
            handed_off_at=at[one].handed_off_at if one in at else None,
        )
        for one in wanted
    }


def coming(by: Actor, row: Row) -> Coming:
    """The same of one referral, for a party to it who may be told; an empty one to everyone else."""
    is_told = not row.is_withheld and parties_of(by, row.id)
    return comings([row.id])[row.id] if is_told else Coming()


def at_the_door(by: Actor) -> Sequence[tuple[Row, Coming]]:
    """People who wait to be handed over or for whom a place is held, at the actor's agency: longest first."""
    rows = [row for name in ("waiting", "current") for row in inbox(by, name)[0:200]]
    found = comings(row.id for row in rows)
    live = [(row, found[row.id]) for row in rows if _is_live(row, found[row.id])]
    return sorted(live, key=_urgency)[:SHOWN]


def _is_live(row: Row, way: Coming) -> bool:
    held = way.hold is not None and way.hold.stands
    return way.waits and row.state not in states.ENDS or held


def _urgency(one: tuple[Row, Coming]) -> tuple[bool, datetime]:
    _row, way = one
    return (not way.waits, way.arrived_at or (way.hold.until if way.hold else clock.now()))


def hand_off_minutes(agency: UUID, since: datetime) -> tuple[int, float | None]:
    """How many hand-offs at an agency ended since, and their median minutes; None where there was none."""
    ended = Arrival.objects.filter(referral__to_agency=agency, handed_off_at__gte=since)
    took = [
        (end - begin).total_seconds() / 60
        for begin, end in ended.values_list("arrived_at", "handed_off_at")
        if end is not None
    ]
    return len(took), median(took) if took else None
