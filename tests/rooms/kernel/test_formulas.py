"""What a spreadsheet would run leaves as text, and comes back as it was (decision 0018)."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.kernel.formulas import RUN, bared, guarded, runs
from commonweal.kernel.listings import Rejected, Remark, Remarks, read_listing, read_rejects, write_rejects

EVIL = ('=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1")
cells = st.text(st.sampled_from("=+-@\t\r\n'＝＋－＠a1 "), max_size=6) | st.text(max_size=12)


@given(cells)
def test_no_guarded_cell_begins_like_a_formula_and_every_guard_comes_off(text: str) -> None:
    assert not guarded(text).startswith(RUN)
    assert bared(guarded(text)) == text
    assert bared(guarded(guarded(text))) == guarded(text), "twice guarded, twice bared"


@given(cells)
def test_what_nothing_would_run_is_left_alone(text: str) -> None:
    assert (guarded(text) == text) is not runs(text)


@given(st.integers() | st.floats(allow_nan=False))
def test_a_number_stays_a_number(number: float) -> None:
    assert guarded(number) == str(number)


def test_nothing_is_the_empty_cell() -> None:
    assert guarded(None) == guarded("") == bared("") == ""


@pytest.mark.parametrize("value", EVIL)
def test_lists_of_an_import_are_safe_to_open_and_read_back_as_they_were(tmp_path: Path, value: str) -> None:
    """Refused and doubted rows alike; the reason quotes the value, and may begin with it."""
    refused = Rejected(value, 7, "name", value, f"{value} is no name")
    write_rejects(tmp_path / "rejects.csv", [refused])
    remarks = Remarks()
    remarks.add(Remark("calls.csv", 3, value, value, f"{value} came twice"))
    assert remarks.keep(tmp_path / "remarks.csv") and not remarks.keep(tmp_path / "remarks.csv")
    for name in ("rejects.csv", "remarks.csv"):
        with (tmp_path / name).open(newline="", encoding="utf-8") as file:
            assert not [c for row in csv.reader(file) for c in row if c.startswith(RUN)]
    assert read_rejects(tmp_path / "rejects.csv", 5) == [refused]
    told = list(read_listing(tmp_path / "remarks.csv", values=True))
    assert told[1] == ["calls.csv", "3", value, value, f"{value} came twice"]
    assert list(read_listing(tmp_path / "remarks.csv", values=False))[1][3:] == ["", "... came twice"]
