"""Counting: each metric over the rows, by area, and week by week; small counts hidden before anyone looks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

from commonweal import packs
from commonweal.engines.measures import (
    DEFINITIONS,
    Grain,
    Metric,
    Result,
    Row,
    compute,
    compute_by,
    registry,
    side_by_side,
)
from commonweal.evaluation.rows import Rows
from commonweal.sharing.queries import floor

FIRST = (  # those that stand on the front page, in this order
    "behavioural_health_share", "response_minutes_p50", "response_minutes_p90", "referral_accepted_share"
)  # fmt: skip
WEEK = timedelta(days=7)


@lru_cache(maxsize=1)
def metrics() -> Mapping[str, Metric]:
    """Every metric that ships, the front page's first."""
    documents = [packs.read(name) for name in packs.names("metrics")]
    found = registry(d for d in documents if isinstance(d, dict))
    return {**{code: found[code] for code in FIRST}, **found}


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric with what it came to; `group` is the area or week, empty for the whole."""

    metric: Metric
    result: Result
    group: str = ""

    @property
    def factor(self) -> float:
        """Shares are shown in per cent."""
        return 100.0 if self.metric.unit == "share" else 1.0

    @property
    def value(self) -> float | None:
        """As shown: per cent or minutes; None where hidden or where there was nothing to count."""
        return None if self.result.value is None else self.result.value * self.factor

    @property
    def low(self) -> float | None:
        """Lower end of the 95 % interval, as shown."""
        return None if self.result.interval is None else self.result.interval.low * self.factor

    @property
    def high(self) -> float | None:
        """Upper end of the 95 % interval, as shown."""
        return None if self.result.interval is None else self.result.interval.high * self.factor


def counted(rows: Rows, as_of: datetime) -> list[Figure]:
    """Every metric over all rows."""
    smallest = floor()
    together = side_by_side(diversions(), rows.of(Grain.RESPONSE), threshold=smallest)
    return [
        Figure(
            m,
            together[m.id]
            if m.id in together
            else compute(m, rows.of(m.grain), as_of=as_of, threshold=smallest),
        )
        for m in metrics().values()
    ]


def diversions() -> list[Metric]:
    """The definitions that are called diversion, widest first; no other rate may bear the name."""
    return [m for code in DEFINITIONS for m in metrics().values() if m.rule == code]


def by_area(rows: Rows, metric: Metric, as_of: datetime) -> list[Figure]:
    """The metric for each area of calls, safe beside the total; none for other grains (no area known)."""
    if metric.grain is not Grain.CALL:
        return []
    groups: dict[str, list[Row]] = defaultdict(list)
    for row, area in zip(rows.of(Grain.CALL), rows.areas, strict=True):
        groups[area].append(row)
    found = compute_by(metric, groups, as_of=as_of, threshold=floor())
    return [Figure(metric, result, group) for group, result in sorted(found.items())]


def by_week(rows: Rows, metric: Metric, start: datetime, as_of: datetime) -> list[Figure]:
    """The metric for each whole week from `start`, by the local day (`start`'s zone) that a row begins."""
    groups: dict[str, list[Row]] = {}
    for row in rows.of(metric.grain):
        number = (_begins(row).astimezone(start.tzinfo).date() - start.date()) // WEEK
        groups.setdefault((start.date() + number * WEEK).isoformat(), []).append(row)
    found = compute_by(metric, groups, as_of=as_of, threshold=floor())
    return [Figure(metric, result, week) for week, result in sorted(found.items())]


def _begins(row: Row) -> datetime:
    for name in ("received", "ended", "sent", "at"):
        moment = getattr(row, name, None)
        if moment is not None:
            return cast(datetime, moment)
    raise TypeError(f"row: {type(row).__name__} has no beginning")


def sizes(rows: Rows) -> dict[str, int | None]:
    """How many rows of each grain; those below the site's smallest number hidden."""
    smallest = floor()
    return {
        g.value: None if 0 < len(found) < smallest else len(found)
        for g, found in rows.by_grain.items()
        if g is not Grain.RESPONSE  # the same calls again
    }


def kept(figures: Sequence[Figure]) -> list[dict[str, object]]:
    """Figures as a cohort keeps them."""
    return [asdict(f.result) for f in figures]
