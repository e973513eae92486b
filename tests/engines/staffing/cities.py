"""Random cities that both the hypercube and the simulation can express: fixed orders, nobody can wait."""

import numpy as np

from commonweal.engines.staffing import Problem
from commonweal.engines.staffing.playing import Arrivals, CallType, Rules, Slot, Spread, Unit, World


def city(number: int) -> tuple[Problem, World]:
    """A problem of two to six units in one to five atoms, and the same as a world of 40 days."""
    rng = np.random.default_rng(number)
    units, atoms = int(rng.integers(2, 7)), int(rng.integers(1, 6))
    orders = [rng.permutation(units).tolist() for _ in range(atoms)]
    demand = rng.uniform(0.2, 1.0, atoms)
    demand *= rng.uniform(0.3, 1.2) * units / demand.sum()
    problem = Problem(demand.tolist(), [1.0] * units, orders)
    scene = CallType(1, ((Slot(frozenset({"car"}), Spread("exponential", mean=60)),),))
    world = World(
        name=str(number),
        units=tuple(Unit(f"U{u}", "car", 0) for u in range(units)),
        types={"call": scene},
        travel=np.zeros((1, atoms, atoms)),
        days=41,
        arrivals=tuple(Arrivals("call", a, (float(rate),)) for a, rate in enumerate(demand)),
        rules=Rules("preference", tuple(tuple(f"U{u}" for u in order) for order in orders), queue=0),
        warm_up=1,
    )
    return problem, world
