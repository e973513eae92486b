"""A newcomer with a spreadsheet of unknown layout gets a profile that reads it, by the command alone."""

import csv
from pathlib import Path

import pytest
import yaml

from commonweal.adapters.directory_files import reader
from commonweal.adapters.directory_files.draft import draft_profile
from commonweal.cli.main import main

from .shared_data import real_files

LAYOUT = {
    "Ref": "A{n}", "Agency": "Harbor Aid {n}", "Program Title": "Pantry {n}", "Where": "{n} Quay Street",
    "Town": "Harlow", "ZIP Code": "33161", "Call": "(305) 893-145{n}", "When open": "Mon-Fri 9am-5pm",
    "Contact Email": "a{n}@example.org", "Lead Agency Address": "{n} Main Street", "Blurb": "Food",
    "Odd": "{n}?",
}  # fmt: skip


def write(path: Path, layout: dict[str, str] = LAYOUT) -> Path:
    """Nine rows of a layout."""
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(layout)
        writer.writerows([value.format(n=n) for value in layout.values()] for n in range(1, 10))
    return path


def test_columns_are_placed_by_name_and_by_what_stands_in_them(tmp_path: Path) -> None:
    text = draft_profile(write(tmp_path / "Guide 2020.csv"))
    found = yaml.safe_load(text)
    assert found["organization"]["name"] == ["Agency"]
    assert found["service"]["name"] == ["Program Title"]
    assert (found["service"]["phones"], found["service"]["email"]) == (["Call"], ["Contact Email"])
    assert found["location"]["postal_code"] == ["ZIP Code"]
    assert (found["reads"], found["source_system"]) == ("table", "guide-2020")
    assert "Odd" in text.splitlines()[-1]


def test_the_draft_reads_the_file_as_it_stands(tmp_path: Path) -> None:
    file, profile = write(tmp_path / "guide.csv"), tmp_path / "mine.yaml"
    assert main(["directory", "draft-profile", str(file), "--out", str(profile)]) == 0
    items = list(reader.read([file], reader.load_profile(str(profile))))
    entries = [item for item in items if isinstance(item, reader.Entry)]
    assert len(entries) == 9
    assert entries[0].services[0].phones[0].number == "+13058931451"
    assert entries[0].services[0].schedules[0].byday == "MO"


def test_a_layout_without_an_organization_says_what_to_fill_in(tmp_path: Path) -> None:
    text = draft_profile(write(tmp_path / "odd.csv", {"aa": "{n}", "bb": "x"}))
    assert "WHICH_COLUMN" in text
    assert reader.parse_profile(yaml.safe_load(text)).organization.paths["name"] == ("WHICH_COLUMN",)


@pytest.mark.parametrize("body", [b"", b"\0" * 100, b"Name\n"])
def test_a_file_without_a_record_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "bad.csv").write_bytes(body)
    assert main(["directory", "draft-profile", str(tmp_path / "bad.csv")]) == 2
    assert main(["directory", "draft-profile", str(tmp_path / "none.csv")]) == 2


@pytest.mark.parametrize(("name", "least"), [("dcyf*.csv", 590), ("linksf*.json", 85), ("apd*.json", 210)])
def test_a_draft_of_a_real_directory_keeps_nearly_all_of_it(tmp_path: Path, name: str, least: int) -> None:
    (file,) = real_files(f"directories_sf/{name}")
    (tmp_path / "mine.yaml").write_text(draft_profile(file))
    items = list(reader.read([file], reader.load_profile(str(tmp_path / "mine.yaml"))))
    assert sum(isinstance(item, reader.Entry) for item in items) >= least
