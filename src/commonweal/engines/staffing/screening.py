"""Larson's approximation (1975) in Jarvis's form (1985): for screening many plans.

Units are taken to be busy independently of each other, but for one factor that corrects for their sharing the
load as the servers of one Erlang system do. Means come near; the workload of a single unit has been seen off
by a third to a half, so no team is told its workload from this without an exact or simulated check.
"""

from math import inf

import numpy as np

from commonweal.engines.numerics import Floats
from commonweal.engines.staffing.hypercube import Orders, Problem, Solution, line, solution, tables

MOST_ROUNDS = 2_000
SETTLED = 1e-11  # change of any workload from one round to the next


def approximate(problem: Problem) -> Solution:
    """Each unit's workload from the others' until none changes; `residual` is what the last round changed."""
    orders, demand, rates = tables(problem)
    total, busy = float(demand.sum()), np.full(len(rates), 0.5)
    change, rounds = inf, 0
    while change > SETTLED and rounds < MOST_ROUNDS:
        before, rounds = busy, rounds + 1
        served, waits, lost = _answered(problem, (orders, demand, rates), before)
        entering = max(waits - lost, 0.0) if problem.queue != 0 else 0.0
        served += entering * np.outer(rates / rates.sum(), demand)
        asked = served.sum(axis=1) / rates  # of a unit's time, were it free as often as it was
        free = 1 - before
        pressed = np.where(free > 0, asked / np.maximum(free, 1e-300), inf)
        busy = 0.5 * before + 0.5 * np.where(np.isinf(pressed), 1.0, pressed / (1 + pressed))
        change = float(np.abs(busy - before).max())
    if problem.queue == 0:
        lost = 1 - float(served.sum()) / total
    return solution(problem, served, served.sum(axis=1) / rates, lost, entering, change)


def _answered(
    problem: Problem, given: tuple[Orders, Floats, Floats], busy: Floats
) -> tuple[Floats, float, float]:
    """Calls per hour answered at once, unit x atom; the chance that all are busy; that a call is lost."""
    orders, demand, rates = given
    units = len(rates)
    pace = float(busy @ rates / busy.sum()) if busy.sum() > 0 else float(rates.mean())
    levels, waiting, lost = erlang(float(demand.sum()) / pace, units, problem.queue)
    shares = corrections(levels, waiting)
    served = np.zeros((units, len(demand)))
    for atom, order in enumerate(orders):
        known = order[order >= 0]
        ahead = np.concatenate([[1.0], np.cumprod(busy[known])])
        share = shares[: len(known)] * ahead[:-1] * (1 - busy[known])
        whole = share.sum()
        met = 1 - (levels[-1] + waiting) if len(known) == units else min(whole, 1.0)
        served[known, atom] = demand[atom] * share * (met / whole if whole > 0 else 0.0)
    return served, float(levels[-1]) + waiting, lost


def erlang(load: float, units: int, queue: int | None) -> tuple[Floats, float, float]:
    """Shares of time with 0 to all units busy and nobody waiting; with somebody waiting; a call's loss."""
    levels = np.ones(units + 1)
    for busy in range(1, units + 1):
        levels[busy] = levels[busy - 1] * load / busy
        if levels[busy] > 1e200:
            levels /= levels[busy]
    tail = line(min(load / units, 1 - 1e-9) if queue is None else load / units, queue)
    whole = levels.sum() + levels[-1] * sum(tail)
    last = 0.0 if queue is None else levels[-1] * (tail[-1] if tail else 1.0) / whole
    return levels / whole, float(levels[-1] * sum(tail) / whole), float(last)


def corrections(levels: Floats, waiting: float) -> Floats:
    """By place in an order: how much likelier its unit answers than if all were busy independently."""
    units = len(levels) - 1
    numbers = np.arange(units + 1)
    mean = (levels @ numbers + waiting * units) / units
    found = np.ones(units)
    taken = np.ones(units + 1)  # the chance that the first so many of a random order are busy, by level
    for place in range(units):
        met = float((levels * taken * (units - numbers) / (units - place)).sum())
        found[place] = met / (mean**place * (1 - mean))
        taken = taken * np.maximum(numbers - place, 0) / (units - place)
    return found
