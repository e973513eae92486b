"""Larson's hypercube (1974), exact: how busy each unit is when calls fall to the best one that is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.numerics import Floats
from commonweal.engines.numerics.compiled import compiled

MOST_UNITS = 20  # a million states; up to 15 take less than a second
MOST_SCREENED = 500  # by approximation (`screening`)
MOST_SWEEPS = 20_000
NOTHING = 1e-12  # of all service per hour
Table = Sequence[Sequence[float]]
Orders = NDArray[np.int64]  # atom x place: unit; -1 where an atom has no more
Levels = NDArray[np.int64]


@dataclass(frozen=True)
class Problem:
    """Calls per hour by atom, services per hour by unit, and for each atom its units, best first.

    An order may leave units out that never go there (zones) where nobody can wait.
    `queue` is how many calls may wait (0: a call that meets nobody free is lost; None: without limit).
    `travel` is minutes, unit x atom.
    """

    demand: Sequence[float]
    service_rate: Sequence[float]
    preference: Sequence[Sequence[int]]
    travel: Table | None = None
    queue: int | None = 0

    def __post_init__(self) -> None:
        """Refuse problems that cannot be solved, naming the field."""
        if fault := self.rate_fault() or self.table_fault():
            raise ValueError(fault)

    def rate_fault(self) -> str | None:
        """What is wrong with the rates, or None."""
        units = len(self.service_rate)
        if not 1 <= units <= MOST_SCREENED:
            return f"service_rate: {units} units; give 1 to {MOST_SCREENED}"
        if not self.demand or min(self.demand) < 0 or sum(self.demand) <= 0:
            return "demand: give zero or more calls per hour by atom, some above zero"
        if min(self.service_rate) <= 0:
            return "service_rate: every unit serves more than zero calls per hour"
        if self.queue is None and sum(self.demand) >= sum(self.service_rate):
            return "queue: more calls than all units serve; without limit it would grow for ever"
        return None

    def table_fault(self) -> str | None:
        """What is wrong with the tables, or None."""
        units, atoms = len(self.service_rate), len(self.demand)
        if len(self.preference) != atoms:
            return f"preference: {len(self.preference)} rows for {atoms} atoms; give one for each"
        for atom, order in enumerate(self.preference):
            if len(set(order)) < len(order) or not set(order) <= set(range(units)):
                return f"preference: atom {atom} must name units 0 to {units - 1}, none twice"
            if len(order) < units and self.queue != 0:
                return (
                    f"preference: atom {atom} leaves units out; that goes only where nobody waits (queue 0)"
                )
            if not order:
                return f"preference: atom {atom} names no unit; give it one, or no demand in another problem"
        if self.travel is not None and [len(row) for row in self.travel] != [atoms] * units:
            return f"travel: give {units} rows (units) of {atoms} minutes (atoms)"
        return None


@dataclass(frozen=True)
class Solution:
    """Workload by unit; share of served calls by unit and atom (sums to 1); share of calls lost.

    `waiting` is the share of calls that wait. Travel is None where none was given. `residual` is the
    largest imbalance of any state, calls per hour.
    """

    workload: tuple[float, ...]
    dispatch_fraction: tuple[tuple[float, ...], ...]
    blocked: float
    waiting: float
    mean_travel: float | None
    mean_travel_by_atom: tuple[float, ...] | None
    residual: float


def exact(problem: Problem) -> Solution:
    """Solve the 2^n states of free and busy units, and the waiting line on top of them.

    The line hangs on the state in which all are busy, so it follows in closed form: each further caller
    waiting is demand / service as likely as the one before. ValueError for more than MOST_UNITS units.
    """
    if len(problem.service_rate) > MOST_UNITS:
        raise ValueError(
            f"service_rate: {len(problem.service_rate)} units; the exact model takes 1 to {MOST_UNITS}, "
            'method "approximate" more'
        )
    orders, demand, rates = tables(problem)
    up = upward(orders, demand, len(rates))
    state, residual = stationary(up, rates)
    total, service = float(demand.sum()), float(rates.sum())
    tail = line(total / service, problem.queue)
    scale = 1 + float(state[-1]) * sum(tail)
    state, waits = state / scale, float(state[-1]) * sum(tail) / scale
    last = float(state[-1]) * (tail[-1] if tail else 1.0) if problem.queue is not None else 0.0
    served = answered(state, orders, demand, len(rates))
    if problem.queue == 0:  # where a place has only some of the units, its calls are lost in other states too
        last = 1 - float(served.sum()) / total
    entering = (
        (float(state[-1]) + waits - last) if problem.queue != 0 else 0.0
    )  # all busy, and room in the line
    served += entering * np.outer(rates / service, demand)
    return solution(problem, served, busy_shares(state, len(rates)) + waits, last, entering, residual)


def tables(problem: Problem) -> tuple[Orders, Floats, Floats]:
    """Orders of preference (rows filled up with -1), demand by atom and service by unit."""
    units = len(problem.service_rate)
    orders = np.full((len(problem.demand), units), -1, dtype=np.int64)
    for atom, order in enumerate(problem.preference):
        orders[atom, : len(order)] = order
    demand = np.array(problem.demand, dtype=np.float64)
    return orders, demand, np.array(problem.service_rate, dtype=np.float64)


def line(ratio: float, queue: int | None) -> list[float]:
    """Likelihood of 1, 2, ... waiting, relative to none waiting with all units busy."""
    if queue is None:
        return [ratio / (1 - ratio)]
    return [ratio**n for n in range(1, queue + 1)]


@compiled
def upward(orders: Orders, demand: Floats, units: int) -> Floats:
    """Calls per hour that make a free unit busy: state x unit; states are bit patterns of busy units."""
    rates = np.zeros((1 << units, units))
    for state in range(1 << units):
        for atom in range(len(demand)):
            for place in range(units):
                unit = orders[atom, place]
                if unit < 0:
                    break
                if state >> unit & 1 == 0:
                    rates[state, unit] += demand[atom]
                    break
    return rates


@compiled
def answered(state: Floats, orders: Orders, demand: Floats, units: int) -> Floats:
    """Calls per hour answered at once, unit x atom."""
    table = np.zeros((units, len(demand)))
    for number in range(len(state)):
        for atom in range(len(demand)):
            for place in range(units):
                unit = orders[atom, place]
                if unit < 0:
                    break
                if number >> unit & 1 == 0:
                    table[unit, atom] += demand[atom] * state[number]
                    break
    return table


@compiled
def busy_shares(state: Floats, units: int) -> Floats:
    """Share of time that each unit is busy."""
    shares = np.zeros(units)
    for number in range(len(state)):
        for unit in range(units):
            if number >> unit & 1:
                shares[unit] += state[number]
    return shares


@compiled
def balanced(number: int, state: Floats, up: Floats, rates: Floats) -> tuple[float, float]:
    """What flows into a state per hour, and what flows out of it for each share of time spent there."""
    into, out = 0.0, 0.0
    for unit in range(len(rates)):
        bit = 1 << unit
        if number & bit:
            into += state[number ^ bit] * up[number ^ bit, unit]
            out += rates[unit]
        else:
            into += state[number | bit] * rates[unit]
            out += up[number, unit]
    return into, out


@compiled
def level_scaled(state: Floats, up: Floats, rates: Floats, level: Levels) -> None:
    """Weigh the levels (how many are busy) so that as much goes up as comes down between any two."""
    units = len(rates)
    mass, rising, falling = np.zeros(units + 1), np.zeros(units + 1), np.zeros(units + 1)
    for number in range(len(state)):
        at = level[number]
        mass[at] += state[number]
        for unit in range(units):
            if number >> unit & 1:
                falling[at] += state[number] * rates[unit]
            else:
                rising[at] += state[number] * up[number, unit]
    weight = np.ones(units + 1)
    for at in range(1, units + 1):
        weight[at] = weight[at - 1] * rising[at - 1] / falling[at] if falling[at] > 0 else 0.0
    whole = (weight * mass).sum()
    for number in range(len(state)):
        state[number] *= weight[level[number]] / whole


@compiled
def swept(state: Floats, up: Floats, rates: Floats, level: Levels) -> float:
    """Sweep until nothing is left to balance: Gauss and Seidel there and back, the levels weighed between.

    (Iterative aggregation, Y. Takahashi 1975.) Returns the largest imbalance of any state, calls per hour.
    """
    worst = np.inf
    for turn in range(MOST_SWEEPS):
        level_scaled(state, up, rates, level)
        for number in range(len(state)):
            into, out = balanced(number, state, up, rates)
            state[number] = into / out if out > 0 else state[number]
        for back in range(len(state)):
            number = len(state) - 1 - back
            into, out = balanced(number, state, up, rates)
            state[number] = into / out if out > 0 else state[number]
        if turn % 4 == 3:
            state /= state.sum()
            before, worst = worst, 0.0
            for number in range(len(state)):
                into, out = balanced(number, state, up, rates)
                worst = max(worst, abs(into - out * state[number]))
            if worst < NOTHING * rates.sum() or (worst < 1e-10 * rates.sum() and worst >= before):
                break
    return worst


def stationary(up: Floats, rates: Floats) -> tuple[Floats, float]:
    """Long-run share of time in each state, and the largest imbalance left."""
    state = np.full(len(up), 1 / len(up))
    level = np.array([n.bit_count() for n in range(len(up))], dtype=np.int64)
    residual = swept(state, up, rates, level)
    return state / state.sum(), residual


def solution(
    problem: Problem, served: Floats, workload: Floats, blocked: float, waiting: float, residual: float
) -> Solution:
    """Put rates as shares, and travel as means."""
    fractions = served / served.sum()
    mean: float | None = None
    by_atom: tuple[float, ...] | None = None
    if problem.travel is not None:
        minutes = np.asarray(problem.travel, dtype=np.float64)
        by = fractions.sum(axis=0)
        weighted = (fractions * minutes).sum(axis=0)
        by_atom = tuple(float(w / b) if b > 0 else 0.0 for w, b in zip(weighted, by, strict=True))
        mean = float(weighted.sum())
    return Solution(
        workload=tuple(float(w) for w in workload),
        dispatch_fraction=tuple(tuple(float(f) for f in row) for row in fractions),
        blocked=blocked,
        waiting=waiting,
        mean_travel=mean,
        mean_travel_by_atom=by_atom,
        residual=residual,
    )


def nearest_first(travel: Table) -> list[list[int]]:
    """A preference table from minutes (unit x atom): each atom's units by travel, then by number."""
    if any(len(one) != len(other) for one, other in pairwise(travel)):
        raise ValueError("travel: rows of different length; give each unit one number an atom")
    return [sorted(range(len(travel)), key=lambda u: (travel[u][atom], u)) for atom in range(len(travel[0]))]
