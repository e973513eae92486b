"""A small world played once: everything compiled is compiled before a planner asks."""

import numpy as np

from commonweal.engines.staffing import Problem, approximate, exact
from commonweal.engines.staffing.playing import (
    CallType,
    Listed,
    Slot,
    Spread,
    Trial,
    Unit,
    World,
    calibrated,
    rows,
)

DAYS, CALLS = 14, 40


def compile_all() -> None:
    """Play two units of a made-up place through the loop, the calibration and both hypercubes."""
    world = _world()
    rows(world, Trial(replications=2))
    calibrated(world)
    problem = Problem((1.0, 1.0), (2.0, 2.0), ((0, 1), (1, 0)), [[1.0, 5.0], [5.0, 1.0]], queue=0)
    exact(problem)
    approximate(problem)


def _world() -> World:
    scene = Spread("empirical", values=(30.0, 45.0))
    slots = ((Slot(frozenset({"team"}), scene),),)
    kinds = {"p3": CallType(3, slots, hand_off=Spread(mean=4.0), patience=Spread(mean=240.0))}
    units = tuple(Unit(name, "team", home) for home, name in enumerate(("A", "B")))
    calls = tuple(
        Listed(str(n), 500.0 * n, "p3", n % 2, {"team": 40.0} if n % 3 else None, 15.0) for n in range(CALLS)
    )
    return World("warm", units, kinds, np.array([[[1.0, 9.0], [9.0, 1.0]]]), DAYS, calls, target=15.0)
