"""A deployment plan: units, their homes, weekly shifts and cost. Weeks start on Monday, midnight local."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from commonweal.engines.numerics import Place, checked_place

DAY = 1440.0  # minutes
WEEK = 7 * DAY
HOURS_OF_WEEK = 168


@dataclass(frozen=True)
class Shift:
    """On duty every week from `start_hour` (0 to 24, local) of `day` (0 Monday to 6 Sunday), for `hours`."""

    day: int
    start_hour: float
    hours: float

    def __post_init__(self) -> None:
        """Refuse days outside the week and shifts that are empty or longer than it."""
        if not 0 <= self.day <= 6 or not 0 <= self.start_hour < 24:
            raise ValueError(f"shift: day {self.day}, start {self.start_hour}; use day 0..6, start 0..24")
        if not 0 < self.hours <= HOURS_OF_WEEK:
            raise ValueError(f"hours: {self.hours}; a weekly shift lasts more than 0 and at most 168 hours")

    @property
    def start(self) -> float:
        """Minutes from Monday, midnight."""
        return self.day * DAY + self.start_hour * 60


@dataclass(frozen=True)
class PlannedUnit:
    """A unit of the plan: `kind` as dispatch knows it, `home` where it waits, money per hour on duty."""

    id: str
    kind: str
    home: Place
    shifts: tuple[Shift, ...]
    hourly_cost: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a home off the globe and a cost below zero."""
        object.__setattr__(self, "home", checked_place("home", self.home))
        if not self.hourly_cost >= 0:
            raise ValueError(f"hourly_cost: {self.hourly_cost} of unit {self.id}; give zero or more")

    def weekly_spans(self) -> list[tuple[float, float]]:
        """Times on duty within one week, in minutes, merged; what passes Sunday midnight comes round."""
        pieces: list[tuple[float, float]] = []
        for shift in self.shifts:
            end = shift.start + shift.hours * 60
            pieces.append((shift.start, min(end, WEEK)))
            if end > WEEK:
                pieces.append((0.0, end - WEEK))
        return merged(pieces)

    def spans(self, horizon: float) -> list[tuple[float, float]]:
        """Times on duty from 0 up to `horizon` minutes, merged across weeks."""
        week = self.weekly_spans()
        weeks = int(horizon // WEEK) + 1
        cut = [(a + w * WEEK, min(b + w * WEEK, horizon)) for w in range(weeks) for a, b in week]
        return merged([(a, b) for a, b in cut if a < horizon])

    @property
    def weekly_hours(self) -> float:
        """Paid hours a week; overlapping shifts of one unit count once."""
        return sum(b - a for a, b in self.weekly_spans()) / 60


def merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans in order, those that touch or overlap joined."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


@dataclass(frozen=True)
class Plan:
    """Who is on duty when. Two units of one id are refused."""

    name: str
    units: tuple[PlannedUnit, ...]

    def __post_init__(self) -> None:
        """Refuse twins."""
        ids = [unit.id for unit in self.units]
        if twins := sorted({id for id in ids if ids.count(id) > 1}):
            raise ValueError(
                f"units: {twins[0]!r} comes twice in plan {self.name!r}; give each unit one entry"
            )

    @property
    def weekly_cost(self) -> float:
        """Money a week, in the currency of the units' hourly cost."""
        return sum(unit.weekly_hours * unit.hourly_cost for unit in self.units)


@dataclass(frozen=True)
class Coverage:
    """What a plan offers: units on duty by kind and hour of the week (168 values, part hours as parts)."""

    on_duty: Mapping[str, tuple[float, ...]]
    unit_hours: Mapping[str, float]
    weekly_cost: float
    uncovered: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def coverage(plan: Plan) -> Coverage:
    """Count a plan's units by hour of the week; `uncovered` lists hours in which a kind is never on duty."""
    on_duty: dict[str, list[float]] = {}
    hours: dict[str, float] = {}
    for unit in plan.units:
        counts = on_duty.setdefault(unit.kind, [0.0] * HOURS_OF_WEEK)
        for hour, part in hours_touched(unit):
            counts[hour] += part
        hours[unit.kind] = hours.get(unit.kind, 0.0) + unit.weekly_hours
    return Coverage(
        on_duty={kind: tuple(counts) for kind, counts in on_duty.items()},
        unit_hours=hours,
        weekly_cost=plan.weekly_cost,
        uncovered={
            kind: tuple(h for h, n in enumerate(counts) if n == 0) for kind, counts in on_duty.items()
        },
    )


def hours_touched(unit: PlannedUnit) -> Iterator[tuple[int, float]]:
    """Each hour of the week in which `unit` is on duty, and the part of it."""
    for start, end in unit.weekly_spans():
        for hour in range(int(start // 60), HOURS_OF_WEEK):
            if hour * 60 >= end:
                break
            yield hour, (min(end, (hour + 1) * 60) - max(start, hour * 60)) / 60
