"""Any file at all: what can be read is read, what cannot is refused in words, nothing else happens."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from commonweal.adapters.files import spec
from commonweal.adapters.files.answers import FileRefused, Reject, shown
from commonweal.adapters.files.opening import Source, kind, source
from commonweal.adapters.files.tables import Record, Table, open_table


def table_of(content: bytes) -> Table:
    return open_table(source(content, "t.csv"))


def cells_of(content: bytes) -> list[list[str]]:
    return [list(row.cells) for row in table_of(content).records() if isinstance(row, Record)]


def rejects_of(content: bytes) -> list[Reject]:
    return [row for row in table_of(content).records() if isinstance(row, Reject)]


# --- what is refused, and in which words -------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \t\n" * 1000, "blanks"),
        (b"\0" * 70_000, "NUL bytes"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"\x1f\x8b\x08 squeezed", "gzip"),
        (b"PK\x03\x04 not really", "damaged"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        (bytes(range(256)) * 20, "binary data"),
        (b"a,b\0,c\n1,2,3\n", "binary data"),
        (b"a" * (1 << 20) + b"\n1\n", "longer than"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words) as refusal:
        table_of(content)
    assert refusal.value.reject.line == 0
    assert refusal.value.reject.remedy


def test_two_gigabytes_of_nothing_are_refused_within_one_block(tmp_path: Path) -> None:
    path = tmp_path / "nothing.csv"
    with path.open("wb") as stream:
        stream.truncate(2 << 30)
    read = 0

    class Counting(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal read
            block = super().read(-1 if size is None else size)
            read += len(block or b"")
            return block or b""

    class Watched(Source):
        def open(self) -> Counting:
            return Counting(path)

    with pytest.raises(FileRefused, match="nothing but NUL"):
        kind(Watched(path, "nothing.csv"))
    assert read <= 65_536


def test_a_long_run_of_blank_lines_ends_the_reading_and_keeps_what_came_before() -> None:
    content = b"a,b\n1,2\n" + b"\n" * 150_000 + b"3,4\n"
    rows = list(table_of(content).records())
    assert isinstance(rows[0], Record)
    assert isinstance(rows[-1], Reject) and "blank lines" in rows[-1].reason
    assert len(rows) == 2


def test_binary_noise_further_down_keeps_the_rows_before_it() -> None:
    content = b"a,b\n" + b"1,2\n" * 20_000 + b"\xff" * (1 << 21)
    rows = list(table_of(content).records())
    assert sum(isinstance(row, Record) for row in rows) == 20_000
    assert isinstance(rows[-1], Reject) and "without a line end" in rows[-1].reason


def test_a_folder_a_missing_path_and_a_device_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"is a folder.*\*\.csv"):
        source(tmp_path)
    with pytest.raises(FileRefused, match="does not exist"):
        source(tmp_path / "absent.csv")
    with pytest.raises(FileRefused, match="does not exist"):
        source("a\0b")
    with pytest.raises(FileRefused, match="not a regular file"):
        source(os.devnull)


def test_an_archive_and_a_workbook_that_unpacks_to_too_much_are_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("week35.csv", "a,b\n1,2\n")
    with pytest.raises(FileRefused, match="ZIP archive"):
        table_of(packed.getvalue())
    content = bytearray(workbook_of([["a"], ["1"]]))
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
    content[at + 24 : at + 28] = (0x7FFFFFFF).to_bytes(4, "little")
    with pytest.raises(FileRefused, match="unpacks to"):
        table_of(bytes(content))


# --- what is read ----------------------------------------------------------------------------------


def test_a_line_that_is_not_utf8_is_read_and_marked() -> None:
    table = table_of(b"\xef\xbb\xbfname,city\nJos\xe9,Reno\nZo\xc3\xab,Reno\n\x81x,Reno\n")
    rows = list(table.records())
    assert table.header == ["name", "city"]
    assert [(row.cells[0], row.odd) for row in rows if isinstance(row, Record)] == [
        ("José", "cp1252"),
        ("Zoë", ""),
        ("\x81x", "latin-1"),
    ]
    assert "2 lines are not UTF-8" in table.notices[0].text


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_in_the_header(mark: str) -> None:
    content = f"a{mark}b{mark}c\n1{mark}2{mark}3\n".encode()
    assert cells_of(content) == [["1", "2", "3"]]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_kind_of_line_end_is_read(end: bytes) -> None:
    assert cells_of(end.join([b"a,b", b"1,2", b"3,4"])) == [["1", "2"], ["3", "4"]]


def test_quotes_hold_delimiters_and_lines() -> None:
    content = b'a,b\n"1,5","two\nlines"\n3,4\n'
    rows = list(table_of(content).records())
    assert [(row.line, list(row.cells)) for row in rows if isinstance(row, Record)] == [
        (2, ["1,5", "two\nlines"]),
        (4, ["3", "4"]),
    ]


def test_a_quote_that_never_closes_costs_one_line() -> None:
    good = b"3,4\n" * 500
    content = b'a,b\n1,2\n"run away,2\n' + good
    assert len(cells_of(content)) == 501
    assert [(reject.line, reject.field) for reject in rejects_of(content)] == [(3, "row")]


def test_a_cell_beyond_the_limit_costs_one_line() -> None:
    content = b"a,b\n1,2\n" + b"x" * 200_000 + b",2\n3,4\n"
    assert cells_of(content) == [["1", "2"], ["3", "4"]]
    assert "too long" in rejects_of(content)[0].reason


def test_rows_of_another_width_are_rejects_and_trailing_empty_cells_are_forgiven() -> None:
    content = b"a,b\n1,2,,\n1\n1,2,3\n,\n5,6\n"
    assert cells_of(content) == [["1", "2"], ["", ""], ["5", "6"]]
    assert [(reject.line, reject.reason) for reject in rejects_of(content)] == [
        (3, "has 1 cells where the header has 2"),
        (4, "has 3 cells where the header has 2"),
    ]


def test_a_nul_byte_costs_its_row() -> None:
    content = b"a,b\n" + b"1,2\n" * 40 + b"3,\x004\n5,6\n"
    assert len(cells_of(content)) == 41
    (reject,) = rejects_of(content)
    assert (reject.line, reject.reason) == (42, "holds NUL bytes")
    assert "\0" not in reject.value


def workbook_of(rows: list[list[object]], title: str = "Calls") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_a_workbook_reads_as_the_same_table() -> None:
    from datetime import datetime

    when = datetime(2025, 8, 24, 0, 7, 6)
    content = workbook_of([["id", "when", "n", None], [7, when, 2.5, None], [], ["x", None, 3.0, None]])
    table = table_of(content)
    assert table.header == ["id", "when", "n"]
    assert [(row.line, list(row.cells)) for row in table.records() if isinstance(row, Record)] == [
        (2, ["7", "2025-08-24 00:07:06", "2.5"]),
        (4, ["x", "", "3"]),
    ]


def test_a_sheet_is_chosen_by_name_or_refused_with_the_choice() -> None:
    content = workbook_of([["id"], ["1"]], "Week 35")
    assert open_table(source(content), sheet="Week 35").header == ["id"]
    with pytest.raises(FileRefused, match="Choose one of: Week 35"):
        open_table(source(content), sheet="Week 36")


def test_an_empty_workbook_and_a_cut_one_are_refused() -> None:
    with pytest.raises(FileRefused, match="sheet is empty"):
        table_of(workbook_of([]))
    with pytest.raises(FileRefused):
        table_of(workbook_of([["a"], ["1"]])[:-200])


# --- properties ------------------------------------------------------------------------------------


@given(st.binary(max_size=3000))
def test_no_bytes_whatever_raise_anything_but_a_refusal(content: bytes) -> None:
    try:
        table = table_of(content)
    except FileRefused as refusal:
        assert refusal.reject.reason and refusal.reject.remedy
        return
    for row in table.records():
        assert isinstance(row, Reject) or len(row.cells) == len(table.header)


@given(st.binary(max_size=600), st.integers(0, 3000))
def test_a_damaged_workbook_never_raises_anything_but_a_refusal(noise: bytes, at: int) -> None:
    content = bytearray(workbook_of([["a", "b"], ["1", "2"]]))
    content[at : at + len(noise)] = noise
    try:
        rows = list(table_of(bytes(content)).records())
    except FileRefused:
        return
    assert all(isinstance(row, (Record, Reject)) for row in rows)


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2, max_size=2)))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]]) -> None:
    import csv

    written = io.StringIO()
    csv.writer(written).writerows([["left", "right"], *rows])
    expected = [row for row in rows if len(",".join(row)) >= 0]
    assert cells_of(written.getvalue().encode()) == expected


@given(st.text())
def test_values_in_messages_are_printable_and_short(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 410


# --- profiles --------------------------------------------------------------------------------------


def test_a_profile_that_does_not_exist_is_refused_with_the_choice(tmp_path: Path) -> None:
    with pytest.raises(spec.ProfileError, match="alexandria"):
        spec.load("atlantis")
    with pytest.raises(spec.ProfileError, match="cannot be opened"):
        spec.load(str(tmp_path / "absent.yaml"))
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [1,\n", encoding="utf-8")
    with pytest.raises(spec.ProfileError, match="does not parse"):
        spec.load(str(broken))
