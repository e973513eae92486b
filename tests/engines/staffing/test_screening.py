"""The approximation: right where all units are alike, near elsewhere, and never told without its caution."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.cli import main
from commonweal.engines.staffing import Problem, approximate, erlang_b, erlang_c, exact


@st.composite
def cities(draw: st.DrawFn) -> Problem:
    """Up to seven units that are fairly busy, alike or not."""
    units, atoms = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    rates = [draw(st.sampled_from([0.8, 1.0, 1.3])) for _ in range(units)]
    load, parts = draw(st.floats(0.2, 0.85)), [draw(st.floats(0.1, 1)) for _ in range(atoms)]
    demand = [load * sum(rates) * part / sum(parts) for part in parts]
    orders = [draw(st.permutations(range(units))) for _ in range(atoms)]
    return Problem(demand, rates, orders, queue=draw(st.sampled_from([0, 3, None])))


@settings(max_examples=60)
@given(cities())
def test_it_comes_near_and_nothing_is_lost_on_the_way(problem: Problem) -> None:
    found, right = approximate(problem), exact(problem)
    assert found.residual < 1e-9
    assert found.workload == pytest.approx(right.workload, abs=0.12)
    assert found.blocked == pytest.approx(right.blocked, abs=0.03)
    work = sum(w * r for w, r in zip(found.workload, problem.service_rate, strict=True))
    assert work == pytest.approx(sum(problem.demand) * (1 - found.blocked), rel=1e-3)
    assert sum(map(sum, found.dispatch_fraction)) == pytest.approx(1)


@pytest.mark.parametrize("units", [1, 4, 60])
def test_units_that_are_alike_lose_and_wait_as_erlang_says(units: int) -> None:
    orders, load = [list(range(units))], 0.7 * units
    assert approximate(Problem([load], [1.0] * units, orders)).blocked == pytest.approx(erlang_b(units, load))
    lined = approximate(Problem([load], [1.0] * units, orders, queue=None))
    assert lined.waiting == pytest.approx(erlang_c(units, load))
    assert sum(lined.workload) == pytest.approx(load, rel=1e-6)


def test_a_place_whose_own_units_are_busy_loses_its_calls() -> None:
    zones = approximate(Problem([1.0, 2.0], [1.0, 1.0, 1.0], [[0], [1, 2]]))
    assert zones.workload[0] == pytest.approx(0.5, abs=0.05) and 0.3 < zones.blocked < 0.6


def test_the_lab_says_what_it_is_and_how_far_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "two.json"
    given = {"demand": [1.0], "service_rate": [1.0, 1.0], "preference": [[0, 1]], "method": "approximate"}
    file.write_text(json.dumps(given))
    assert main.main(["lab", "hypercube", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["method"] == "approximate" and "screen" in told["caution"]
    apart = [abs(near - right) for near, right in zip(told["workload"], [0.5, 0.3], strict=True)]
    assert told["farthest_from_exact"] == pytest.approx(max(apart))
    many = {**given, "service_rate": [1.0] * 30, "preference": [list(range(30))]}
    file.write_text(json.dumps(many))
    assert main.main(["lab", "hypercube", str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["farthest_from_exact"] is None
    file.write_text(json.dumps({**many, "method": "exact"}))
    assert main.main(["lab", "hypercube", str(file)]) == 2
    assert "approximate" in capsys.readouterr().err
