"""The hypercube: Larson's two units by hand, Erlang where all are alike, and a plain solution beside it."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.staffing import Problem, erlang_b, erlang_c, exact, nearest_first


def test_two_units_one_atom() -> None:
    answer = exact(Problem([1.0], [1.0, 1.0], [[0, 1]]))
    assert answer.workload == pytest.approx((0.5, 0.3))
    assert answer.blocked == pytest.approx(0.2)
    assert [row[0] for row in answer.dispatch_fraction] == pytest.approx([0.625, 0.375])


def test_two_units_with_a_line_are_erlang_c() -> None:
    answer = exact(Problem([1.0], [1.0, 1.0], [[0, 1]], queue=None))
    assert answer.waiting + answer.blocked == pytest.approx(erlang_c(2, 1.0))
    assert sum(answer.workload) == pytest.approx(1.0)


@st.composite
def problems(draw: st.DrawFn, alike: bool = False, most: int = 5) -> Problem:
    units, atoms = draw(st.integers(1, most)), draw(st.integers(1, 4))
    rate = st.floats(0.2, 4)
    rates = [1.0] * units if alike else [draw(rate) for _ in range(units)]
    orders = [draw(st.permutations(range(units))) for _ in range(atoms)]
    minutes = [[draw(st.floats(1, 30)) for _ in range(atoms)] for _ in range(units)]
    return Problem(
        [draw(rate) for _ in range(atoms)], rates, orders, minutes, draw(st.sampled_from([0, 1, 3]))
    )


def plain(problem: Problem) -> tuple[Sequence[float], float]:
    """Workloads and loss from the whole chain, waiting line included, by least squares."""
    units, room = len(problem.service_rate), problem.queue or 0
    full = 2**units - 1
    size = 2**units + room  # states beyond `full` are lines of 1, 2, ...
    rates = np.zeros((size, size))
    for state in range(2**units):
        for atom, demand in enumerate(problem.demand):
            free = [u for u in problem.preference[atom] if not state >> u & 1]
            if free:
                rates[state, state | 1 << free[0]] += demand
        for unit, rate in enumerate(problem.service_rate):
            if state >> unit & 1:
                rates[state, state & ~(1 << unit)] += rate
    for k in range(room):
        rates[full + k, full + k + 1] = sum(problem.demand)
        rates[full + k + 1, full + k] = sum(problem.service_rate)
    balance = rates.T - np.diag(rates.sum(axis=1))
    system = np.vstack([balance, np.ones(size)])
    shares = np.linalg.lstsq(system, np.append(np.zeros(size), 1.0), rcond=None)[0]
    workload = [sum(s for i, s in enumerate(shares) if i > full or i >> u & 1) for u in range(units)]
    return workload, float(shares[-1])


@settings(max_examples=60, deadline=None)
@given(problems())
def test_it_agrees_with_the_whole_chain(problem: Problem) -> None:
    answer, (workload, lost) = exact(problem), plain(problem)
    assert answer.workload == pytest.approx(workload, abs=1e-8)
    assert answer.blocked == pytest.approx(lost, abs=1e-8)
    assert answer.residual < 1e-9


@settings(max_examples=60, deadline=None)
@given(problems())
def test_what_comes_in_goes_out(problem: Problem) -> None:
    answer = exact(problem)
    served = sum(w * m for w, m in zip(answer.workload, problem.service_rate, strict=True))
    assert served == pytest.approx(sum(problem.demand) * (1 - answer.blocked))
    assert sum(sum(row) for row in answer.dispatch_fraction) == pytest.approx(1.0)
    assert answer.mean_travel is not None and 1 - 1e-9 <= answer.mean_travel <= 30 + 1e-9


@settings(max_examples=30, deadline=None)
@given(problems(alike=True))
def test_units_that_are_alike_lose_what_erlang_says(problem: Problem) -> None:
    loss = exact(Problem(problem.demand, problem.service_rate, problem.preference))
    assert loss.blocked == pytest.approx(erlang_b(len(problem.service_rate), sum(problem.demand)))


def test_twelve_units_stay_exact() -> None:
    orders = [list(np.random.default_rng(i).permutation(12)) for i in range(6)]
    answer = exact(Problem([1.2] * 6, [1.0] * 12, orders))
    assert answer.blocked == pytest.approx(erlang_b(12, 7.2)) and answer.residual < 1e-9


def test_fifteen_units_are_exact_and_zones_lose_what_their_own_units_cannot_take() -> None:
    orders = [list(np.random.default_rng(i).permutation(15)) for i in range(4)]
    answer = exact(Problem([3.0] * 4, [1.0] * 15, orders))
    assert answer.blocked == pytest.approx(erlang_b(15, 12.0)) and answer.residual < 1e-9
    zones = exact(Problem([1.0, 2.0], [1.0, 1.0, 1.0], [[0], [1, 2]]))
    apart = (erlang_b(1, 1.0) + 2 * erlang_b(2, 2.0)) / 3
    assert zones.blocked == pytest.approx(apart) and zones.workload[0] == pytest.approx(0.5)


def test_preference_from_travel() -> None:
    assert nearest_first([[3.0, 9.0], [5.0, 1.0]]) == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"service_rate": []}, "service_rate"),
        ({"service_rate": [1.0] * 501}, "1 to 500"),
        ({"service_rate": [1.0, 0.0]}, "service_rate"),
        ({"demand": [0.0]}, "demand"),
        ({"preference": [[0, 0]]}, "preference: atom 0"),
        ({"preference": []}, "preference: 0 rows"),
        ({"preference": [[1]], "queue": 2}, "leaves units out"),
        ({"preference": [[]]}, "names no unit"),
        ({"travel": [[1.0]]}, "travel"),
        ({"demand": [3.0], "queue": None}, "grow for ever"),
    ],
)
def test_bad_problems_name_the_field(changes: dict[str, object], field: str) -> None:
    good = {"demand": [1.0], "service_rate": [1.0, 1.0], "preference": [[0, 1]]}
    with pytest.raises(ValueError, match=field):
        Problem(**{**good, **changes})  # type: ignore[arg-type]


def test_more_units_than_states_can_hold_are_sent_to_the_approximation() -> None:
    with pytest.raises(ValueError, match="1 to 20.*approximate"):
        exact(Problem([1.0], [1.0] * 21, [list(range(21))]))
