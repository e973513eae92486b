"""An HMIS export is read to the last row, or each refusal says file, line, field, value and reason."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.adapters.hmis_csv import reader
from commonweal.adapters.hmis_csv.reader import Doubt, FileRefused, Item, Notice, Reject, Row
from commonweal.adapters.hmis_csv.spec import Column, load
from commonweal.adapters.hmis_csv.values import read_value
from factories import hmis

from .shared_data import real_files


def read(folder: Path) -> list[Item]:
    """All that a reading gives."""
    return list(reader.read(reader.open_folder(folder)))


def rejects(folder: Path) -> list[Reject]:
    """What it refuses."""
    return [item for item in read(folder) if isinstance(item, Reject)]


def words(folder: Path) -> str:
    """What it says of whole files."""
    return " | ".join(item.text for item in read(folder) if isinstance(item, Notice))


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_sound_export_gives_every_row_and_no_word(tmp_path: Path, year: int) -> None:
    items = read(hmis.write(tmp_path / "sound", year))
    assert {type(item) for item in items} == {Row}
    assert len(items) == len(load(year).files) + 2


BAD_CELLS = [
    ("Client.csv", "VeteranStatus", "7", "pick list"),
    ("Client.csv", "DOB", "2031-01-01", "after the day of the export"),
    ("Client.csv", "DOB", "1780-01-01", "outside the years"),
    ("Client.csv", "NameDataQuality", "", "must stand"),
    ("Enrollment.csv", "EntryDate", "02/31/2023", "no date"),
    ("Enrollment.csv", "ProjectID", "p9", "orphan"),
    ("Exit.csv", "ExitDate", "2022-12-31", "before the entry date"),
    ("Exit.csv", "PersonalID", "c2", "not the client"),
    ("Services.csv", "TypeProvided", "3", "RecordType 200"),
    ("Services.csv", "EnrollmentID", "e9", "orphan"),
    ("Funder.csv", "EndDate", "2019-01-01", "lies before StartDate"),
    ("IncomeBenefits.csv", "TotalMonthlyIncome", "lots", "no amount"),
    ("Inventory.csv", "BedInventory", "-4", "whole number"),
    ("User.csv", "UserID", "u" * 33, "longer than the 32"),
]


@pytest.mark.parametrize(("file", "field", "value", "reason"), BAD_CELLS)
def test_a_bad_cell_costs_its_row_alone(
    tmp_path: Path, file: str, field: str, value: str, reason: str
) -> None:
    over = {"Funder.csv": [{"StartDate": "2020-01-01"}], file: [{field: value}]}
    if file == "Funder.csv":
        over = {file: [{"StartDate": "2020-01-01", field: value}]}
    found = rejects(hmis.write(tmp_path / "bad", over=over))
    first = next(one for one in found if one.file == file)
    assert (first.file, first.line, first.field) == (file, 2, field)
    assert reason in first.reason
    hanging = [one for one in found if one.file != file]
    assert all("was refused" in one.reason or "no enrolment" in one.reason for one in hanging)


def test_no_list_repeats_a_name_a_number_or_a_birthday(tmp_path: Path) -> None:
    over = {"Client.csv": [{"DOB": "31 May", "SSN": "12-3", "FirstName": "M" * 80}]}
    items = read(hmis.write(tmp_path / "bad", over=over))
    said = " ".join(str(item) for item in items if not isinstance(item, Row))
    assert "DOB" in said
    assert not any(word in said for word in ("31 May", "12-3", "MMMM", "Quintero"))


def test_a_key_told_twice_is_a_finding_and_told_otherwise_a_refusal(tmp_path: Path) -> None:
    again: dict[str, str] = {}
    alike = hmis.write(tmp_path / "alike", over={"Funder.csv": [{}, again]})
    other = hmis.write(tmp_path / "other", over={"Funder.csv": [{}, {"Funder": "2"}]})
    (doubt,) = [item for item in read(alike) if isinstance(item, Doubt)]
    (reject,) = rejects(other)
    assert (doubt.line, doubt.field, reject.line, reject.field) == (3, "FunderID", 3, "FunderID")


def test_what_hangs_on_a_refused_row_says_so(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "bad", over={"Client.csv": [{"VeteranStatus": "7"}]})
    hanging = [one for one in rejects(folder) if one.file != "Client.csv"]
    assert hanging
    assert all("was refused" in one.reason for one in hanging)
    assert "hang on another row" in words(folder)


def test_stays_that_overlap_and_households_without_one_head_are_findings(tmp_path: Path) -> None:
    second = {"PersonalID": "c1", "EnrollmentID": "e3", "EntryDate": "2023-01-20", "RelationshipToHoH": "2"}
    folder = hmis.write(tmp_path / "two", over={"Enrollment.csv": [{}, {}, {**second, "HouseholdID": "h3"}]})
    found = {item.field: item for item in read(folder) if isinstance(item, Doubt)}
    assert "overlaps enrolment e1 in the same project" in found["EnrollmentID"].finding
    assert "0 heads" in found["HouseholdID"].finding


def shut(flag: str) -> dict[str, list[dict[str, str]]]:
    """A second organization with the flag, its project, and its client, all with odd values."""
    return {
        "Organization.csv": [{}, {"OrganizationID": "o2", "VictimServiceProvider": flag}],
        "Project.csv": [{}, {"ProjectID": "p2", "OrganizationID": "o2", "ProjectName": "Refuge house"}],
        "Client.csv": [{}, {}, {"PersonalID": "c7", "FirstName": "Hidden", "VeteranStatus": "77"}],
        "Enrollment.csv": [{}, {}, {"EnrollmentID": "e7", "PersonalID": "c7", "ProjectID": "p2"}],
        "Exit.csv": [{}, {"ExitID": "x7", "EnrollmentID": "e7", "PersonalID": "c7", "Destination": "1"}],
        "Inventory.csv": [{}, {"InventoryID": "i7", "ProjectID": "p2"}],
    }  # fmt: skip


@pytest.mark.parametrize("flag", ["1", "", "99", "no", "O"])
def test_nothing_under_a_victim_service_provider_is_read_or_listed(tmp_path: Path, flag: str) -> None:
    """Only a plain 0 opens a project: whatever else stands there, nobody beneath it appears anywhere."""
    items = read(hmis.write(tmp_path / "shut", over=shut(flag)))
    beneath = [item for item in items if not isinstance(item, Notice)]
    said = " ".join(
        str(item) for item in beneath if not isinstance(item, Reject) or item.file != "Organization.csv"
    )
    assert not any(key in said for key in ("c7", "e7", "x7", "i7", "Hidden"))
    assert {item.key for item in items if isinstance(item, Row) and item.file == "Project.csv"} == {"p1"}
    assert any("held back" in item.text for item in items if isinstance(item, Notice))


def test_a_client_of_both_keeps_what_the_open_project_knows(tmp_path: Path) -> None:
    over = shut("1")
    over["Enrollment.csv"][2]["PersonalID"] = over["Exit.csv"][1]["PersonalID"] = "c1"
    items = read(hmis.write(tmp_path / "both", over=over))
    kept = {(item.file, item.key) for item in items if isinstance(item, Row)}
    assert ("Client.csv", "c1") in kept
    assert ("Enrollment.csv", "e7") not in kept


def test_an_orphan_project_is_named_and_opens_nothing(tmp_path: Path) -> None:
    over = {"Project.csv": [{"OrganizationID": "o9"}]}
    found = rejects(hmis.write(tmp_path / "orphan", over=over))
    assert (found[0].file, found[0].field, found[0].value) == ("Project.csv", "OrganizationID", "o9")


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the bytes of a file."""
    path.write_bytes(change(path.read_bytes()))


def test_marks_line_ends_and_letter_case_do_not_matter(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "odd")
    for file in folder.iterdir():
        rewrite(
            file,
            lambda raw: b"\xef\xbb\xbf" + raw.split(b"\r\n", 1)[0].upper() + b"\n" + raw.split(b"\r\n", 1)[1],
        )
    (folder / "Client.csv").rename(folder / "client.CSV")
    assert {type(item) for item in read(folder)} == {Row}


def test_columns_in_another_order_are_read_by_name_and_said(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "order")
    made = hmis.loaded(folder / "Client.csv")
    hmis.keep(folder / "Client.csv", [*reversed(made[0]), "Extra"], made)
    assert not rejects(folder)
    assert "another order" in words(folder)
    assert "Extra" in words(folder)


def test_cp1252_names_are_read_and_the_rows_named(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "odd", over={"Client.csv": [{"FirstName": "Zoë"}]})
    rewrite(folder / "Client.csv", lambda raw: raw.decode().encode("cp1252"))
    items = read(folder)
    client = next(item for item in items if isinstance(item, Row) and item.key == "c1")
    assert client.values["FirstName"] == "Zoë"
    assert any(isinstance(item, Doubt) and item.value == "cp1252" for item in items)


@pytest.mark.parametrize("body", [b"", b"\0" * 4000, b"\xff\xfeC\0l\0", b"PersonalID\n1\n"])
def test_a_core_file_that_cannot_be_read_stops_the_export(tmp_path: Path, body: bytes) -> None:
    folder = hmis.write(tmp_path / "bad")
    (folder / "Client.csv").write_bytes(body)
    items = read(folder)
    assert not any(isinstance(item, Row) for item in items)
    assert any(isinstance(item, Reject) and item.file == "Client.csv" for item in items)


@pytest.mark.parametrize("file", ["Services.csv", "User.csv", "Affiliation.csv"])
def test_another_file_that_is_missing_is_named_and_costs_its_own_rows(tmp_path: Path, file: str) -> None:
    folder = hmis.write(tmp_path / "bad")
    (folder / file).unlink()
    (one,) = rejects(folder)
    assert (one.file, one.line, "missing" in one.reason) == (file, 0, True)


def test_a_row_too_wide_or_never_closed_costs_itself(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "bad")
    rewrite(folder / "Services.csv", lambda raw: raw + b'a,b,c\r\n"open,' + b",\r\n")
    assert {one.line for one in rejects(folder)} == {3, 4}


def test_a_column_twice_or_lacking_is_named(tmp_path: Path) -> None:
    twice = hmis.write(tmp_path / "twice")
    rewrite(twice / "Exit.csv", lambda raw: raw.replace(b"OtherDestination", b"Destination"))
    lacking = hmis.write(tmp_path / "lacking")
    rewrite(lacking / "Exit.csv", lambda raw: raw.replace(b",Destination,", b",Whereto,"))
    assert "twice" in rejects(twice)[0].reason
    assert rejects(lacking)[0].field == "Destination"


def test_a_folder_of_no_known_year_is_refused_with_a_remedy(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "old")
    rewrite(folder / "Client.csv", lambda raw: raw.replace(b"Woman", b"Gender"))
    rewrite(folder / "Export.csv", lambda raw: raw.replace(b"2024 v", b"2020 v"))
    with pytest.raises(FileRefused, match="2024, 2026"):
        reader.open_folder(folder)
    with pytest.raises(FileRefused, match="not a folder"):
        reader.open_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(("status", "name", "fields"), [
    ("4", "Marisol", {"FirstName", "LastName", "SSN"}), ("1", "a" * 64, {"FirstName"}),
])  # fmt: skip
def test_names_that_do_not_fit_the_hash_status_are_findings(
    tmp_path: Path, status: str, name: str, fields: set[str]
) -> None:
    over = {"Export.csv": [{"HashStatus": status}], "Client.csv": [{"FirstName": name}]}
    found = [item for item in read(hmis.write(tmp_path / "hash", over=over)) if isinstance(item, Doubt)]
    assert {item.field for item in found if item.line == 2} == fields
    assert not any(item.value for item in found)


ODD_DATES = {
    "02-07-2023": "2023-02-07",
    "2/7/2023": "2023-02-07",
    "20230207": "2023-02-07",
    "2023-02-07T00:00:00": "2023-02-07",
}


@pytest.mark.parametrize("text", ODD_DATES)
def test_days_in_american_and_other_forms_are_read_with_a_finding(text: str) -> None:
    assert read_value(Column("EntryDate", "date"), text, {})[0] == ODD_DATES[text]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_any_day_survives_in_either_form(day: date) -> None:
    """ISO stays as it is without a doubt; the American form means the same day, with one."""
    iso, slashes = f"{day:%Y-%m-%d}", f"{day:%m/%d/%Y}"
    assert read_value(Column("DOB", "date"), iso, {}) == (iso, "", "")
    assert read_value(Column("DOB", "date"), slashes, {})[0] == iso


@given(st.text(max_size=30), st.sampled_from(["id", "text", "code", "whole", "money", "date", "moment"]))
def test_no_text_breaks_a_cell(text: str, kind: str) -> None:
    """Whatever stands in a cell, it comes back as a value, or with a fault in words."""
    found = read_value(Column("X", kind, 32, listed="L"), text, {"L": frozenset("019")})
    assert (
        found.fault
        or read_value(Column("X", kind, 32, listed="L"), found.text, {"L": frozenset("019")}).fault == ""
    )


def test_the_real_export_is_read_whole() -> None:
    """A synthetic export of 514 clients: nothing refused, the overlap and the headless household found."""
    folder = real_files("hmis_fy2024/Client.csv")[0].parent
    items = read(folder)
    assert not [item for item in items if isinstance(item, Reject)]
    assert sum(isinstance(item, Row) and item.file == "Client.csv" for item in items) == 514
    fields = [item.field for item in items if isinstance(item, Doubt)]
    assert sorted(fields) == ["EnrollmentID", "ExportDate", "HouseholdID", "HouseholdID"]
