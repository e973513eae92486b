"""A tried roster in words, tables and pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.planning.queries import Week
from commonweal.web.numbers import in_sentence, said
from commonweal.web.templatetags.commonweal import KINDS

DAYS = [
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
]  # fmt: skip
MEASURES = {
    "p50": (gettext_lazy("Half of the calls are reached within"), gettext_lazy("min"), 1.0),
    "p90": (gettext_lazy("Nine in ten calls are reached within"), gettext_lazy("min"), 1.0),
    "within_target": (gettext_lazy("Reached within 15 minutes"), "%", 100.0),
    "unserved_share": (gettext_lazy("Never reached within four hours"), "%", 100.0),
    "busy_share": (gettext_lazy("Time on duty spent with people"), "%", 100.0),
}
DOUBTS = {
    "no_calls": gettext_lazy(
        "No past call with a place was answered by this kind of unit: only coverage can be shown, no times."
    ),
    "few_calls": gettext_lazy("Fewer than 30 past calls: chance alone moves this much."),
    "without_place": gettext_lazy("Some past calls carry no place and were left out."),
    "not_compared": gettext_lazy("The records do not say how long this kind of unit took to arrive."),
    "does_not_fit": gettext_lazy(
        "The simulation of today's roster does not fit the records: trust the difference, not the level."
    ),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the table: now, moved, difference, each as value, low, high in the unit shown."""

    name: str
    unit: str
    now: Sequence[float | None]
    moved: Sequence[float | None]
    difference: Sequence[float | None]


def measures(result: Mapping[str, Any]) -> list[Measure]:
    """Rows of the table; none where nothing was played."""
    found = []
    for code, (name, unit, factor) in MEASURES.items():
        sides = result["measures"].get(code)
        if sides:
            columns = [
                [None if n is None else n * factor for n in sides[s]] for s in ("now", "moved", "difference")
            ]
            found.append(Measure(str(name), str(unit), *columns))
    return found


def sentence(result: Mapping[str, Any]) -> str:
    """What the move changes, in plain words, with its interval."""
    sides = result["measures"].get("p90")
    if not sides or sides["difference"][0] is None:
        return _("What the move does to waiting cannot be said: there are no past calls to try it on.")
    value, low, high = sides["difference"]
    numbers = {
        "minutes": said(abs(value), 1),
        "low": said(low, 1, signed=True),
        "high": said(high, 1, signed=True),
    }
    if low <= 0 <= high:
        return (
            _("No difference in waiting can be told apart from chance (%(low)s to %(high)s minutes).")
            % numbers
        )
    if value < 0:
        return _("Nine in ten calls are reached %(minutes)s minutes sooner (%(low)s to %(high)s).") % numbers
    return _("Nine in ten calls wait %(minutes)s minutes longer (%(low)s to %(high)s).") % numbers


def doubts(result: Mapping[str, Any]) -> list[str]:
    """Reasons to doubt a trial."""
    return [str(DOUBTS[code]) for code in cast("list[str]", result["doubts"])]


def pictures(result: Mapping[str, Any]) -> dict[str, object]:
    """Charts: share of time with somebody free by hour, now and moved; and the hours of duty that change."""

    def bars(name: str) -> list[tuple[str, float | None, float | None, float | None]]:
        rows = result.get(name, [])
        found = []
        for hour, row in enumerate(rows):
            value, low, high = (None if n is None else round(100 * n, 1) for n in row)
            found.append((f"{hour:02d}", value, low, high))
        return found

    changed = [
        (f"{DAYS[hour // 24]} {hour % 24:02d}:00", before, after)
        for hour, (before, after) in enumerate(
            zip(result["on_duty_now"], result["on_duty_moved"], strict=True)
        )
        if before != after
    ]
    return {"free_now": bars("free_now"), "free_moved": bars("free_moved"), "changed": changed}


def gap_sentence(week: Week, kind: str) -> str:
    """When nobody of the kind is on duty, in plain words."""
    name, gaps = str(KINDS.get(kind, kind)), week.gaps(kind)
    if not gaps:
        return _("%(kind)s: somebody is on duty in every hour of this week.") % {"kind": name}
    longest = max(_runs(gaps), key=len)
    values = {
        "kind": name, "hours": len(gaps), "day": in_sentence(DAYS[longest[0] // 24]),
        "start": f"{longest[0] % 24:02d}:00", "end": f"{(longest[-1] + 1) % 24:02d}:00",
    }  # fmt: skip
    return _(
        "%(kind)s: nobody is on duty in %(hours)s of the week's 168 hours; the longest gap is "
        "%(day)s, %(start)s to %(end)s."
    ) % values  # fmt: skip


def _runs(hours: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for hour in hours:
        if runs and hour == runs[-1][-1] + 1:
            runs[-1].append(hour)
        else:
            runs.append([hour])
    return runs


def week_rows(counts: Sequence[int]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Each day's name with its 24 counts and the shade of each: none, some, many."""
    top = max(counts, default=0) or 1
    shades = ["0" if n == 0 else str(1 + min(3, int(3 * n / top))) for n in counts]
    pairs = list(zip(counts, shades, strict=True))
    return [(str(name), pairs[24 * day : 24 * day + 24]) for day, name in enumerate(DAYS)]
