"""A scenario simulated beside the present roster: the same past calls, held against the records first."""

import json
from collections.abc import Callable, Mapping
from hashlib import blake2b
from zoneinfo import ZoneInfo

import numpy as np

from commonweal.engines.disclosure import Permit
from commonweal.engines.staffing import Plan
from commonweal.engines.staffing.playing import (
    RUNS,
    Calibration,
    CallType,
    Listed,
    Mean,
    Paired,
    Slot,
    Spread,
    Told,
    Trial,
    Unit,
    World,
    calibrated,
    compared,
    rows,
    unheard,
)
from commonweal.kernel import clock
from commonweal.places import queries as places
from commonweal.planning.changes import Change, Spot, written
from commonweal.planning.comparing import TARGET, middle_of, planned
from commonweal.planning.demand import Demand, demanded
from commonweal.planning.fitting import Lessons, lessons, teaches
from commonweal.planning.present import Present, mark

SEED, REPLICATIONS, PATIENCE, LEVEL = 20_251_006, 20, 240.0, 0.95
VERSION = 1  # another one where the simulation itself changes: what was kept is then played anew
MEASURES = {
    "p50": "p50_response", "p90": "p90_response", "within": "within_target", "busy": "busy_share",
    "lost": "abandoned_share",
}  # fmt: skip
Three = list[float | None]
Again = Callable[[str], dict[str, object] | None]


def replayed(
    permits: Mapping[str, Permit], roster: Present, changes: Mapping[str, Change], zone: ZoneInfo,
    *, told: Told = unheard, replications: int = REPLICATIONS, again: Again = lambda inputs: None,
) -> dict[str, object]:  # fmt: skip
    """Both sides with intervals, the paired difference, and areas; only the fit where that is bad.

    `told` hears how many of all plays are done; `again` knows what the same inputs gave before.
    """
    demand = demanded(permits, roster.kind, zone)
    inputs = hash_of(roster, changes, demand, replications)
    if before := again(inputs):
        return before
    plans = [
        planned(roster, c, zone, name, middle_of(demand)) for name, c in (("now", {}), ("other", changes))
    ]
    found: dict[str, object] = {
        "at": clock.now().isoformat(), "calls": len(demand.calls), "weeks": demand.weeks, "fits": [],
        "holds": False, "is_enough": False, "measures": {}, "areas": {}, "roster": mark(roster),
        "inputs": inputs,
    }  # fmt: skip
    if not demand.calls or not all(plan.units for plan in plans):
        return found
    taught = lessons(demand, plans[0])
    base, other = worlds(plans, demand, roster.kind, taught)
    found |= {"factor": round(taught.factor, 3), "taught": taught.calls}
    steps = RUNS + 2 * replications
    fit = calibrated(base, seed=SEED, told=lambda n, _: told(n, steps))
    if fit is None:
        return found
    found |= {"holds": fit.holds, "is_enough": fit.is_enough, "fits": _fits(fit), "observed": fit.calls}
    if not fit.holds:
        return found
    tables = [
        rows(world, Trial(SEED, replications, told=_after(RUNS + side * replications, steps, told)))
        for side, world in enumerate((base, other))
    ]
    answer = compared((base, other), tables, LEVEL)
    return {**found, "replications": replications, **told_of(answer, demand)}


def _after(before: int, steps: int, told: Told) -> Told:
    """Tells of plays that follow so many others."""
    return lambda done, _: told(before + done, steps)


def hash_of(roster: Present, changes: Mapping[str, Change], demand: Demand, replications: int) -> str:
    """One value for all that goes into a simulation: what has it again need not be played again."""
    whole = [
        VERSION, SEED, replications, mark(roster), written(changes), demand.weeks, demand.delay, demand.cells,
        [(c.at, c.cell, c.scene, c.arrived, c.priority) for c in demand.calls],
    ]  # fmt: skip
    return blake2b(json.dumps(whole).encode(), digest_size=16).hexdigest()


def worlds(plans: list[Plan], demand: Demand, kind: str, taught: Lessons) -> tuple[World, World]:
    """Two deployments of the same calls; places are the calls' cells and every base of either.

    Calls that taught how long things take are played, but judge nothing.
    """
    spots: list[Spot] = list(demand.cells)
    for plan in plans:
        spots += [u.home for u in plan.units if u.home not in spots]
    drives = [[places.travel_minutes(a, b, demand.noon) for b in spots] for a in spots]
    cube = np.array([drives]) * taught.factor
    scene = Spread("empirical", values=demand.scenes)
    kinds = {
        f"p{n}": CallType(
            n, ((Slot(frozenset({kind}), scene),),), hand_off=Spread("empirical", values=taught.besides),
            patience=Spread(mean=PATIENCE),
        )
        for n in sorted({c.priority for c in demand.calls})
    }  # fmt: skip
    listed = tuple(
        Listed(
            c.key,
            c.at,
            f"p{c.priority}",
            c.cell,
            None if c.scene is None else {kind: c.scene},
            None if taught.calls and teaches(c) else c.arrived,
        )
        for c in demand.calls
    )
    base, other = (
        World(
            plan.name,
            tuple(
                Unit(u.id, u.kind, spots.index(u.home), u.shifts, hourly_cost=u.hourly_cost)
                for u in plan.units
            ),
            kinds, cube, demand.weeks * 7, listed, target=TARGET,
        )
        for plan in plans
    )  # fmt: skip
    return base, other


def _fits(fit: Calibration) -> list[dict[str, object]]:
    return [
        {
            "measure": f.measure.removesuffix("_response"), "observed": round(f.observed, 2),
            "low": round(f.interval.low, 2), "high": round(f.interval.high, 2),
            "simulated": _number(f.simulated), "off": _number(f.off),
            "fits": f.fits,
        }
        for f in fit.fits
    ]  # fmt: skip


def told_of(answer: Paired, demand: Demand) -> dict[str, object]:
    """Both sides and the difference as value, low, high; by area the mean minutes of each."""
    measures = {
        name: {
            "now": three(answer.base.overall[code]), "moved": three(answer.other.overall[code]),
            "difference": three(answer.overall[code]),
        }
        for name, code in MEASURES.items()
    }  # fmt: skip
    areas = {}
    many = np.bincount([c.cell for c in demand.calls], minlength=len(demand.cells)).astype(float)
    for area in sorted(set(demand.areas)):
        inside = [n for n, name in enumerate(demand.areas) if name == area]
        sides = (answer.base.by_atom, answer.other.by_atom, answer.by_atom)
        areas[area] = [_weighted([means[n].value for n in inside], many[inside].tolist()) for means in sides]
    return {"measures": measures, "areas": areas}


def _weighted(values: list[float], weights: list[float]) -> float | None:
    pairs = [(v, w) for v, w in zip(values, weights, strict=True) if v == v and w > 0]
    whole = sum(w for _, w in pairs)
    return round(sum(v * w for v, w in pairs) / whole, 3) if whole else None


def three(found: Mean) -> Three:
    """Value, low, high; None for what is no number."""
    return [_number(n) for n in (found.value, found.interval.low, found.interval.high)]


def _number(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
