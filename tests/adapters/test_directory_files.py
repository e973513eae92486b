"""Service directories: what people write in them, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.adapters.directory_files.contacts import read_email, read_url
from commonweal.adapters.directory_files.hours import DAYS, read_hours, read_week
from commonweal.adapters.directory_files.languages import read_languages
from commonweal.adapters.directory_files.phones import read_phones
from commonweal.adapters.directory_files.reader import (
    Entry,
    FileRefused,
    Finding,
    Notice,
    Profile,
    ProfileError,
    Reject,
    detect,
    load_profile,
    parse_profile,
    read,
    read_file,
    shipped_profiles,
)
from commonweal.adapters.directory_files.records import pick

from .shared_data import real_files

FACILITY = {
    "objectId": "a1", "className": "Facility", "categories": "food", "name": "Harbor Kitchen",
    "address": "12 Quay St.", "city": "Harlow", "phone": "(415) 552-3242",
    "website": "http://harbor.example.org",
    "location": {"latitude": 37.77, "longitude": -122.41},
    "services": [
        {"objectId": "s1", "name": "Hot meal", "category": "food", "openHours": {"1": [[900, 1700]]}},
    ],
}  # fmt: skip


def as_json(*records: object) -> bytes:
    return json.dumps(list(records)).encode()


def entries(content: bytes, profile: Profile | None = None) -> list[Entry]:
    return [item for item in read([content], profile) if isinstance(item, Entry)]


def rejects(content: bytes, profile: Profile | None = None) -> list[Reject]:
    return [item for item in read([content], profile) if isinstance(item, Reject)]


def one(**changes: object) -> Entry:
    (entry,) = entries(as_json({**FACILITY, **changes}))
    return entry


def problems(entry: Entry) -> list[str]:
    return [finding.problem for finding in entry.findings]


# --- a record to an entry --------------------------------------------------------------------------


def test_a_facility_becomes_an_organization_a_place_and_its_services() -> None:
    entry = one()
    assert entry.organization.name == "Harbor Kitchen"
    (place,) = entry.locations
    assert (place.address, place.city, place.state) == ("12 Quay St.", "Harlow", "CA")
    assert (place.latitude, place.longitude) == (37.77, -122.41)
    (service,) = entry.services
    assert (service.name, service.keywords, service.status) == ("Hot meal", ("food",), "active")
    assert service.location_ids == (place.id,)
    assert service.organization_id == entry.organization.id == place.organization_id
    assert [phone.number for phone in service.phones] == ["+14155523242"]
    assert [(day.byday, day.opens_at, day.closes_at) for day in service.schedules] == [
        ("MO", "09:00", "17:00")
    ]
    assert json.loads(entry.original) == FACILITY
    assert entry.findings == ()


def test_ids_stay_the_same_from_run_to_run_and_the_fingerprint_tells_of_change() -> None:
    first, again, changed = one(), one(), one(city="Elsewhere")
    assert first == again
    assert changed.id == first.id
    assert changed.fingerprint != first.fingerprint
    assert one(objectId="a2").id != first.id


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "orphan"),
        ({"objectId": None}, "objectId", "could not be recognised"),
        ({"location": {"latitude": 210, "longitude": -122.4}}, "location.latitude", "outside -90 to 90"),
        (
            {"location": {"latitude": 37, "longitude": "west"}},
            "location.longitude",
            "not a number of degrees",
        ),
    ],
)
def test_what_cannot_stand_is_quarantined_with_its_reason(
    changes: dict[str, object], field: str, words: str
) -> None:
    content = as_json(FACILITY, {**FACILITY, "objectId": "a2", **changes})
    (reject,) = rejects(content)
    assert (reject.field, words in reject.reason) == (field, True)
    assert reject.remedy
    assert [entry.original_id for entry in entries(content)] == ["a1"]


def test_a_place_in_the_sea_or_half_a_coordinate_is_not_used() -> None:
    assert one(location={"latitude": 0, "longitude": 0}).locations[0].latitude is None
    half = one(location={"latitude": 37.7})
    assert half.locations[0].latitude is None
    assert "only one of the two is given: not used" in problems(half)


def test_a_record_without_any_place_says_so() -> None:
    nowhere = one(location=None, address="")
    assert nowhere.locations == () and nowhere.services[0].location_ids == ()
    assert "no address and no coordinates are given" in problems(nowhere)


def test_a_service_without_a_name_takes_the_organizations() -> None:
    entry = one(services=[{"objectId": "s1", "name": ""}])
    assert entry.services[0].name == "Harbor Kitchen"
    assert any("is missing; 'Harbor Kitchen' was used" in problem for problem in problems(entry))


def test_the_same_record_twice_is_yielded_twice_and_another_of_its_name_is_not() -> None:
    content = as_json(FACILITY, FACILITY, {**FACILITY, "city": "Elsewhere"})
    assert len({entry.fingerprint for entry in entries(content)}) == 1
    assert len(entries(content)) == 2
    assert "same identity as the record of line 1" in rejects(content)[0].reason


# --- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"{}", "not a list"),
        (b'{"a": 1}', "not a list"),
        (b"[", "cut off"),
        (b"[1]", "not an object"),
        (b'[{"a": NaN}]', "no JSON number"),
        (b"[" * 100_000, "not JSON from here on"),
        (b"[]", "shape of no profile"),
        (b"name,age\nAda,36\n", "shape of no profile"),
        (b"%PDF-1.4", "PDF"),
        (b"\0" * 4096, "NUL"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_reject_in_words(content: bytes, words: str) -> None:
    found = rejects(content) + rejects(content, load_profile("linksf"))
    assert any(words in reject.reason for reject in found)
    assert not entries(content)


def test_damage_in_one_record_keeps_those_before_it() -> None:
    content = as_json(FACILITY, {**FACILITY, "objectId": "a2"})[:-40]
    assert [entry.original_id for entry in entries(content)] == ["a1"]
    assert "not JSON from here on" in rejects(content)[0].reason


def test_lines_are_those_of_the_file() -> None:
    content = json.dumps([FACILITY, {"name": ""}], indent=1).encode()
    line = content[: content.index(b'"name": ""')].count(b"\n")
    assert rejects(content)[0].line == line


def test_a_profile_of_another_shape_is_refused() -> None:
    with pytest.raises(FileRefused, match="is json, and the profile 'directory_dcyf' reads table"):
        list(read_file(as_json(FACILITY), load_profile("dcyf")))
    with pytest.raises(FileRefused, match=r"lacks 5 needed columns"):
        list(read_file(b"a,b\n1,2\n", load_profile("dcyf")))


def test_a_json_file_that_is_not_utf8_is_read_with_a_notice_and_findings() -> None:
    content = json.dumps([{**FACILITY, "name": "Café Ría"}], ensure_ascii=False).encode("cp1252")
    items = list(read([content]))
    assert any(isinstance(item, Notice) and "cp1252" in item.text for item in items)
    (entry,) = [item for item in items if isinstance(item, Entry)]
    assert entry.organization.name == "Café Ría"
    assert "not UTF-8; read as cp1252" in problems(entry)


def test_the_same_content_again_is_noticed(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(as_json(FACILITY))
    items = list(read(sorted(tmp_path.iterdir())))
    assert any(isinstance(item, Notice) and "same content as a.json" in item.text for item in items)


def test_a_row_of_marked_columns() -> None:
    head = "Agency Name,Program Name,Strategy,Site Name,Site Address,Site Zip,Site Phone"
    head += ",0-5,'6-13,Spanish,English"
    row = "Bay Kids,Tutoring,K-8,Main,1 Elm St,94110,(415) 642-5905,,X,x,"
    (entry,) = entries(f"{head}\n{row}\n".encode())
    (service,) = entry.services
    assert (service.minimum_age, service.maximum_age) == (6, 13)
    assert [language.code for language in service.languages] == ["es"]
    assert service.eligibility == "Ages or groups: 6-13"


# --- telephones ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("415-642-5905", ["+14156425905"]),
        ("(415)642 5905", ["+14156425905"]),
        ("415. 642. 5905", ["+14156425905"]),
        ("415/642-5905", ["+14156425905"]),
        ("1-855-234-2667", ["+18552342667"]),
        ("642-5905", ["+14156425905"]),
        ("Crisis line: 877-503-1850. Teen line: 877-923-0700 (24 hrs)", ["+18775031850", "+18779230700"]),
        ("varies", []),
        ("n/a", []),
        ("", []),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: list[str]) -> None:
    assert [phone.number for phone in read_phones(text, "US", "415", "voice", [])] == numbers


@pytest.mark.parametrize("text", ["415-673-0911 ext. 259", "415 673 0911 x259", "415-673-0911 EXT 259"])
def test_extensions_stand_apart(text: str) -> None:
    (phone,) = read_phones(text, "US", "", "voice", [])
    assert (phone.number, phone.extension) == ("+14156730911", "259")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x57471", "an extension without a number"),
        ("-5419", "has 4 digits"),
        ("415-977-69449", "has 11 digits"),
        ("ask at the desk", "no digits"),
        ("642-5905", "has 7 digits"),
        ("000-000-0000", "none like it is in use"),
    ],
)
def test_what_is_no_number_is_kept_with_its_reason(text: str, words: str) -> None:
    findings: list[Finding] = []
    (phone,) = read_phones(text, "US", "", "voice", findings)
    assert phone.original == text
    assert any(words in finding.problem for finding in findings)


def test_seven_digits_take_the_area_code_with_a_finding() -> None:
    findings: list[Finding] = []
    read_phones("642-5905", "US", "415", "voice", findings)
    assert findings == [Finding("phone", "642-5905", "has seven digits; area code 415 was assumed")]


def test_labels_before_numbers_are_kept() -> None:
    found = read_phones("Crisis line: 877-503-1850. Teen line: 877-923-0700", "US", "", "voice", [])
    assert [phone.description for phone in found] == ["Crisis line", "Teen line"]


# --- hours -----------------------------------------------------------------------------------------

WEEKDAYS = DAYS[:5]


@pytest.mark.parametrize(
    ("text", "days", "opens", "closes"),
    [
        ("Monday - Friday, 9:00am to 5:00pm", WEEKDAYS, "09:00", "17:00"),
        ("Monday-Friday, 9am-5pm.", WEEKDAYS, "09:00", "17:00"),
        ("Mon-Fri 8am-4pm", WEEKDAYS, "08:00", "16:00"),
        ("Monday through Friday, 8 am to 4 pm", WEEKDAYS, "08:00", "16:00"),
        ("Monday - Friday from 9am - 5pm", WEEKDAYS, "09:00", "17:00"),
        ("Thursdays from 10:00am to 2:00pm", ("TH",), "10:00", "14:00"),
        ("Saturday and Sunday, 7:00am to noon", ("SA", "SU"), "07:00", "12:00"),
        ("Friday - Sunday 6pm to midnight", ("FR", "SA", "SU"), "18:00", "23:59"),
        ("Saturday - Monday 10am-2pm", ("SA", "SU", "MO"), "10:00", "14:00"),
        ("Daily, 8:00am to 5:00pm", DAYS, "08:00", "17:00"),
        ("Monday - Friday 8:30-5:00pm", WEEKDAYS, "08:30", "17:00"),
        ("Tuesday, 9-11:30am", ("TU",), "09:00", "11:30"),
        ("24 hours/7 days", DAYS, "00:00", "23:59"),
        ("24/7", DAYS, "00:00", "23:59"),
        ("Monday 9:0am to 5pm", ("MO",), "09:00", "17:00"),
        ("Monday 830am to 5pm", ("MO",), "08:30", "17:00"),
    ],
)
def test_plain_hours_are_read_day_by_day(text: str, days: tuple[str, ...], opens: str, closes: str) -> None:
    found = read_hours(text, [])
    assert tuple(day.byday for day in found) == days
    assert {(day.opens_at, day.closes_at) for day in found} == {(opens, closes)}


def test_several_spans_are_read_together() -> None:
    found = read_hours("Monday, Wednesday 6:30am-9:30am, Saturday 7am to 10am", [])
    assert [(day.byday, day.opens_at) for day in found] == [("MO", "06:30"), ("WE", "06:30"), ("SA", "07:00")]


@pytest.mark.parametrize(
    "text",
    [
        "Varies",
        "Monday - Friday, 9:00am to 5:00pm. Orientation is every Weds at 2:00pm.",
        "Monday, Wedensday 6:30am-9:30am",
        "Tuesdays, beginning at 8:30am. Open until full.",
        "Monday - Friday, 8:00m to 5:00pm",
        "Monday - Friday, 9 to 5",
        "Monday 25:00am to 5pm",
        "8:00am-5:00pm",
    ],
)
def test_half_understood_hours_are_no_hours_but_their_text_is_kept(text: str) -> None:
    (kept,) = read_hours(text, [])
    assert (kept.byday, kept.opens_at, kept.description) == ("", "", text)


def test_odd_times_leave_findings() -> None:
    findings: list[Finding] = []
    read_hours("Monday 9:0am to 5pm", findings)
    read_hours("Monday 7:00pm to 3:30pm", findings)
    read_hours("Monday 8:00m to 5:00pm", findings)
    said = [finding.problem for finding in findings]
    assert len(said) == 3
    assert "was read as 9:00" in said[0]
    assert "closes before it opens" in said[1]
    assert "does not say morning" in said[2]


def test_a_week_by_day_numbers() -> None:
    findings: list[Finding] = []
    found = read_week(
        {"0": [[0, 2359]], "6": [[830, 1200], [1300, 2400]], "9": [[1, 2]], "2": [[990]]}, findings
    )
    assert [(day.byday, day.opens_at, day.closes_at) for day in found] == [
        ("SU", "00:00", "23:59"), ("SA", "08:30", "12:00"), ("SA", "13:00", "23:59"),
    ]  # fmt: skip
    assert len(findings) == 2


@given(st.text(max_size=80))
def test_no_hours_whatever_raise_and_text_is_never_lost(text: str) -> None:
    found = read_hours(text, [])
    assert all(day.description == text.strip(" .") or day.description == text for day in found)
    assert bool(found) == bool(text)


# --- languages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["English", "spanish"], ["en", "es"]),
        (["Spanish.English"], ["es", "en"]),
        (["Samoan, Tongan"], ["sm", "to"]),
        (["Taglog"], ["tl"]),
        (["Vietnnamese"], ["vi"]),
        (["Thai, Cambodian (Khmer)"], ["th", "km"]),
        (["American Sign Language"], ["ase"]),
        (["Mandarin. Russian by special arrangement"], ["cmn", "ru"]),
        (["NA", "", "others"], []),
    ],
)
def test_languages_are_read_as_people_write_them(texts: list[str], codes: list[str]) -> None:
    assert [language.code for language in read_languages(texts, [])[0]] == codes


def test_interpreting_is_noted_and_the_unknown_is_a_finding() -> None:
    findings: list[Finding] = []
    languages, interpreting = read_languages(
        ["English", "Translation services available", "Klingon"], findings
    )
    assert [language.code for language in languages] == ["en"]
    assert interpreting == "Translation services available"
    assert findings == [Finding("language", "Klingon", "names no language that is known here")]


# --- web and mail ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://harbor.example.org/a?b=1", "http://harbor.example.org/a?b=1"),
        ("www.harbor.example.org", "https://www.harbor.example.org"),
        ("harbor.example.org/what we do", "https://harbor.example.org/what"),
        ("ask inside", ""),
        ("http://[broken", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_web_addresses(text: str, url: str) -> None:
    findings: list[Finding] = []
    assert read_url([text], findings) == url
    assert bool(findings) == (url != text)


def test_mail_addresses() -> None:
    findings: list[Finding] = []
    assert (
        read_email(["no mail", "Write to intake@harbor.example.org."], findings)
        == "intake@harbor.example.org"
    )
    assert findings == [Finding("email", "no mail", "is not a mail address")]


# --- paths and profiles ----------------------------------------------------------------------------


def test_paths_go_through_lists_and_a_key_wins_over_its_dots() -> None:
    content = {"a": [{"b": [1, 2]}, {"b": "x"}], "c.d": " y ", "e": None, "f": {"g": True}}
    assert pick(content, "a.*.b") == ["1", "2", "x"]
    assert pick(content, "c.d") == ["y"]
    assert pick(content, "f.g") == ["True"]
    assert pick(content, "a") == pick(content, "e") == pick(content, "nowhere.at.all") == []


CONTENT = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(CONTENT, st.text(max_size=12))
def test_any_path_into_any_content_gives_storable_text(content: object, path: str) -> None:
    for text in pick(content, path):
        assert text and "\0" not in text
        text.encode("utf-8")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reads": "xml"}, "'reads' must be json or table"),
        ({"identity": []}, "'identity' must list"),
        ({"organization": {}}, "'name' must be the path"),
        ({"colour": 1}, "unknown key 'colour'"),
        ({"service": {"age_flags": {"Kids": [1, 2, 3]}}}, "'Kids' must be two ages"),
    ],
)
def test_a_profile_with_a_fault_is_refused_by_its_key(change: dict[str, object], words: str) -> None:
    raw: dict[str, object] = {"name": "x", "reads": "json", "identity": ["id"], "organization": {"name": "n"}}
    with pytest.raises(ProfileError, match=words):
        parse_profile({**raw, **change})


def test_every_shipped_profile_loads() -> None:
    assert shipped_profiles() == ["directory_apd", "directory_dcyf", "directory_hsds", "directory_linksf"]
    assert [load_profile(name).name for name in shipped_profiles()] == shipped_profiles()


@given(st.binary(max_size=1500), st.sampled_from([None, "linksf", "apd", "dcyf"]))
def test_no_bytes_whatever_raise(content: bytes, name: str | None) -> None:
    for item in read([content], load_profile(name) if name else None):
        assert isinstance(item, (Entry, Reject, Notice))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(FACILITY)), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(FACILITY)), JSON_VALUES))
def test_no_record_whatever_raises(changes: dict[str, object]) -> None:
    for item in read([as_json({**FACILITY, **changes})], load_profile("linksf")):
        assert isinstance(item, (Entry, Reject))


# --- the real files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "profile", "kept", "spoiled", "organizations", "services"),
    [
        ("linksf_linksf.json", "directory_linksf", 89, 0, 76, 96),
        ("apd_open_ref.json", "directory_apd", 228, 1, 170, 228),
        ("dcyf-cms_dcyf_cms_05312013.csv", "directory_dcyf", 609, 0, 163, 608),
    ],
)
def test_every_record_of_the_real_directories_is_read(
    name: str, profile: str, kept: int, spoiled: int, organizations: int, services: int
) -> None:
    (path,) = real_files(f"directories_sf/{name}")
    assert detect(path) == profile
    items = list(read([path]))
    found = [item for item in items if isinstance(item, Entry)]
    assert (len(found), sum(isinstance(item, Reject) for item in items)) == (kept, spoiled)
    assert len({entry.organization.id for entry in found}) == organizations
    assert len({service.id for entry in found for service in entry.services}) == services


def test_the_real_spreadsheet_that_is_not_utf8() -> None:
    (path,) = real_files("directories_sf/dcyf*.csv")
    found = [item for item in read([path]) if isinstance(item, Entry)]
    mended = [finding for entry in found for finding in entry.findings if finding.field == "text"]
    assert len(mended) == 3
    assert any("(JCRT) – Log Cabin" in service.name for entry in found for service in entry.services)
    assert sum(finding.field == "phone" for entry in found for finding in entry.findings) == 22


def test_the_real_hours_in_free_text_are_read_or_kept() -> None:
    (path,) = real_files("directories_sf/apd*.json")
    services = [service for item in read([path]) if isinstance(item, Entry) for service in item.services]
    told = [service for service in services if service.schedules]
    assert len(told) == 185
    assert sum(bool(service.schedules[0].byday) for service in told) == 109
