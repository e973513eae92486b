"""Small honest charts as plain geometry: bars and lines with their intervals, drawn by the server as SVG."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDTH, HEIGHT = 720.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 16.0, 16.0, 44.0
MOST_LABELS = 12
LETTER, GAP = 6.5, 12.0  # of the labels below: the width of a letter, and what stays free between two


class Point(NamedTuple):
    """One value with its interval; None is a value that is hidden or unknown, and is drawn as a gap."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the canvas, in SVG units: centre, width of its bar, heights of value and interval."""

    point: Point
    x: float
    width: float
    y: float | None
    base: float
    low: float | None
    high: float | None
    is_labelled: bool
    end: str = ""

    @property
    def left(self) -> float:
        """Left edge of the bar."""
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        """Upper edge of the bar."""
        return min(self.y if self.y is not None else self.base, self.base)

    @property
    def height(self) -> float:
        """Height of the bar."""
        return abs((self.y if self.y is not None else self.base) - self.base)

    @property
    def cap_left(self) -> float:
        """Left end of the interval's caps."""
        return self.x - min(self.width, 12) / 2

    @property
    def cap_right(self) -> float:
        """Right end of the interval's caps."""
        return self.x + min(self.width, 12) / 2


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the scale."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the SVG template needs."""

    marks: Sequence[Mark]
    ticks: Sequence[Tick]
    line: Sequence[str]
    ribbon: Sequence[str]
    has_intervals: bool
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    floor: float = HEIGHT - BOTTOM


def points_of(rows: Iterable[object]) -> list[Point]:
    """Points from points, mappings with the same names, or tuples (label, value, low, high)."""
    return [_point(row) for row in rows]


def _point(row: object) -> Point:
    if isinstance(row, Point):
        return row
    if isinstance(row, Mapping):
        return Point(str(row["label"]), row["value"], row.get("low"), row.get("high"))
    if isinstance(row, tuple | list):
        return Point(str(row[0]), *row[1:4])
    names = ("value", "low", "high")
    return Point(str(getattr(row, "label", "")), *(getattr(row, name, None) for name in names))


def steps(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers that span low to high: about `wanted` of them."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / wanted))
    size = next(power * factor for factor in (1, 2, 2.5, 5, 10) if span / (power * factor) <= wanted)
    first, last = math.floor(low / size), math.ceil(high / size)
    return [size * number for number in range(first, last + 1)]


def draw(points: Sequence[Point], *, from_zero: bool = True) -> Chart:
    """Place the points on the canvas. Bars start at zero; a line may leave it."""
    extremes = [v for p in points for v in (p.value, p.low, p.high) if v is not None] or [0.0, 1.0]
    low, high = min(extremes), max(extremes)
    scale = steps(min(low, 0.0) if from_zero else low, max(high, 0.0) if from_zero else high)
    bottom, top = scale[0], scale[-1]

    def y(value: float) -> float:
        share = (value - bottom) / ((top - bottom) or 1.0)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)

    slot = (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    every = _every(points)
    base = y(min(max(0.0, bottom), top))
    marks = [
        Mark(
            point=p,
            x=round(LEFT + slot * (i + 0.5), 1),
            width=round(max(slot * 0.64, 1.0), 1),
            y=None if p.value is None else y(p.value),
            base=base,
            low=None if p.low is None else y(p.low),
            high=None if p.high is None else y(p.high),
            is_labelled=i % every == 0,
            end="start" if i == 0 else "end" if i + every >= len(points) and i % every == 0 else "",
        )
        for i, p in enumerate(points)
    ]
    whole = [m for m in marks if m.low is not None and m.high is not None]
    upper, lower = [f"{m.x},{m.high}" for m in whole], [f"{m.x},{m.low}" for m in reversed(whole)]
    ticks = [Tick(y(value), _short(value)) for value in scale]
    return Chart(marks, ticks, _runs(marks), [*upper, *lower], bool(whole))


def _every(points: Sequence[Point]) -> int:
    """Which of many points has its label written, so that none runs into the next; all of a few have it."""
    if len(points) <= MOST_LABELS:
        return 1
    longest = max(len(point.label) for point in points)
    room = int((WIDTH - LEFT - RIGHT) / (longest * LETTER + GAP))
    return math.ceil(len(points) / min(MOST_LABELS, max(2, room)))


def _runs(marks: Sequence[Mark]) -> list[str]:
    """Polylines between gaps."""
    runs: list[list[str]] = [[]]
    for mark in marks:
        if mark.y is None:
            runs.append([])
        else:
            runs[-1].append(f"{mark.x},{mark.y}")
    return [" ".join(run) for run in runs if run]


def _short(value: float) -> str:
    return f"{round(value, 6):,.10g}"
