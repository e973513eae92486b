"""Erlang's formulas: published values, and their own birth and death chain."""

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.staffing import Desk, erlang_b, erlang_c, required, service

loads = st.floats(0.01, 40)
servers = st.integers(1, 50)


def test_ten_servers_at_four_fifths() -> None:
    assert erlang_c(10, 8.0) == pytest.approx(0.40918015, abs=5e-9)


def test_erlang_b_of_published_tables() -> None:
    # standard tables: 10 lines carry 4.461 erlangs at 1 % loss, 5 lines 2.219 at 5 %
    assert erlang_b(10, 4.461) == pytest.approx(0.01, abs=2e-5)
    assert erlang_b(5, 2.219) == pytest.approx(0.05, abs=5e-5)


@given(servers, loads)
def test_waiting_is_at_least_losing_and_falls_with_more_servers(n: int, load: float) -> None:
    assert 0 <= erlang_b(n, load) <= erlang_c(n, load) + 1e-12 <= 1 + 1e-9
    assert erlang_b(n + 1, load) < erlang_b(n, load)
    assert erlang_c(n + 1, load) <= erlang_c(n, load)


@given(st.integers(1, 20), st.floats(0.05, 0.95))
def test_erlang_c_is_the_chain_solved_by_hand(n: int, share: float) -> None:
    load = n * share
    levels = [1.0]
    for k in range(1, 3000):
        levels.append(levels[-1] * load / min(k, n))
    assert erlang_c(n, load) == pytest.approx(sum(levels[n:]) / sum(levels), rel=1e-6)


@settings(max_examples=25)
@given(st.integers(1, 15), st.floats(0.2, 1.6), st.floats(0.5, 30))
def test_erlang_a_is_the_chain_solved_by_hand(n: int, share: float, patience: float) -> None:
    handle = 5.0
    desk = Desk(60 * n * share / handle, handle, 20, patience)
    levels = [1.0]
    for k in range(1, 1500):
        leaving = min(k, n) / handle + max(k - n, 0) / patience
        levels.append(levels[-1] * desk.calls_per_hour / 60 / leaving)
    chain = np.array(levels) / sum(levels)
    queue = float((chain[n:] * np.arange(len(chain) - n)).sum())
    found = service(desk, n)
    assert found.p_wait == pytest.approx(chain[n:].sum(), rel=1e-5)
    assert found.abandoned == pytest.approx(queue / patience / (desk.calls_per_hour / 60), rel=1e-4, abs=1e-9)
    assert found.mean_wait == pytest.approx(60 * queue / (desk.calls_per_hour / 60), rel=1e-4, abs=1e-6)


def test_callers_with_endless_patience_are_erlang_c() -> None:
    patient, nearly = service(Desk(100, 5, 20), 10), service(Desk(100, 5, 20, patience=1e6), 10)
    assert nearly.service_level == pytest.approx(patient.service_level, abs=1e-5)
    assert nearly.mean_wait == pytest.approx(patient.mean_wait, rel=1e-4)


@settings(max_examples=40)
@given(st.floats(1, 300), st.floats(0.5, 20), st.floats(0, 120), st.floats(0.5, 0.99))
def test_required_is_the_fewest_that_keep_the_promise(
    rate: float, handle: float, target: float, level: float
) -> None:
    desk = Desk(rate, handle, target)
    found = required(desk, level, max_occupancy=0.9)
    assert found.service.service_level >= level and found.service.occupancy <= 0.9
    if found.service.servers > 1:
        fewer = service(desk, found.service.servers - 1)
        assert fewer.service_level < level or fewer.occupancy > 0.9


def test_absences_are_rostered_for() -> None:
    found = required(Desk(100, 5, 20), 0.8, max_occupancy=0.85, shrinkage=0.3)
    assert (found.service.servers, found.rostered) == (12, 18)


def test_too_few_servers_wait_for_ever() -> None:
    found = service(Desk(60, 60, 20), 10)
    assert (found.mean_wait, found.p_wait, found.service_level) == (inf, 1.0, 0.0)


@pytest.mark.parametrize(
    "build, field",
    [
        (lambda: Desk(0, 5, 20), "calls_per_hour"),
        (lambda: Desk(10, -5, 20), "handle_minutes"),
        (lambda: Desk(10, 5, -1), "target_seconds"),
        (lambda: Desk(10, 5, 20, 0), "patience"),
        (lambda: service(Desk(10, 5, 20), 0), "servers"),
        (lambda: required(Desk(10, 5, 20), 80), "service_level"),
        (lambda: erlang_b(-1, 2), "servers"),
    ],
)
def test_bad_input_names_the_field(build, field: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=field):
        build()
