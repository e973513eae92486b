"""An export comes in by the command once, and goes out again in the format of 2026."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from commonweal.adapters.hmis_csv import reader
from commonweal.adapters.hmis_csv.spec import load
from commonweal.agencies import actions as agencies
from commonweal.cases.models import HmisRow
from commonweal.cli.main import main
from commonweal.kernel.actors import Subject, system
from commonweal.kernel.models import JournalLine
from commonweal.people.models import SourceRecord
from commonweal.sharing import actions as sharing
from factories import hmis

from .shared_data import real_files
from .test_hmis_reader import shut

pytestmark = pytest.mark.django_db


def command(*words: object, code: int = 0) -> dict[str, Any]:
    """Run a command of the product; what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        assert main([str(word) for word in words]) == code, err.getvalue()
    found: dict[str, Any] = json.loads(out.getvalue() or "{}")
    return {**found, "err": err.getvalue()}


def arrive(folder: Path, *more: object, code: int = 0) -> dict[str, Any]:
    """Import a folder."""
    return command("import", "hmis", folder, "--json", *more, code=code)


@pytest.mark.parametrize("year", [2024, 2026])
def test_an_export_arrives_once(tmp_path: Path, year: int) -> None:
    folder = hmis.write(tmp_path / "in", year)
    rows = len(load(year).files) + 2
    first, again = arrive(folder), arrive(folder)
    assert (first["read"], first["accepted"], first["rejected"]) == (rows, rows, 0)
    assert (again["unchanged"], again["accepted"], again["updated"]) == (rows, 0, 0)
    assert (HmisRow.objects.count(), SourceRecord.objects.count()) == (rows, 2)


def test_a_row_that_changed_is_updated_and_nothing_else(tmp_path: Path) -> None:
    arrive(hmis.write(tmp_path / "one"))
    found = arrive(hmis.write(tmp_path / "two", over={"Exit.csv": [{"Destination": "116"}]}))
    assert (found["updated"], found["accepted"]) == (1, 0)


def test_a_client_stands_in_the_index_with_four_digits_and_no_sex_made_of_gender(tmp_path: Path) -> None:
    arrive(hmis.write(tmp_path / "in", over={"Client.csv": [{"Woman": "1"}]}))
    record = SourceRecord.objects.get(external_id="hmis:c1")
    assert (record.given, record.family, record.ssn_last4, record.sex) == ("Marisol", "Quintero", "2345", "")
    kept = json.dumps(list(HmisRow.objects.values_list("content", "identity")))
    assert "900112345" not in kept
    assert not HmisRow.objects.filter(file="Client.csv", content__has_key="LastName").exists()


def test_hashed_names_stay_out_of_the_index(tmp_path: Path) -> None:
    names = {"FirstName": "a" * 64, "LastName": "b" * 64, "SSN": ""}
    over = {"Export.csv": [{"HashStatus": "4"}], "Client.csv": [names]}
    arrive(hmis.write(tmp_path / "in", over=over))
    record = SourceRecord.objects.get(external_id="hmis:c1")
    assert (record.given, record.family) == ("", "")


def test_nothing_of_a_victim_service_provider_is_kept_also_when_it_becomes_one(tmp_path: Path) -> None:
    """The second time the organization says that it is one: what came before goes."""
    open_, closed = shut("0"), shut("1")
    for made in (open_, closed):
        made["Client.csv"][2]["VeteranStatus"] = "0"
        made["Exit.csv"][1]["Destination"] = "101"
    arrive(hmis.write(tmp_path / "open", over=open_))
    assert HmisRow.objects.filter(project="p2").exists()
    found = arrive(hmis.write(tmp_path / "closed", over=closed))
    assert not HmisRow.objects.filter(project="p2").exists()
    assert any("were deleted" in text for text in found["messages"])
    out = tmp_path / "out"
    command("export", "hmis", "--year", 2026, "--out", out)
    written = "".join(path.read_text() for path in out.glob("*.csv"))
    assert not any(f"{key}," in written for key in ("c7", "e7", "x7", "i7", "o2", "p2"))
    assert SourceRecord.objects.get(external_id="hmis:c7").given == ""


def test_a_victim_service_provider_s_own_agency_is_refused(tmp_path: Path) -> None:
    agencies.open_agency(by=system("test"), name="Refuge", kind="victim_service_provider")
    found = arrive(hmis.write(tmp_path / "in"), "--agency", "Refuge", code=2)
    assert "victim service provider" in found["err"]
    assert not HmisRow.objects.exists()


def test_rejects_are_written_with_file_line_field_value_and_reason(tmp_path: Path) -> None:
    found = arrive(hmis.write(tmp_path / "in", over={"Services.csv": [{"TypeProvided": "3"}]}))
    (row,) = hmis.loaded(Path(found["rejects_file"]))
    assert (row["file"], row["line"], row["field"], row["value"]) == (
        "Services.csv",
        "2",
        "TypeProvided",
        "3",
    )
    assert "SERVICES" not in row["reason"]
    assert "BedNight" in row["reason"]


def test_a_folder_that_cannot_be_read_ends_with_code_2(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "in")
    (folder / "Enrollment.csv").write_bytes(b"")
    found = arrive(folder, code=2)
    assert found["accepted"] == 0
    assert arrive(tmp_path / "nowhere", code=2)["err"]


@pytest.mark.parametrize("year", [2024, 2026])
def test_what_came_in_goes_out_in_2026_and_comes_in_again(tmp_path: Path, year: int) -> None:
    arrive(hmis.write(tmp_path / "in", year))
    out = tmp_path / "out"
    said = command("export", "hmis", "--year", 2026, "--out", out)
    assert said["rows"]["Client.csv"] == 2
    assert {path.name for path in out.iterdir()} == {*load(2026).files, "decisions.json"}
    items = list(reader.read(reader.open_folder(out)))
    assert not [item for item in items if isinstance(item, reader.Reject)]
    client = hmis.loaded(out / "Client.csv")[0]
    assert (client["SSN"], client["LastName"]) == ("xxxxx2345", "Quintero")
    lines = JournalLine.objects.filter(kind="cases.hmis_handed_over")
    assert lines.get().data["rows"] == HmisRow.objects.count()


def test_rows_of_an_expunged_record_stay_behind(tmp_path: Path) -> None:
    arrive(hmis.write(tmp_path / "in"))
    gone, *_ = HmisRow.objects.filter(file="Client.csv").order_by("key")
    assert gone.record_id
    sharing.bar(by=system("court"), subject=Subject("source_record", gone.record_id), expunged=True)
    command("export", "hmis", "--year", 2026, "--out", tmp_path / "out")
    texts = "".join(path.read_text("utf-8") for path in (tmp_path / "out").glob("*.csv"))
    assert f",{gone.key}," not in f",{texts}" and "Quintero" in texts, "the other is handed over"


def test_an_export_is_refused_without_rows_or_into_a_full_folder(tmp_path: Path) -> None:
    assert command("export", "hmis", "--year", 2026, "--out", tmp_path / "out", code=2)["err"]
    arrive(hmis.write(tmp_path / "in"))
    assert (
        "empty folder" in command("export", "hmis", "--year", 2026, "--out", tmp_path / "in", code=2)["err"]
    )
    wrong = command("export", "hmis", "--year", 2026, "--out", tmp_path / "out", "--agency", "Nobody", code=2)
    assert "No agency" in wrong["err"]


@pytest.mark.slow
def test_the_real_export_arrives_once_and_leaves_valid(tmp_path: Path) -> None:
    folder = real_files("hmis_fy2024/Client.csv")[0].parent
    first, again = arrive(folder), arrive(folder)
    assert (first["accepted"], first["rejected"]) == (19453, 0)
    assert (again["unchanged"], again["accepted"], again["updated"]) == (19453, 0, 0)
    command("export", "hmis", "--year", 2026, "--out", tmp_path / "out")
    items = list(reader.read(reader.open_folder(tmp_path / "out")))
    assert not [item for item in items if isinstance(item, reader.Reject)]
    assert sum(isinstance(item, reader.Row) for item in items) == 19453
