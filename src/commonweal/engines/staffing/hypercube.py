"""Larson's hypercube (1974), exact: how busy each unit is when calls fall to the best one that is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from commonweal.engines.numerics import Floats

MOST_UNITS = 12
Table = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Problem:
    """Calls per hour by atom, services per hour by unit, and for each atom its units, best first.

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
        if not 1 <= units <= MOST_UNITS:
            return f"service_rate: {units} units; the exact model takes 1 to {MOST_UNITS}"
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
            if sorted(order) != list(range(units)):
                return f"preference: atom {atom} must name each unit 0 to {units - 1} once"
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
    waiting is demand / service as likely as the one before.
    """
    flows = Flows.of(problem)
    state, residual = stationary(flows)
    total, service = float(sum(problem.demand)), float(sum(problem.service_rate))
    tail = line(total / service, problem.queue)
    scale = 1 + float(state[-1]) * sum(tail)
    state, waits = state / scale, float(state[-1]) * sum(tail) / scale
    last = float(state[-1]) * (tail[-1] if tail else 1.0) if problem.queue is not None else 0.0
    served = flows.served(state)
    entering = float(state[-1]) + waits - last  # all busy, and room left in the line
    shares = np.asarray(problem.service_rate) / service
    served += entering * np.outer(shares, problem.demand)
    workload = flows.busy.T @ state + waits
    return solution(problem, served, workload, last, entering, residual)


def line(ratio: float, queue: int | None) -> list[float]:
    """Likelihood of 1, 2, ... waiting, relative to none waiting with all units busy."""
    if queue is None:
        return [ratio / (1 - ratio)]
    return [ratio**n for n in range(1, queue + 1)]


@dataclass(frozen=True)
class Flows:
    """Which unit answers which atom in which state: states are bit patterns of busy units."""

    problem: Problem
    answer: NDArray[np.intp]  # state x atom -> unit; -1 where all are busy
    busy: NDArray[np.bool_]  # state x unit

    @classmethod
    def of(cls, problem: Problem) -> "Flows":
        """Walk every state once."""
        units = len(problem.service_rate)
        states = np.arange(2**units)
        busy = (states[:, None] >> np.arange(units)) & 1 == 1
        answer = np.full((2**units, len(problem.demand)), -1, dtype=np.intp)
        for atom, order in enumerate(problem.preference):
            for unit in reversed(order):
                answer[~busy[:, unit], atom] = unit
        return cls(problem, answer, busy)

    def generator(self) -> csr_array:
        """Rates of change, transposed: column "from", row "to"."""
        states = np.arange(len(self.answer))
        rows, columns, rates = [], [], []
        for atom, demand in enumerate(self.problem.demand):
            able = self.answer[:, atom] >= 0
            rows.append(states[able] | (1 << self.answer[able, atom]))
            columns.append(states[able])
            rates.append(np.full(int(able.sum()), float(demand)))
        for unit, rate in enumerate(self.problem.service_rate):
            busy = self.busy[:, unit]
            rows.append(states[busy] & ~(1 << unit))
            columns.append(states[busy])
            rates.append(np.full(int(busy.sum()), float(rate)))
        into, out, flow = (np.concatenate(part) for part in (rows, columns, rates))
        leaving = np.bincount(out, flow, len(states))
        shape = (len(states), len(states))
        matrix = coo_array(
            (np.append(flow, -leaving), (np.append(into, states), np.append(out, states))), shape=shape
        )
        return matrix.tocsr()

    def served(self, state: Floats) -> Floats:
        """Calls per hour answered at once, unit x atom."""
        units = len(self.problem.service_rate)
        table = np.zeros((units, len(self.problem.demand)))
        for atom, demand in enumerate(self.problem.demand):
            able = self.answer[:, atom] >= 0
            table[:, atom] = demand * np.bincount(self.answer[able, atom], state[able], units)
        return table


def stationary(flows: Flows) -> tuple[Floats, float]:
    """Long-run share of time in each state, and the largest imbalance left."""
    matrix, busy = flows.generator(), flows.busy.sum(axis=1)
    levels = [np.flatnonzero(busy == n) for n in range(flows.busy.shape[1] + 1)]
    # A call or a service moves one level up or down, so the balance is block tridiagonal: from the top,
    # each level's states are a matrix times those of the level below (matrix-geometric elimination).
    upward: list[Floats] = []
    for n in range(len(levels) - 1, 0, -1):
        inner = matrix[levels[n]][:, levels[n]].toarray()
        if upward:
            inner += matrix[levels[n]][:, levels[n + 1]].toarray() @ upward[-1]
        upward.append(np.linalg.solve(inner, -matrix[levels[n]][:, levels[n - 1]].toarray()))
    state = np.zeros(len(busy))
    state[0] = 1.0
    for n, step in enumerate(reversed(upward), start=1):
        state[levels[n]] = step @ state[levels[n - 1]]
    state = np.clip(state / state.sum(), 0.0, None)
    return state, float(np.abs(matrix @ state).max())


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
