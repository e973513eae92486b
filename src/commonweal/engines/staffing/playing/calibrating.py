"""Before it advises, the simulation is held against the log: does it wait as was observed?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from commonweal.engines.numerics import Floats, Interval, generator, percentile_interval
from commonweal.engines.staffing.plans import DAY
from commonweal.engines.staffing.playing.crews import Policy
from commonweal.engines.staffing.playing.loop import play
from commonweal.engines.staffing.playing.plain import play_plainly
from commonweal.engines.staffing.playing.record import SERVED, Told, unheard
from commonweal.engines.staffing.playing.stream import drawn
from commonweal.engines.staffing.playing.world import World

TOLERANCE = 0.15  # relative: a simulated time this near to the observed one fits
FEWEST = 30  # observed calls below which nothing can be said
RUNS = 10
SHARES: Mapping[str, float | None] = {"mean_response": None, "p50_response": 0.5, "p90_response": 0.9}


@dataclass(frozen=True)
class Fit:
    """One measure: observed (with the interval of days drawn again), simulated, how far it is off (relative).

    It fits where it is off by no more than the tolerance, or where the simulated value lies in the interval.
    """

    measure: str
    observed: float
    interval: Interval
    simulated: float
    off: float
    fits: bool


@dataclass(frozen=True)
class Calibration:
    """Whether the simulation may be believed. `calls`: how many carry an observed time."""

    calls: int
    tolerance: float
    fits: tuple[Fit, ...]
    is_enough: bool

    @property
    def holds(self) -> bool:
        """Enough calls, and every measure fits."""
        return self.is_enough and all(fit.fits for fit in self.fits)

    @property
    def in_words(self) -> str:
        """What was found, and what to do where it does not fit."""
        if not self.is_enough:
            return (
                f"{self.calls} calls carry an observed response time; it takes {FEWEST} to tell whether the "
                "simulation fits: give more of the log"
            )
        told = "; ".join(
            f"{fit.measure}: simulated {fit.simulated:.1f} minutes, observed {fit.observed:.1f} "
            f"({fit.interval.low:.1f} to {fit.interval.high:.1f}), off by {fit.off:+.0%}"
            for fit in self.fits
        )
        if self.holds:
            return f"it fits: {told}"
        return (
            f"it does not fit, so it does not advise: {told}; check travel, turnout, scene times and shifts "
            "against the log"
        )


def calibrated(
    world: World, tolerance: float = TOLERANCE, seed: int = 1, policy: Policy | None = None,
    told: Told = unheard,
) -> Calibration | None:  # fmt: skip
    """Play the log's own days and compare with what it observed; None where it observed nothing.

    `told` hears how many of the `RUNS` are done.
    """
    observed = np.array([np.nan if c.observed is None else c.observed for c in world.calls], dtype=np.float64)
    known = np.isfinite(observed)
    if not known.any():
        return None
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance: {tolerance}; give a share between 0 and 1, such as {TOLERANCE}")
    days = (np.array([call.at for call in world.calls]) // DAY).astype(np.int64)
    known &= days >= world.warm_up
    if known.sum() < FEWEST:
        return Calibration(int(known.sum()), tolerance, (), is_enough=False)
    played = _played(world, known, seed, policy, told)
    fits = tuple(
        _fit(name, share, (observed[known], days[known]), played, tolerance, seed)
        for name, share in SHARES.items()
    )
    return Calibration(int(known.sum()), tolerance, fits, is_enough=True)


def _played(
    world: World, known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], seed: int, policy: Policy | None,
    told: Told,
) -> list[Floats]:  # fmt: skip
    """Simulated responses of the calls whose time is known, for some runs of the log as it was."""
    runs = []
    for replication in range(RUNS):
        stream = drawn(world, seed, replication, as_logged=True)
        record = play_plainly(world, stream, policy) if policy else play(world, stream)
        of_log = stream.source >= 0
        asked = of_log & (record.status == SERVED)
        asked[of_log] &= known[stream.source[of_log]]
        runs.append((record.complete - record.at)[asked])
        told(replication + 1, RUNS)
    return runs


def _fit(
    name: str, share: float | None, seen: tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.int64]]],
    runs: list[Floats], tolerance: float, seed: int,
) -> Fit:  # fmt: skip
    times, days = seen
    observed = _of(times, share)
    rng, by_day = generator(seed), [times[days == day] for day in np.unique(days)]
    draws = [
        _of(np.concatenate([by_day[i] for i in rng.integers(0, len(by_day), len(by_day))]), share)
        for _ in range(200)
    ]
    interval = percentile_interval(np.array(draws), 0.95)
    found = [_of(run, share) for run in runs if len(run)]
    simulated = float(np.mean(found)) if found else float("nan")
    off = (simulated - observed) / observed if observed else float("inf")
    within = len(by_day) > 1 and interval.low <= simulated <= interval.high
    return Fit(name, observed, interval, simulated, off, bool(within or abs(off) <= tolerance))


def _of(times: Floats, share: float | None) -> float:
    return float(times.mean() if share is None else np.quantile(times, share))
