"""Before and after: calls by local day, the ratio of rates with its interval, and each reason to doubt it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commonweal.calls import queries as calls
from commonweal.engines.effects import Effect, Period, before_after, level_break
from commonweal.engines.numerics import garwood
from commonweal.kernel.errors import Invalid
from commonweal.sharing.queries import floor

SHARE = "share:behavioural"
JUMP = 1.2  # a level of all calls that changes by this much looks like counting, not need


@dataclass(frozen=True, slots=True)
class Window:
    """Whole local days on both sides of a change."""

    change_on: date
    before_weeks: int
    after_weeks: int
    zone: str

    @property
    def first(self) -> date:
        """The first day that counts."""
        return self.change_on - timedelta(weeks=self.before_weeks)

    @property
    def last(self) -> date:
        """The first day that no longer counts."""
        return self.change_on + timedelta(weeks=self.after_weeks)

    def moments(self) -> tuple[datetime, datetime]:
        """Its ends as moments."""
        zone = ZoneInfo(self.zone)
        return (datetime.combine(self.first, time(), zone), datetime.combine(self.last, time(), zone))


def belongs(series: str, call: calls.Counted) -> bool:
    """Whether a call is an event of the series: `all`, `behavioural`, `nature:X`, `discipline:X`."""
    if series == "all":
        return True
    if series in ("behavioural", SHARE):
        return bool(call.is_behavioural)
    kind, _, wanted = series.partition(":")
    return wanted == (call.nature if kind == "nature" else call.discipline)


@dataclass(slots=True)
class Days:
    """Events and all calls by local day, and calls by day for each discipline."""

    events: Counter[date]
    calls: Counter[date]
    disciplines: dict[str, Counter[date]]


def by_day(series: str, found: Iterable[calls.Counted], zone: ZoneInfo) -> Days:
    """Count by local day; cancelled calls and second calls of one incident stay out."""
    days = Days(Counter(), Counter(), {})
    for call in found:
        if call.is_cancelled or call.is_duplicate:
            continue
        day = call.received.astimezone(zone).date()
        days.calls[day] += 1
        days.disciplines.setdefault(call.discipline, Counter())[day] += 1
        days.events[day] += belongs(series, call)
    return days


def compared(series: str, days: Days, window: Window) -> dict[str, object]:
    """The answer as it is kept: ratio, interval, rates, weekly points, warnings; Invalid for an empty side.

    Days before the first or after the last call on file are not counted as days without need.
    """
    known = sorted(days.calls)
    span = [d for d in _days(window) if known and known[0] <= d <= known[-1]]
    exposure = days.calls if series == SHARE else Counter(dict.fromkeys(span, 1))
    periods = [Period(d, 1, days.events[d], float(exposure[d])) for d in span if exposure[d]]
    if not any(p.start < window.change_on for p in periods) or not any(
        p.start >= window.change_on for p in periods
    ):
        if not known:
            says = "There are no calls in this window; choose another day."
            raise Invalid("change_on", window.change_on, says)
        says = "Choose a day with calls before and after it (%(first)s to %(last)s)."
        raise Invalid("change_on", window.change_on, says, first=known[0], last=known[-1])
    effect = before_after(periods, window.change_on)
    return {**_told(effect), "weeks": _weeks(periods, window), "jumps": _jumps(days, span)}


def _days(window: Window) -> list[date]:
    return [window.first + timedelta(days=n) for n in range((window.last - window.first).days)]


def _told(effect: Effect) -> dict[str, object]:
    seen = effect.diagnostics
    sides = int(seen["events_before"]), int(seen["events_after"])
    is_hidden = any(0 < n < floor() for n in sides)
    numbers: Mapping[str, float | None] = {
        "ratio": effect.estimate, "low": effect.interval.low, "high": effect.interval.high,
        "p_value": effect.p_value, "rate_before": effect.aggregates["rate_before"],
        "rate_after": effect.aggregates["rate_after"], "events_before": sides[0], "events_after": sides[1],
    }  # fmt: skip
    return {
        **{name: None if is_hidden else _finite(n) for name, n in numbers.items()},
        "is_hidden": is_hidden,
        "smallest": floor(),
        "method": effect.method,
        "cautions": [[c.code, dict(c.params)] for c in effect.cautions],
    }


def _finite(number: float | None) -> float | None:
    return None if number is None or number != number or abs(number) == float("inf") else number


def _weeks(periods: Sequence[Period], window: Window) -> list[dict[str, object]]:
    """Rate a day (or per call) of each week counted from the change, with Garwood's interval."""
    grouped: dict[int, list[Period]] = {}
    smallest = floor()
    for period in periods:
        grouped.setdefault((period.start - window.change_on).days // 7, []).append(period)
    return [_week(number, grouped[number], smallest) for number in sorted(grouped)]


def _week(number: int, periods: Sequence[Period], smallest: int) -> dict[str, object]:
    events, exposure = sum(p.events for p in periods), sum(p.exposure for p in periods)
    start = {"number": number, "start": periods[0].start.isoformat(), "is_after": number >= 0}
    if 0 < events < smallest:
        return {**start, "rate": None, "low": None, "high": None}
    bounds = garwood(events, exposure)
    return {**start, "rate": events / exposure, "low": bounds.low, "high": bounds.high}


def _jumps(days: Days, span: Sequence[date]) -> list[dict[str, object]]:
    """Plain changes of level in all calls of a discipline: signs that counting changed, not need."""
    found: list[dict[str, object]] = []
    for name, counts in sorted(days.disciplines.items()):
        jump = level_break([Period(d, 1, counts[d], 1.0) for d in span])
        if jump and not 1 / JUMP < jump[1] < JUMP:
            ratio = _finite(jump[1])
            found.append({"on": jump[0].isoformat(), "discipline": name, "ratio": ratio and round(ratio, 2)})
    return found
