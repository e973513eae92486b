"""A run in numbers: how long people waited, who was left alone, how busy units were, who waits longest."""

from dataclasses import dataclass

import numpy as np

from commonweal.engines.numerics import Floats
from commonweal.engines.staffing.plans import DAY, WEEK
from commonweal.engines.staffing.playing.record import ABANDONED, LOST, SERVED, Record
from commonweal.engines.staffing.playing.stream import Stream
from commonweal.engines.staffing.playing.world import World

MEASURES = (
    "calls", "served_share", "abandoned_share", "lost_share", "mean_wait", "mean_first", "mean_response",
    "p50_response", "p90_response", "within_target", "pre_empted_share", "retriaged_share",
)  # fmt: skip
TOTALS = (
    "busy_share", "overrun_hours_per_week", "missed_breaks_per_week", "cost_per_call", "worst_atom_response",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Numbers:
    """One replication: the measures of all calls, by type, by unit and by atom; NaN for nothing seen.

    Minutes from the call; shares of the calls that came in within the counted days. `response` is until the
    last needed unit came, `first` until the first, `wait` until units were sent.
    """

    overall: Floats
    by_type: Floats
    workload: Floats
    by_atom: Floats

    def flat(self) -> Floats:
        """All in one row."""
        return np.concatenate([self.overall, self.by_type.ravel(), self.workload, self.by_atom])


def measured(world: World, stream: Stream, record: Record) -> Numbers:
    """Count one run."""
    counted = (record.at >= world.warm_up * DAY) & (record.at < world.horizon)
    response = record.complete - record.at
    kind = stream.types[:, 0]
    served = counted & (record.status == SERVED)
    by_type = np.stack([_row(world, record, counted & (kind == n)) for n in range(len(world.types))])
    by_atom = np.array([_mean(response[served & (stream.atom == a)]) for a in range(world.atoms)])
    weeks = (world.horizon - world.warm_up * DAY) / WEEK
    on_duty = float(record.duty.sum())
    totals = [
        float(record.busy.sum()) / on_duty if on_duty else np.nan,
        float(record.overrun.sum()) / 60 / weeks,
        float(record.missed_breaks.sum()) / weeks,
        world.weekly_cost * weeks / served.sum() if served.any() else np.nan,
        float(np.nanmax(by_atom)) if np.isfinite(by_atom).any() else np.nan,
    ]
    workload = np.divide(record.busy, record.duty, out=np.zeros_like(record.busy), where=record.duty > 0)
    return Numbers(np.concatenate([_row(world, record, counted), totals]), by_type, workload, by_atom)


def _row(world: World, record: Record, counted: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """The measures of some calls."""
    status, at = record.status[counted], record.at[counted]
    count = len(status)
    if count == 0:
        return np.concatenate([[0.0], np.full(len(MEASURES) - 1, np.nan)])
    done = status == SERVED
    response = (record.complete[counted] - at)[done]
    p50, p90 = np.quantile(response, [0.5, 0.9]) if done.any() else (np.nan, np.nan)
    return np.array([
        count, done.mean(), (status == ABANDONED).mean(), (status == LOST).mean(),
        _mean((record.sent[counted] - at)[done]), _mean((record.first[counted] - at)[done]), _mean(response),
        p50, p90, (response <= world.target).sum() / count,
        (record.pre_empted[counted] > 0).mean(), (record.stage[counted] > 0).mean(),
    ])  # fmt: skip


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
