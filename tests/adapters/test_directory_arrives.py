"""Three real directories arrive by the command: each record counted, none doubled, hours kept."""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from commonweal.cli.main import main
from commonweal.directory import queries
from commonweal.kernel.imports import ImportRun

pytestmark = pytest.mark.django_db
FILES = {"apd": ("apd_open_ref.json", 229), "linksf": ("linksf_linksf.json", 89),
         "dcyf": ("dcyf-cms_dcyf_cms_05312013.csv", 609)}  # fmt: skip
RECORD = {
    "objectId": "a1", "className": "Facility", "categories": "food", "name": "Harbor House",
    "address": "12 Quay St", "city": "Harlow", "phone": "415-555-0100", "website": "", "notes": "",
    "location": {"latitude": 37.77, "longitude": -122.4},
    "services": [
        {"objectId": "s1", "name": "Night shelter", "category": "housing", "description": "Forty beds",
         "notes": "Adults", "openHours": {"1": [[1800, 2200]], "2": [[0, 2359]]}},
        {"objectId": "s2", "name": "Breakfast", "category": "food", "description": "", "notes": ""},
    ],
}  # fmt: skip


def command(*arguments: object) -> dict[str, object]:
    """Run the command in this process; its counts."""
    out = io.StringIO()
    with redirect_stdout(out):
        main(["import", "directory", *map(str, arguments), "--json"])
    found = json.loads(out.getvalue())
    assert isinstance(found, dict)
    return found


@pytest.fixture(name="folder")
def a_folder(shared: Path) -> Path:
    """Where the three real directories lie."""
    return shared / "data" / "directories_sf"


@pytest.mark.slow
@pytest.mark.parametrize("profile", sorted(FILES))
def test_a_real_directory_arrives_once(folder: Path, profile: str) -> None:
    name, expected = FILES[profile]
    first = command(folder / name, "--profile", profile)
    again = command(folder / name, "--profile", profile)
    assert {"read", "accepted", "updated", "unchanged", "rejected", "rejects_file"} <= set(first)
    for counts in (first, again):
        assert counts["read"] == expected
        assert expected == sum(int(str(counts[k])) for k in ("accepted", "updated", "unchanged", "rejected"))
    assert int(str(first["accepted"])) > 0.8 * expected
    assert (again["accepted"], again["updated"]) == (0, 0)


def write(folder: Path, *records: object) -> Path:
    """A directory file in the Link-SF shape."""
    path = folder / "facilities.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


def test_what_a_record_says_is_found_again(tmp_path: Path) -> None:
    assert command(write(tmp_path, RECORD), "--profile", "linksf")["accepted"] == 1
    [shelter] = queries.search(need="shelter").rows
    detail = queries.service(shelter.id)
    assert (shelter.name, shelter.provider, shelter.phone) == (
        "Night shelter",
        "Harbor House",
        "+14155550100",
    )
    assert [(s.day, s.opens.hour, s.closes.hour) for s in detail.week] == [(0, 18, 22), (1, 0, 0)]
    assert detail.places[0].endswith("12 Quay St, Harlow")
    assert detail.row.original["record"]["objectId"] == "a1"  # as it came
    assert [row.name for row in queries.search(need="food").rows] == ["Breakfast"]


def test_the_profile_is_recognised_when_none_is_named(tmp_path: Path) -> None:
    assert command(write(tmp_path, RECORD))["accepted"] == 1


def test_a_changed_record_is_updated_and_a_vanished_service_rests(tmp_path: Path) -> None:
    command(write(tmp_path, RECORD))
    changed = {**RECORD, "services": RECORD["services"][:1]}  # type: ignore[index]
    assert command(write(tmp_path, changed))["updated"] == 1
    assert queries.search().total == 1


def test_a_place_off_the_globe_is_listed_with_its_line_and_the_others_stay(tmp_path: Path) -> None:
    lost = {**RECORD, "objectId": "a2", "location": {"latitude": 210, "longitude": -122}}
    counts = command(write(tmp_path, RECORD, lost))
    assert (counts["accepted"], counts["rejected"]) == (1, 1)
    listed = Path(str(counts["rejects_file"])).read_text("utf-8")
    assert "latitude" in listed and "210" in listed
    assert ImportRun.objects.get().profile == "directory_linksf"


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"%PDF-1.4", b"{not json", b"a,b\n1,2\n"])
def test_what_is_no_directory_is_refused_in_words(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    code = main(["import", "directory", str(path), "--profile", "linksf", "--json"])
    said = capsys.readouterr()
    assert code == 2 and ("odd.json" in said.out + said.err or '"rejected": 1' in said.out)
    assert queries.search().total == 0


def test_an_unknown_profile_names_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "directory", str(write(tmp_path, RECORD)), "--profile", "moon"]) == 2
    assert "linksf" in capsys.readouterr().err
