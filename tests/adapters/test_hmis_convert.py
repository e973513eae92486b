"""From fiscal year 2024 to 2026 and back: what is lost is counted, and nothing else is lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.adapters.hmis_csv import reader
from commonweal.adapters.hmis_csv.convert import Converter, convert, other
from commonweal.adapters.hmis_csv.spec import Year, changes, load, read_lists
from commonweal.cli.main import main
from factories import hmis

from .shared_data import real_files

PLAIN = {"date": "2023-01-02", "moment": hmis.STAMP}
BETWEEN = {year: load(year) for year in (2024, 2026)}


def converted(folder: Path, year: int, out: Path) -> dict[str, Any]:
    """Convert by the command; the decisions."""
    assert main(["lab", "hmis", "convert", str(folder), "--to", str(year), "--out", str(out)]) == 0
    found: dict[str, Any] = json.loads((out / "decisions.json").read_text())
    return found


def decided(report: dict[str, Any], column: str) -> dict[str, Any]:
    """The decision about a column."""
    return next(one for one in report["decisions"] if one["column"] == column)


@pytest.mark.parametrize("year", [2024, 2026])
def test_every_change_of_the_format_is_decided_and_explained(tmp_path: Path, year: int) -> None:
    report = converted(hmis.write(tmp_path / "from", other(year)), year, tmp_path / "to")
    assert (report["from"], report["to"]) == (other(year), year)
    assert all(
        one["why"] and one["act"] in ("dropped", "mapped", "filled", "left empty")
        for one in report["decisions"]
    )
    columns = {one["column"] for one in report["decisions"]}
    moved = {name for one in changes() if one.act in ("drop", "add") for name in one.columns}
    assert moved <= columns
    for file in load(year).files:
        header = (tmp_path / "to" / file).read_text().splitlines()[0]
        assert header.split(",") == load(year).names(file)
    assert not [i for i in reader.read(reader.open_folder(tmp_path / "to")) if isinstance(i, reader.Reject)]


def test_gender_is_dropped_and_no_sex_is_made_of_it(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "from", over={"Client.csv": [{"Woman": "1", "HispanicLatinaeo": "1"}]})
    report = converted(folder, 2026, tmp_path / "to")
    client = hmis.loaded(tmp_path / "to" / "Client.csv")[0]
    assert (client["Sex"], client["HispanicLatinao"]) == ("99", "1")
    assert decided(report, "Woman")["act"] == "dropped"
    assert decided(report, "Sex")["act"] == "filled"
    assert decided(report, "HispanicLatinao")["act"] == "mapped"


def test_sex_is_dropped_on_the_way_back_and_no_gender_is_made_of_it(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "from", 2026, over={"Client.csv": [{"Sex": "1"}]})
    report = converted(folder, 2024, tmp_path / "to")
    client = hmis.loaded(tmp_path / "to" / "Client.csv")[0]
    assert (client["Man"], client["Woman"], client["GenderNone"]) == ("0", "0", "99")
    assert (decided(report, "Sex")["act"], decided(report, "Sex")["values"]) == ("dropped", 1)


@pytest.mark.parametrize(
    ("year", "code"), [(2024, "12"), (2024, "47"), (2024, "48"), (2024, "49"), (2026, "56")]
)
def test_a_funder_that_the_other_year_lacks_keeps_its_name_and_comes_back(
    tmp_path: Path, year: int, code: str
) -> None:
    folder = hmis.write(tmp_path / "from", year, over={"Funder.csv": [{"Funder": code}]})
    converted(folder, other(year), tmp_path / "there")
    there = hmis.loaded(tmp_path / "there" / "Funder.csv")[0]
    converted(tmp_path / "there", year, tmp_path / "back")
    back = hmis.loaded(tmp_path / "back" / "Funder.csv")[0]
    assert (there["Funder"], bool(there["OtherFunder"])) == ("46", True)
    assert (back["Funder"], back["OtherFunder"]) == (code, "")


def lossless(year: Year) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    """Rows of any file, each cell empty, or a code of its list, or a plain text."""

    def row(file: str) -> st.SearchStrategy[tuple[str, dict[str, str]]]:
        cells = {
            column.name: st.sampled_from(["", *sorted(year.lists[column.listed])])
            if column.kind == "code"
            else st.sampled_from(["", PLAIN.get(column.kind, "7")])
            for column in year.files[file]
        }
        return st.tuples(st.just(file), st.fixed_dictionaries(cells))

    return st.sampled_from(sorted(set(year.files) - {"Export.csv"})).flatmap(row)


@given(lossless(BETWEEN[2024]))
def test_there_and_back_only_loses_what_the_decisions_name(made: tuple[str, dict[str, str]]) -> None:
    """Every cell of 2024 survives 2026, but for the columns that 2026 lacks."""
    file, row = made
    there = Converter(BETWEEN[2024], BETWEEN[2026]).row(file, row)
    back = Converter(BETWEEN[2026], BETWEEN[2024]).row(file, there)
    lost = {name for one in changes() if one.act == "drop" and one.file == file for name in one.columns}
    assert {k: v for k, v in back.items() if k not in lost} == {k: v for k, v in row.items() if k not in lost}


@given(lossless(BETWEEN[2026]))
def test_back_and_there_only_loses_what_2024_lacks(made: tuple[str, dict[str, str]]) -> None:
    """Every cell of 2026 survives 2024, but for Sex and the consultation."""
    file, row = made
    there = Converter(BETWEEN[2026], BETWEEN[2024]).row(file, row)
    back = Converter(BETWEEN[2024], BETWEEN[2026]).row(file, there)
    lost = {name for one in changes() if one.act == "add" and one.file == file for name in one.columns}
    assert {k: v for k, v in back.items() if k not in lost} == {k: v for k, v in row.items() if k not in lost}


def test_a_bad_cell_is_carried_and_listed_and_an_unreadable_row_is_listed(tmp_path: Path) -> None:
    folder = hmis.write(tmp_path / "from", over={"Exit.csv": [{"Destination": "4"}]})
    with (folder / "Services.csv").open("a") as stream:
        stream.write("a,b\n")
    (folder / "Event.csv").unlink()
    report = converted(folder, 2026, tmp_path / "to")
    problems = {(one["file"], one["line"], one["field"]) for one in report["problems"]}
    assert problems == {("Exit.csv", 2, "Destination"), ("Services.csv", 3, "row"), ("Event.csv", 0, "file")}
    assert hmis.loaded(tmp_path / "to" / "Exit.csv")[0]["Destination"] == "4"
    assert report["rows"]["Services.csv"] == {"read": 2, "written": 1}


def test_a_wrong_folder_is_refused_with_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = hmis.write(tmp_path / "from")
    for source, out in ((tmp_path / "none", tmp_path / "to"), (folder, folder)):
        assert main(["lab", "hmis", "convert", str(source), "--to", "2026", "--out", str(out)]) == 2
    (folder / "Client.csv").unlink()
    assert main(["lab", "hmis", "convert", str(folder), "--to", "2026", "--out", str(tmp_path / "to")]) == 2
    assert "Client.csv" in capsys.readouterr().err


def test_lists_of_a_site_stand_over_those_that_ship(tmp_path: Path) -> None:
    own = tmp_path / "lists.json"
    own.write_text('[{"name": "NoYes", "values": [{"key": 0}, {"key": 1}, {"key": 5}]}]')
    folder = hmis.write(tmp_path / "from", over={"Project.csv": [{"ContinuumProject": "5"}]})
    found = convert(
        reader.open_folder(folder, read_lists(own)), load(2026).with_lists(read_lists(own)), tmp_path / "to"
    )
    assert found.problem_count == 0


def test_our_columns_and_codes_are_those_of_the_published_tables() -> None:
    """Both years, every file of HUD's format, against the tables beside the repository."""
    folder = real_files("hmis_spec/columns_by_version.json")[0].parent
    tables = json.loads((folder / "columns_by_version.json").read_text())
    for year in (2024, 2026):
        ours = load(year)
        for file in ours.files:
            theirs = [column["name"].replace("Zip", "ZIP") for column in tables[str(year)][file]]
            assert ours.names(file) == theirs, f"{file} of {year}"
        listed = json.loads((folder / f"{year}_hud_lists.json").read_text())
        codes = {one["name"]: {str(v["key"]) for v in one["values"] or []} for one in listed}
        for name, ours_ in ours.lists.items():
            assert name not in codes or ours_ == codes[name], f"{name} of {year}"


def test_the_real_export_is_valid_in_2026(tmp_path: Path) -> None:
    folder = real_files("hmis_fy2024/Client.csv")[0].parent
    report = converted(folder, 2026, tmp_path / "to")
    assert report["problem_count"] == 0
    assert all(counts["read"] == counts["written"] for counts in report["rows"].values())
