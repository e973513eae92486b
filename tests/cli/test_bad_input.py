"""Files that an operator really has: each is answered in words, good rows kept, nothing doubled or lost."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from commonweal.adapters.cad_csv import reader
from commonweal.calls import queries
from commonweal.cli.main import main

pytestmark = pytest.mark.django_db
HEADER = "call_number,agency,nature,priority,source,received,dispatched,address,longitude,latitude"
GOOD = [
    "A1,police,WELFARE CHECK,2,911,2025-03-01 10:00:00,2025-03-01 10:05:00,412 Cedar Ave,-121.6,38.5",
    "A2,ems,OVERDOSE,1,911,2025-03-01 11:00:00,,,,",
]
PLAIN = "\n".join([HEADER, *GOOD, ""])
Capture = pytest.CaptureFixture[str]


@pytest.fixture(name="take")
def import_of(capsys: Capture) -> Callable[..., tuple[int, dict[str, object], str]]:
    """Import calls as an operator does: exit code, what --json says, and standard error."""

    def taken(*files: Path, profile: str = "calls_plain") -> tuple[int, dict[str, object], str]:
        capsys.readouterr()
        code = main(["import", "calls", *map(str, files), "--profile", profile, "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, json.loads(out), err

    return taken


Take = Callable[..., tuple[int, dict[str, object], str]]


def sums(found: dict[str, object]) -> tuple[int, ...]:
    """Accepted, updated, unchanged, rejected; read must be their sum."""
    four = tuple(int(str(found[k])) for k in ("accepted", "updated", "unchanged", "rejected"))
    assert found["read"] == sum(four)
    return four


def rejects(found: dict[str, object]) -> list[dict[str, str]]:
    """The list of refused rows."""
    return list(csv.DictReader(Path(str(found["rejects_file"])).read_text("utf-8").splitlines()))


def write(folder: Path, content: str | bytes, name: str = "calls.csv") -> Path:
    """A file of the operator's."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook() -> bytes:
    """The same calls as a spreadsheet."""
    book, out = Workbook(), io.BytesIO()
    for line in [HEADER, *GOOD]:
        book.active.append(line.split(","))
    book.save(out)
    return out.getvalue()


class TestAWholeFile:
    """What cannot be read at all is said on standard error, in the JSON and in the list; exit code 2."""

    @pytest.mark.parametrize(
        ("content", "why", "remedy"),
        [
            (b"", "is empty", "Export it again"),
            (b"\0" * 70_000, "NUL bytes", "export it again"),
            (b" \n" * 40_000, "blanks", "export it again"),
            (os.urandom(5_000) + b"\0\1\2" * 200, "binary data", "CSV"),
            (gzip.compress(PLAIN.encode()), "gzip", "Unpack"),
            (PLAIN.encode("utf-16"), "UTF-16", "UTF-8"),
            (PLAIN.encode("utf-16-le"), "binary data", "CSV (UTF-8)"),
            (b"one,two\n1,2\n", "lacks 2 needed columns: call_number, received", "profile"),
            (b"call_number,received" + b"x" * 2_000_000, "longer than", "CSV"),
            (b"%PDF-1.7 ...", "PDF", "CSV"),
        ],
        ids="empty nul blank noise gzip utf16 utf16le columns line pdf".split(),
    )
    def test_it_is_refused_in_words(
        self, tmp_path: Path, take: Take, content: bytes, why: str, remedy: str
    ) -> None:
        code, found, err = take(write(tmp_path, content))
        assert (code, sums(found)) == (2, (0, 0, 0, 1))
        assert all(word in err for word in ("calls.csv", why, remedy)), err
        assert found["messages"] == [line for line in err.splitlines() if line]
        [listed] = rejects(found)
        assert why in listed["reason"] and listed["line"] == "0"

    def test_a_folder_and_a_missing_file(self, tmp_path: Path, take: Take) -> None:
        code, found, err = take(tmp_path, tmp_path / "nowhere.csv")
        assert (code, sums(found)[3]) == (2, 2)
        assert "is a folder" in err and "does not exist" in err and "Check the path" in err

    def test_a_file_that_may_not_be_opened(
        self, tmp_path: Path, take: Take, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Told in words; the refusal is made here, since root may read every file."""

        def closed(path: Path, *args: object, **options: object) -> None:
            raise PermissionError(13, "Permission denied", str(path))

        file, profile = write(tmp_path, PLAIN), reader.load_profile("calls_plain")
        with monkeypatch.context() as patched:
            patched.setattr(Path, "open", closed)
            [item] = reader.read([file], profile)
        assert isinstance(item, reader.Reject)
        assert "Permission denied" in item.sentence() and "Check its permissions" in item.sentence()

    def test_its_neighbours_are_kept_and_the_code_says_so(self, tmp_path: Path, take: Take) -> None:
        code, found, err = take(write(tmp_path, b"", "a.csv"), write(tmp_path, PLAIN, "b.csv"))
        assert (code, sums(found)) == (0, (2, 0, 0, 1)) and "a.csv: file: is empty" in err

    def test_a_header_alone_is_no_fault_but_is_said(self, tmp_path: Path, take: Take) -> None:
        code, found, err = take(write(tmp_path, HEADER + "\n"))
        assert (code, sums(found)) == (0, (0, 0, 0, 0)) and "a header and no row" in err

    def test_two_gigabytes_of_nothing_cost_nothing(self, tmp_path: Path, take: Take) -> None:
        """Sparse, so that the disk is spared: what is measured is what is held in memory."""
        zeros, line = tmp_path / "zeros.csv", tmp_path / "line.csv"
        for file, head in ((zeros, b""), (line, HEADER.encode() + b"\nA1,")):
            file.write_bytes(head)
            os.truncate(file, 2 << 30)
        tracemalloc.start()
        code, found, err = take(zeros, line)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (code, found["accepted"]) == (2, 0) and peak < 100 << 20
        assert "zeros.csv" in err and "NUL bytes" in err and "line.csv" in err

    def test_a_file_of_rubbish_ends_before_its_last_row(self, tmp_path: Path, take: Take) -> None:
        """A wrong file must not make a list as long as itself."""
        file = write(tmp_path, HEADER + "\n" + "x\n" * 130_000)
        code, found, err = take(file)
        assert code == 2 and sums(found)[3] == 100_001 and "the rest was not read" in err


class TestOtherShapes:
    """What is readable is read, whatever its name or encoding says."""

    @pytest.mark.parametrize(
        "content",
        [
            b"\xef\xbb\xbf" + PLAIN.encode(),
            PLAIN.replace(",", ";").encode(),
            PLAIN.replace(",", "\t").encode(),
            PLAIN.replace("\n", "\r\n").encode(),
            PLAIN.replace("\n", "\r").encode(),
            PLAIN.replace("Cedar", "Peña").encode("latin-1"),
            workbook(),
            PLAIN.replace("call_number", "CALL_NUMBER ").encode(),
        ],
        ids="bom semicolon tab crlf cr latin-1 xlsx case".split(),
    )
    def test_it_is_read(self, tmp_path: Path, take: Take, content: bytes) -> None:
        code, found, _err = take(write(tmp_path, content))
        assert (code, sums(found)) == (0, (2, 0, 0, 0))

    def test_latin_1_is_said(self, tmp_path: Path, take: Take) -> None:
        _code, found, err = take(write(tmp_path, PLAIN.replace("Cedar", "Peña").encode("latin-1")))
        assert "1 line is not UTF-8" in err and found["findings"] == 1

    def test_a_column_that_comes_twice_is_said(self, tmp_path: Path, take: Take) -> None:
        """The first is read, and the operator is told which."""
        text = "\n".join([HEADER + ",nature", *(f"{row},OTHER" for row in GOOD), ""])
        code, found, err = take(write(tmp_path, text))
        assert (code, sums(found)) == (0, (2, 0, 0, 0))
        assert "'nature' stands twice" in err and "the first is read" in err


class TestRows:
    """A bad row costs itself."""

    @pytest.mark.parametrize(
        ("row", "field", "said"),
        [
            ("B1,police,NOISE,3,911,0001-01-01 00:00:00,,,,", "received", "0001"),
            ("B1,police,NOISE,3,911,9999-12-31 23:59:59,,,,", "received", "9999"),
            ("B1,police,NOISE,3,911,2025-02-29 10:00:00,,,,", "received", "is not a date"),
            ("B1,police,NOISE,3,911,yesterday,,,,", "received", "is not a date"),
            ("B1,police,NOISE,3,911,,,,,", "received", "missing"),
            (",police,NOISE,3,911,2025-03-01 10:00:00,,,,", "call_number", "missing"),
            ("B1,police,NOISE,3,911,2025-03-01 10:00:00,,12 Oak St,10,210", "latitude", "210"),
            ("B1,police,NOISE,3,911,2025-03-01 10:00:00,,12 Oak St,38.5,-121.6", "latitude", "swapped"),
            ("B1,police,NOISE", "row", "3 cells where the header has 10"),
            ("B1,police,NO\0ISE,3,911,2025-03-01 10:00:00,,,,", "row", "NUL"),
            ("B" * 80 + ",police,NOISE,3,911,2025-03-01 10:00:00,,,,", "call_number", "64"),
        ],
        ids="year1 year9999 leap word none id lat swapped short nul long".split(),
    )
    def test_it_is_listed_and_the_others_stay(
        self, tmp_path: Path, take: Take, row: str, field: str, said: str
    ) -> None:
        file = write(tmp_path, "\n".join([HEADER, GOOD[0], row, GOOD[1], ""]))
        code, found, err = take(file)
        assert (code, sums(found)) == (0, (2, 0, 0, 1))
        [listed] = rejects(found)
        assert (listed["line"], listed["field"]) == ("3", field) and said in listed["reason"] + listed[
            "value"
        ]
        assert "calls.csv, line 3" in err and field in err
        assert sums(take(file)[1]) == (0, 0, 2, 1)

    def test_the_same_incident_told_twice_otherwise(self, tmp_path: Path, take: Take) -> None:
        """The first stays, both lines are named, and a second run changes nothing."""
        other = GOOD[0].replace("WELFARE CHECK", "OVERDOSE")
        file = write(tmp_path, "\n".join([HEADER, *GOOD, GOOD[1], other, ""]))
        _code, found, err = take(file)
        assert sums(found) == (2, 0, 1, 1) and "1 of the rows tell again" in err
        [listed] = rejects(found)
        assert (listed["line"], listed["value"]) == ("5", "A1") and "line 2" in listed["reason"]
        [doubt] = csv.DictReader(Path(str(found["findings_file"])).read_text("utf-8").splitlines())
        assert doubt["line"] == "4" and "line 3" in doubt["finding"]
        assert sums(take(file)[1]) == (0, 0, 3, 1)

    def test_the_same_file_twice_in_one_run(self, tmp_path: Path, take: Take) -> None:
        files = write(tmp_path, PLAIN, "a.csv"), write(tmp_path, PLAIN, "b.csv")
        _code, found, err = take(*files)
        assert sums(found) == (2, 0, 2, 0) and "b.csv: has the same content as a.csv" in err
        assert queries.count_between(*queries.span_of_history()) == 1  # the last moment is left out

    def test_a_file_that_grows_and_is_corrected(self, tmp_path: Path, take: Take) -> None:
        take(write(tmp_path, PLAIN))
        more = GOOD[1].replace("A2", "A3")
        grown = "\n".join([HEADER, GOOD[0].replace(",2,911", ",3,911"), GOOD[1], more, ""])
        file = write(tmp_path, grown)
        assert sums(take(file)[1]) == (1, 1, 1, 0)
        assert sums(take(file)[1]) == (0, 0, 3, 0)

    def test_lists_are_for_their_owner_alone(self, tmp_path: Path, take: Take) -> None:
        """Values of a source may be personal."""
        file = write(tmp_path, "\n".join([HEADER, *GOOD, "x", ""]))
        path = Path(str(take(file)[1]["rejects_file"]))
        assert path.stat().st_mode & 0o077 == 0
