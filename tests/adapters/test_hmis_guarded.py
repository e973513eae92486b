"""An HMIS export may be opened in a spreadsheet, and is still the format that HUD publishes (0018)."""

import csv
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from commonweal.adapters.hmis_csv.spec import load
from commonweal.adapters.hmis_csv.values import read_value
from commonweal.agencies import actions as agencies
from commonweal.cli.main import main
from commonweal.kernel.actors import system
from commonweal.kernel.formulas import RUN
from factories import hmis

pytestmark = pytest.mark.django_db
SETUP = system("setup")
FORMULA = '=HYPERLINK("//x","y")'
OVER = {
    "Client.csv": [{"FirstName": FORMULA, "LastName": "-Quintero"}, {"FirstName": "@SUM(1)"}],
    "Project.csv": [{"ProjectName": "+ Night shelter"}],
    "IncomeBenefits.csv": [{"OtherIncomeSourceIdentify": "=1+1"}],
}  # fmt: skip


def command(*words: object, code: int = 0) -> str:
    """Run a command of the product; what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        assert main([str(word) for word in words]) == code, err.getvalue()
    return out.getvalue()


def exported(tmp_path: Path, year: int = 2026, **over: list[dict[str, str]]) -> Path:
    """What comes out after an export with such cells came in."""
    folder = hmis.write(tmp_path / "in", 2024, over={**OVER, **over})
    command("import", "hmis", folder, "--json")
    command("export", "hmis", "--year", year, "--out", tmp_path / "out")
    return tmp_path / "out"


def cells(folder: Path, year: int) -> list[tuple[str, str, str]]:
    """Every cell as file, column and value."""
    return [
        (file, name, value)
        for file in load(year).files
        for row in hmis.loaded(folder / file)
        for name, value in row.items()
    ]


@pytest.mark.parametrize("year", [2024, 2026])
def test_no_text_of_an_export_runs_and_each_says_what_it_said(tmp_path: Path, year: int) -> None:
    out = exported(tmp_path, year)
    texts = {(f, c.name) for f, columns in load(year).files.items() for c in columns if c.kind == "text"}
    found = cells(out, year)
    assert not [cell for cell in found if cell[:2] in texts and cell[2].startswith(RUN)]
    values = {value for _, _, value in found}
    assert {f"'{FORMULA}", "'-Quintero", "'@SUM(1)", "'+ Night shelter", "'=1+1"} <= values


@pytest.mark.parametrize("year", [2024, 2026])
def test_every_cell_is_still_one_that_the_format_takes(tmp_path: Path, year: int) -> None:
    spec = load(year)
    columns = {(file, c.name): c for file, several in spec.files.items() for c in several}
    for file, name, value in cells(exported(tmp_path, year), year):
        read = read_value(columns[file, name], value, spec.lists)
        assert not read.fault and not read.doubt, (file, name, value)


def test_a_guard_never_makes_a_text_longer_than_its_column(tmp_path: Path) -> None:
    long = "=" + "a" * 49
    out = exported(tmp_path, **{"Client.csv": [{"FirstName": long}]})
    names = {row["FirstName"] for row in hmis.loaded(out / "Client.csv")}
    assert f"'{long}"[:50] in names and max(map(len, names)) == 50


def test_an_id_is_the_same_in_every_file_whatever_it_begins_with(tmp_path: Path) -> None:
    """An apostrophe before a key would part a client from their stay, here and in the next export."""
    odd = {"PersonalID": "-c9", "EnrollmentID": "=e9", "HouseholdID": "+h9"}
    names = {file: {c.name for c in columns} for file, columns in load(2024).files.items()}
    over = {
        file: [{k: v for k, v in odd.items() if k in having}]
        for file, having in names.items()
        if "PersonalID" in having and file != "Client.csv"
    }
    out = exported(tmp_path, **over, **{"Client.csv": [{"PersonalID": "-c9"}]})
    clients = {row["PersonalID"] for row in hmis.loaded(out / "Client.csv")}
    stays = {(row["PersonalID"], row["EnrollmentID"]) for row in hmis.loaded(out / "Enrollment.csv")}
    assert "-c9" in clients and ("-c9", "=e9") in stays


def test_an_amount_below_zero_is_still_a_number(tmp_path: Path) -> None:
    out = exported(tmp_path, **{"IncomeBenefits.csv": [{"TotalMonthlyIncome": "-12.50"}]})
    [row] = hmis.loaded(out / "IncomeBenefits.csv")
    assert row["TotalMonthlyIncome"] == "-12.50"


def test_what_was_guarded_is_counted_with_its_reason(tmp_path: Path) -> None:
    report = json.loads((exported(tmp_path) / "decisions.json").read_text("utf-8"))
    said = {(d["file"], d["column"]): d["values"] for d in report["decisions"] if "apostrophe" in d["why"]}
    assert said["Client.csv", "FirstName"] == 2 and said["Project.csv", "ProjectName"] == 1
    assert ("Client.csv", "PersonalID") not in said


def test_the_way_out_and_in_again_changes_nothing_and_tells(tmp_path: Path) -> None:
    """Our own export arrives elsewhere: apostrophes come off, each with a remark; nothing is refused."""
    out = exported(tmp_path)
    elsewhere = agencies.open_agency(by=SETUP, name="Quayside again", short="QA", kind="hmis_shelter")
    told = json.loads(command("import", "hmis", out, "--agency", elsewhere.name, "--json"))
    assert told["rejected"] == 0
    findings = Path(told["findings_file"]).read_text("utf-8")
    assert findings.count("apostrophe") >= 4
    command("export", "hmis", "--year", 2026, "--out", tmp_path / "back", "--agency", elsewhere.name)
    kept = {"Client.csv": ("FirstName", "LastName"), "Project.csv": ("ProjectName",)}
    for file, names in kept.items():
        first, back = (hmis.loaded(folder / file) for folder in (out, tmp_path / "back"))
        one, two = (sorted([row[n] for n in names] for row in rows) for rows in (first, back))
        assert one == two


def test_a_conversion_changes_only_what_the_year_asks_for(tmp_path: Path) -> None:
    """`lab hmis convert` is for programs: text goes through as it came."""
    folder = hmis.write(tmp_path / "in", 2024, over=OVER)
    command("lab", "hmis", "convert", folder, "--to", 2026, "--out", tmp_path / "out")
    with (tmp_path / "out" / "Client.csv").open(newline="", encoding="utf-8") as file:
        assert next(csv.DictReader(file))["FirstName"] == FORMULA
