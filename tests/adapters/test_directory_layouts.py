"""A 211 export as such centres write it: numbered phones with names, two address lines, days month first."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from commonweal.adapters.directory_files import reader
from commonweal.adapters.directory_files.days import read_day
from commonweal.adapters.directory_files.draft import draft_profile
from commonweal.adapters.files.answers import Finding

ROW = {
    "Resource_ID": "R{n}", "AgencyName": "Harbor Aid", "ProgramName": "Pantry {n}", "FeeStructure": "None",
    "PhysicalAddress1": "{n} Quay Street", "PhysicalAddress2": "Suite 4", "PhysicalCity": "Harlow",
    "PhysicalPostalCode": "33161", "PhysicalCounty": "Harlow", "Latitude": "25.771", "Longitude": "-80.191",
    "PhoneNumber1": "(305) 893-1450", "PhoneName1": "Front desk", "PhoneNumber2": "305-893-1451",
    "PhoneName2": "Hotline", "TollFree": "1-800-662-4357", "GeographicAreaServed": "North shore",
    "LastVerifiedOn": "3/1/2026", "ActiveStatus": "Yes",
}  # fmt: skip


def drafted(path: Path, **changes: str) -> tuple[dict[str, dict[str, list[str]]], list[reader.Entry]]:
    """What the draft places where, and what the draft then reads, unchanged by hand."""
    row = {**ROW, **changes}
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(row)
        writer.writerows([value.format(n=n) for value in row.values()] for n in range(1, 7))
    placed = yaml.safe_load(draft_profile(path))
    read = reader.read([path], reader.parse_profile(placed))
    return placed, [item for item in read if isinstance(item, reader.Entry)]


def test_a_numbers_name_goes_with_its_number(tmp_path: Path) -> None:
    placed, entries = drafted(tmp_path / "guide.csv")
    assert placed["service"]["phones"] == ["PhoneNumber1", "PhoneNumber2", "TollFree"]
    phones = entries[0].services[0].phones
    assert [(phone.number, phone.description) for phone in phones] == [
        ("+13058931450", "Front desk"), ("+13058931451", "Hotline"), ("+18006624357", ""),
    ]  # fmt: skip


def test_a_row_without_its_first_number_does_not_lend_the_name_to_the_second(tmp_path: Path) -> None:
    _, entries = drafted(tmp_path / "guide.csv", PhoneNumber2="")
    assert [phone.description for phone in entries[0].services[0].phones] == ["Front desk", ""]


def test_names_without_their_numbers_are_not_placed(tmp_path: Path) -> None:
    row = {name: value for name, value in ROW.items() if name not in ("PhoneNumber1", "PhoneName2")}
    path = tmp_path / "guide.csv"
    with path.open("w", newline="") as out:
        csv.writer(out).writerows([list(row), [value.format(n=1) for value in row.values()]])
    text = draft_profile(path)
    assert "phone_names" not in yaml.safe_load(text)["service"]
    assert "PhoneName1" in text.splitlines()[-1]


def test_both_lines_of_an_address_the_area_and_the_day_it_was_verified_are_kept(tmp_path: Path) -> None:
    _, entries = drafted(tmp_path / "guide.csv")
    service, place = entries[2].services[0], entries[2].locations[0]
    assert place.address == "3 Quay Street, Suite 4"
    assert (service.area, service.assured, service.status) == ("North shore", "2026-03-01", "active")
    assert not entries[2].findings


def test_an_address_that_says_its_second_line_already_says_it_once(tmp_path: Path) -> None:
    _, entries = drafted(tmp_path / "guide.csv", PhysicalAddress1="12 Quay Street Suite 4")
    assert entries[0].locations[0].address == "12 Quay Street Suite 4"


def test_none_to_pay_is_an_answer_and_none_in_a_name_is_an_empty_cell(tmp_path: Path) -> None:
    _, entries = drafted(tmp_path / "guide.csv")
    assert entries[0].services[0].fees == "None"
    _, entries = drafted(tmp_path / "other.csv", PhysicalAddress2="None")
    assert (entries[0].locations[0].address, entries[0].services[0].fees) == ("1 Quay Street", "")


@pytest.mark.parametrize(
    ("said", "status"), [("N", "inactive"), ("FALSE", "inactive"), ("y", "active"), ("Closed", "defunct")]
)
def test_a_status_in_other_words(tmp_path: Path, said: str, status: str) -> None:
    _, entries = drafted(tmp_path / "guide.csv", ActiveStatus=said)
    assert entries[0].services[0].status == status


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"Latitude": "-80.191", "Longitude": "25.771"}, "latitude, longitude", "swapped"),
        ({"PhysicalPostalCode": "3316"}, "postal_code", "is no ZIP code"),
    ],
)
def test_what_cannot_be_right_is_said(
    tmp_path: Path, changes: dict[str, str], field: str, problem: str
) -> None:
    _, entries = drafted(tmp_path / "guide.csv", **changes)
    (finding,) = entries[0].findings
    assert finding.field == field
    assert problem in finding.problem
    assert entries[0].locations[0].latitude == (None if "Latitude" in changes else 25.771)


def test_pago_pago_is_in_the_united_states(tmp_path: Path) -> None:
    _, entries = drafted(tmp_path / "guide.csv", Latitude="-14.279", Longitude="-170.700")
    assert entries[0].locations[0].latitude == -14.279


@pytest.mark.parametrize(
    ("text", "region", "day"),
    [
        ("2026-03-01T09:00:00Z", "US", "2026-03-01"), ("2026-03-01 09:00", "US", "2026-03-01"),
        ("3/1/2026", "US", "2026-03-01"), ("3/1/2026", "GB", "2026-01-03"), ("03/01/26", "US", "2026-03-01"),
        ("March 1, 2026", "US", "2026-03-01"), ("1 Mar 2026", "GB", "2026-03-01"), ("", "US", ""),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str, region: str, day: str) -> None:
    findings: list[Finding] = []
    assert (read_day(text, region, findings), findings) == (day, [])


@pytest.mark.parametrize("text", ["soon", "31/12/2026", "2026-02-30", "0"])
def test_what_is_no_day_is_a_finding(text: str) -> None:
    findings: list[Finding] = []
    assert read_day(text, "US", findings) == ""
    assert findings[0].value == text


@given(st.dates(min_value=date(1969, 1, 1), max_value=date(2068, 12, 31)))
def test_every_day_is_read_back_in_every_writing(day: date) -> None:
    for region, forms in (("US", ("%m/%d/%Y", "%B %d, %Y", "%m/%d/%y")), ("GB", ("%d/%m/%Y", "%d.%m.%Y"))):
        for form in ("%Y-%m-%d", *forms):
            assert read_day(day.strftime(form), region, []) == day.isoformat()


@given(st.text(max_size=40))
def test_no_words_whatever_raise(text: str) -> None:
    findings: list[Finding] = []
    assert read_day(text, "US", findings) or bool(findings) == bool(text)
