"""Doubts about records from counts alone: gaps, impossible orders, lateness, drift; calm where none is."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.measures import Expected, Month, doubts

TODAY = date(2026, 7, 15)
LEAST = Expected({"nature": 0.95})
FIRSTS = [date(2026, month, 1) for month in range(1, 8)]


def months(filled: list[int], of: int = 200) -> list[Month]:
    """So many calls a month that say what they are about."""
    return [Month(first, of, {"nature": (said, of)}) for first, said in zip(FIRSTS, filled, strict=False)]


def test_a_field_left_open_too_often_is_one_doubt_with_its_first_month() -> None:
    [doubt] = doubts(months([200, 150, 150, 150]), LEAST, TODAY)
    assert (doubt.kind, doubt.field, doubt.number, doubt.of) == ("missing", "nature", 150, 800)
    assert doubt.since == date(2026, 2, 1)
    assert doubt.series[0] == (date(2026, 1, 1), 0, 200) and doubt.series[3][1] == 50


def test_at_what_the_site_expects_nothing_is_doubted() -> None:
    assert doubts(months([190] * 4), LEAST, TODAY) == []
    assert doubts([], LEAST, TODAY) == []


def test_impossible_orders_and_unreadable_values_count_by_kind() -> None:
    odd = {("on_scene", "before dispatched"): 3, ("received", "not a time"): 1}
    found = doubts([Month(FIRSTS[0], 40), Month(FIRSTS[1], 40, {}, odd)], Expected({}), TODAY)
    assert [(d.kind, d.problem, d.number, d.of) for d in found] == [
        ("order", "before dispatched", 3, 80), ("unreadable", "not a time", 1, 80)
    ]  # fmt: skip
    assert {d.since for d in found} == {FIRSTS[1]}


def test_late_records_are_a_doubt_only_above_the_share_that_a_site_bears() -> None:
    calm = [Month(FIRSTS[0], 100, late=10)]
    assert doubts(calm, Expected({}), TODAY) == []
    [late] = doubts([*calm, Month(FIRSTS[1], 100, late=11)], Expected({}), TODAY)
    assert (late.kind, late.number, late.of) == ("late", 21, 200)


def test_a_share_that_moved_in_the_newest_whole_month_is_drift_and_the_running_month_is_not() -> None:
    moved = doubts(months([200, 200, 200, 200, 200, 150]), Expected({}), TODAY)
    [drift] = [doubt for doubt in moved if doubt.kind == "drift"]
    assert (drift.problem, drift.number, drift.since) == ("less_filled", 50, date(2026, 6, 1))
    assert doubts(months([200, 200, 200, 200, 200, 200, 20]), Expected({}), TODAY) == []
    [back] = doubts(months([150, 150, 150, 150, 150, 200]), Expected({}), TODAY)
    assert back.problem == "more_filled"


def test_a_source_that_falls_silent_is_drift() -> None:
    rows = [Month(first, 100) for first in FIRSTS[:5]]
    [less] = doubts([*rows, Month(FIRSTS[5], 30)], Expected({}), TODAY)
    assert (less.field, less.problem, less.number, less.of) == ("rows", "fewer_rows", 70, 100)
    [more] = doubts([*rows, Month(FIRSTS[5], 250)], Expected({}), TODAY)
    assert more.problem == "more_rows"
    assert doubts([*rows, Month(FIRSTS[5], 60)], Expected({}), TODAY) == []


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)), max_size=7))
def test_no_doubt_says_more_than_there_is(drawn: list[tuple[int, int, int]]) -> None:
    rows = [
        Month(first, n, {"nature": (min(a, n), n)}, {("cleared", "before received"): min(b, n)}, min(b, n))
        for first, (n, a, b) in zip(FIRSTS, drawn, strict=False)
    ]
    total = sum(row.rows for row in rows)
    for doubt in doubts(rows, LEAST, TODAY):
        if doubt.kind != "drift":
            assert 0 < doubt.number <= doubt.of <= total
            assert sum(cell[1] for cell in doubt.series) == doubt.number
        assert doubt.since in {row.first for row in rows}


@given(st.integers(50, 400), st.floats(0, 1))
def test_months_alike_never_drift(rows: int, share: float) -> None:
    said = round(rows * share)
    same = [Month(first, rows, {"nature": (said, rows)}) for first in FIRSTS]
    assert [d for d in doubts(same, Expected({}), TODAY) if d.kind == "drift"] == []
