"""An Open Referral directory comes in whole, goes out valid, and what cannot be joined is named."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from commonweal.adapters.directory_files import reader
from commonweal.adapters.directory_files.hours import read_row
from commonweal.adapters.directory_files.reader import Entry, Finding, Reject, Stray
from commonweal.cli.main import main
from commonweal.directory.models import Service, Site
from commonweal.kernel.imports import ImportRun

from .shared_data import real_files

Rows = Sequence[Mapping[str, object]]
TABLES: dict[str, Rows] = {
    "organizations": [{"id": "1", "name": "Harbor Aid", "description": "Help", "url": "harbor.example.org"}],
    "locations": [{"id": "7", "name": "Quay", "latitude": "25.9", "longitude": "-80.2"}],
    "services": [
        {"id": "10", "organization_id": "1", "name": "Food pantry", "status": "active"},
        {"id": "11", "organization_id": "99", "name": "Lost pantry", "status": "active"},
    ],
    "services_at_location": [{"id": "s1", "service_id": "10", "location_id": "7"}],
    "physical_addresses": [{"id": "a", "location_id": "7", "address_1": "12 Quay St", "city": "Harlow",
                            "state_province": "FL", "postal_code": "33161"}],
    "phones": [{"id": "p", "service_id": "10", "number": "305-893-1450", "extension": "4"},
               {"id": "q", "service_id": "10", "number": "x57471"}],
    "regular_schedules": [{"service_id": "10", "weekday": "Monday", "opens_at": "9:0am", "closes_at": "5pm"},
                          {"service_id": "10", "weekday": "Tuesday", "opens_at": "8:00m",
                           "closes_at": "5pm"}],
    "languages": [{"id": "l", "service_id": "10", "language": "Spansh"}],
    "eligibility": [{"id": "e", "service_id": "", "eligibility": "Anyone"}],
    "services_taxonomy": [{"id": "t", "service_id": "10", "taxonomy_id": "BD-1800", "taxonomy_detail": ""}],
    "taxonomy": [{"id": "BD-1800", "name": "Food"}],
}  # fmt: skip


def write(folder: Path, over: Mapping[str, Rows] | None = None) -> Path:
    """The tables of a small directory, with those of `over` in place of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in {**TABLES, **(over or {})}.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def read(*paths: Path) -> list[reader.Item]:
    """All that a reading gives."""
    return list(reader.read(paths, reader.load_profile("hsds_1")))


def entry(*paths: Path) -> Entry:
    """The one entry."""
    return next(item for item in read(*paths) if isinstance(item, Entry))


def test_tables_are_joined_into_a_service_and_the_orphan_is_quarantined(tmp_path: Path) -> None:
    folder = write(tmp_path / "feed")
    found = entry(folder)
    service, place = found.services[0], found.locations[0]
    assert (found.organization.name, found.organization.url) == ("Harbor Aid", "https://harbor.example.org")
    assert (place.address, place.city, place.latitude) == ("12 Quay St", "Harlow", 25.9)
    assert (service.phones[0].number, service.phones[0].extension) == ("+13058931450", "4")
    assert service.languages[0].code == "es"
    assert service.keywords == ("Food",)
    (reject,) = [item for item in read(folder) if isinstance(item, Reject)]
    assert (reject.file, reject.line, reject.field, reject.value) == (
        "services.csv",
        3,
        "organization_id",
        "99",
    )


def test_odd_times_are_read_or_kept_as_words_and_never_guessed(tmp_path: Path) -> None:
    found = entry(write(tmp_path / "feed"))
    monday, tuesday = found.services[0].schedules
    assert (monday.byday, monday.opens_at, monday.closes_at) == ("MO", "09:00", "17:00")
    assert (tuesday.byday, tuesday.opens_at, "8:00m" in tuesday.description) == ("", "", True)
    assert {"9:0am", "x57471", "Spansh"} <= {finding.value for finding in found.findings}


def test_rows_that_hang_nowhere_are_findings_with_their_line(tmp_path: Path) -> None:
    links = [*TABLES["services_at_location"], {"id": "s2", "service_id": "10", "location_id": "70"}]
    strays = [i for i in read(write(tmp_path / "f", {"services_at_location": links})) if isinstance(i, Stray)]
    assert {(one.file, one.line, one.field) for one in strays} == {
        ("eligibility.csv", 2, "service_id"), ("services_at_location.csv", 3, "location_id"),
    }  # fmt: skip


@pytest.mark.parametrize("degrees", ["258.9", "north", "1e400"])
def test_an_impossible_point_is_left_out_and_the_service_kept(tmp_path: Path, degrees: str) -> None:
    place = {**TABLES["locations"][0], "latitude": degrees}
    folder = write(tmp_path / "feed", {"locations": [place]})
    assert (entry(folder).locations[0].latitude, entry(folder).locations[0].longitude) == (None, None)
    assert degrees in {item.value for item in read(folder) if isinstance(item, Stray)}


def test_other_names_quoted_headers_and_cp1252_are_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "feed")
    (folder / "phones.csv").rename(folder / "phone.csv")
    text = (folder / "services.csv").read_text().replace("id,organization_id", "'ID',\"Organization_Id\"", 1)
    (folder / "services.csv").write_bytes(text.replace("Food pantry", "Café").encode("cp1252"))
    found = entry(folder)
    assert (found.services[0].name, len(found.services[0].phones)) == ("Café", 2)
    assert "cp1252" in {finding.value for finding in found.findings}


def test_the_same_identity_with_other_content_is_refused_and_ids_stay(tmp_path: Path) -> None:
    twice = [TABLES["services"][0], {**TABLES["services"][0], "name": "Another"}]
    folder = write(tmp_path / "feed", {"services": twice})
    assert entry(folder).id == entry(write(tmp_path / "again")).id
    assert any("same identity" in item.reason for item in read(folder) if isinstance(item, Reject))


WHOLE = {"id": "s-1", "name": "Clinic", "status": "active", "organization": {"id": "o-1", "name": "Care"},
         "phones": [{"number": "305-893-1450"}], "schedules": [{"byday": "MO,TU", "opens_at": "09:00",
         "closes_at": "12:00"}]}  # fmt: skip
SHAPES: dict[str, object] = {
    "one": WHOLE,
    "list": [WHOLE],
    "page": {"total_items": 1, "contents": [WHOLE]},
    "organization": {"id": "o-1", "name": "Care", "services": [{"id": "s-1", "name": "Clinic"}]},
    "tables": {"organizations.csv": [{"id": "o-1", "name": "Care"}],
               "services.csv": [{"id": "s-1", "name": "Clinic", "organization_id": "o-1"}]},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_json_of_every_nesting_is_one_service(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(SHAPES[shape]))
    found = entry(path)
    assert (found.organization.name, found.services[0].name) == ("Care", "Clinic")


def test_a_broken_line_of_json_lines_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text(json.dumps(WHOLE) + "\n{broken\n" + json.dumps({**WHOLE, "id": "s-2"}) + "\n[3]\n")
    items = read(path)
    assert sum(isinstance(item, Entry) for item in items) == 2
    assert sorted(item.line for item in items if isinstance(item, Reject)) == [1, 2]


@given(
    st.times(), st.times(), st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1)
)
def test_times_of_the_standard_are_read_as_they_stand(opens: Any, closes: Any, days: set[str]) -> None:
    """HH:MM of HSDS 3.0 needs no guess, also where both lie before one o'clock."""
    findings: list[Finding] = []
    row = {"byday": ",".join(sorted(days)), "opens_at": f"{opens:%H:%M}", "closes_at": f"{closes:%H:%M:%S}"}
    read_ = read_row(row, findings)
    assert {one.byday for one in read_} == days
    assert {one.opens_at for one in read_} == {f"{opens:%H:%M}"}
    assert not findings


@given(
    st.dictionaries(
        st.sampled_from(["weekday", "opens_at", "closes_at", "original_text"]), st.text(max_size=12)
    )
)
def test_no_schedule_breaks_the_reader(row: dict[str, str]) -> None:
    """Either times on days, or words alone."""
    for one in read_row(row, []):
        assert bool(one.byday) == bool(one.opens_at) == bool(one.closes_at)


def command(*words: object, code: int = 0) -> dict[str, Any]:
    """Run a command of the product; what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        assert main([str(word) for word in words]) == code, err.getvalue()
    found: dict[str, Any] = json.loads(out.getvalue() or "{}")
    return {**found, "err": err.getvalue()}


@cache
def validator(name: str) -> Draft202012Validator:
    """The compiled schema of HSDS 3.0 by its name; the test is skipped where it is absent."""
    schema = json.loads(real_files(f"hsds_3_0/schema/compiled/{name}.json")[0].read_text())
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.mark.django_db
def test_a_dry_run_lists_what_it_would_do_and_keeps_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "feed")
    said = command("import", "directory", folder, "--profile", "hsds_1", "--dry-run", "--json")
    assert (said["accepted"], said["rejected"]) == (1, 1)
    assert "organization_id,99" in Path(said["rejects_file"]).read_text()
    assert not Service.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.django_db
def test_two_sources_with_the_same_numbers_stay_apart(tmp_path: Path) -> None:
    folder = write(tmp_path / "feed")
    for source in ("north", "south", "north"):
        command("import", "directory", folder, "--profile", "hsds_1", "--source", source, "--json")
    assert sorted(Service.objects.values_list("source", flat=True)) == ["north", "south"]


@pytest.mark.django_db
def test_what_came_in_goes_out_and_comes_in_again_the_same(tmp_path: Path) -> None:
    command("import", "directory", write(tmp_path / "feed"), "--profile", "hsds_1", "--json")
    command("export", "directory", "--format", "datapackage", "--out", tmp_path / "pack")
    command("export", "directory", "--format", "hsds_3", "--out", tmp_path / "all.jsonl")
    before = entry(tmp_path / "feed").services[0]
    for path in (tmp_path / "pack", tmp_path / "pack" / "datapackage.json", tmp_path / "all.jsonl"):
        after = entry(path).services[0]
        assert (after.name, after.schedules[0][:3]) == (before.name, before.schedules[0][:3])
        assert after.languages == before.languages
        assert {phone.number for phone in after.phones if phone.number} == {"+13058931450"}
    Site.objects.update(is_confidential=True)
    command("export", "directory", "--format", "hsds_3", "--out", tmp_path / "shut.jsonl")
    assert "12 Quay St" not in (tmp_path / "shut.jsonl").read_text()


@pytest.mark.django_db
def test_every_answer_of_the_interface_is_valid_and_paged(tmp_path: Path, client: Client) -> None:
    command("import", "directory", write(tmp_path / "feed"), "--profile", "hsds_1", "--json")
    page = client.get("/hsds/services?per_page=1").json()
    assert (page["total_items"], page["size"], page["first_page"], page["last_page"]) == (1, 1, True, True)
    assert client.get("/hsds/services?page=9").json()["empty"] is True
    (brief,) = page["contents"]
    whole = client.get(f"/hsds/services/{brief['id']}").json()
    owners = client.get("/hsds/organizations").json()["contents"]
    owner = client.get(f"/hsds/organizations/{owners[0]['id']}").json()
    full = client.get("/hsds/services?full=true&search=pantry&taxonomy_term_id=food").json()["contents"]
    assert (full, owner["name"], client.get("/hsds/").json()["version"]) == ([whole], "Harbor Aid", "3.0")
    for name, found in (("service_list", brief), ("service", whole), ("organization_list", owners[0])):
        validator(name).validate(found)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["page=0", "page=x", "per_page=9999", "organization_id=7",
                                   "modified_after=x",
                                   "taxonomy_term_id=gold", "format=csv", "colour=red"])  # fmt: skip
def test_a_question_without_an_answer_is_refused_with_the_field(client: Client, asked: str) -> None:
    found = client.get(f"/hsds/services?{asked}")
    assert (found.status_code, found.json()["field"]) == (400, asked.partition("=")[0])
    assert client.post("/hsds/services").status_code == 405
    assert client.get("/hsds/services/00000000-0000-0000-0000-000000000000").status_code == 404
    assert client.get("/hsds/anything").json()["status"] == 404


@pytest.mark.django_db
def test_the_real_sample_comes_in_once_and_goes_out_valid(tmp_path: Path) -> None:
    files = real_files("hsds_1_sample/*.csv")
    first = command("import", "directory", *files, "--profile", "hsds_1", "--json")
    again = command("import", "directory", *files, "--profile", "hsds_1", "--json")
    assert (first["read"], first["accepted"], first["rejected"]) == (60, 55, 5)
    assert (again["unchanged"], again["accepted"], again["updated"]) == (55, 0, 0)
    command("export", "directory", "--format", "hsds_3", "--out", tmp_path / "all.jsonl")
    lines = (tmp_path / "all.jsonl").read_text().splitlines()
    assert len(lines) == 55
    for line in lines:
        validator("service").validate(json.loads(line))


@pytest.mark.parametrize("name", ["service_full.json", "organization_full.json", "tabular.json", "csv"])
def test_the_published_examples_are_read(name: str) -> None:
    found = entry(*real_files(f"hsds_3_0/examples/{name}"))
    assert found.services[0].name == "Community Counselling"
