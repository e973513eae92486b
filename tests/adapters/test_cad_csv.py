"""Exports of dispatch systems: what is kept, what is doubted, what is refused, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.adapters.cad_csv.reader import (
    CallRow,
    FileRefused,
    Notice,
    Profile,
    ProfileError,
    Reject,
    load_profile,
    parse_profile,
    read,
    read_file,
    shipped_profiles,
)

from .shared_data import real_files

PLAIN = load_profile("calls_plain")
HEAD = "call_number,agency,nature,priority,source,disposition,longitude,latitude,received,dispatched,cleared"


def calls(text: str, profile: Profile = PLAIN) -> list[CallRow]:
    return [item for item in read([text.encode()], profile) if isinstance(item, CallRow)]


def rejects(text: str, profile: Profile = PLAIN) -> list[Reject]:
    return [item for item in read([text.encode()], profile) if isinstance(item, Reject)]


def one(row: str, profile: Profile = PLAIN) -> CallRow:
    (call,) = calls(f"{HEAD}\n{row}\n", profile)
    return call


def refused(row: str, profile: Profile = PLAIN) -> Reject:
    (reject,) = rejects(f"{HEAD}\n{row}\n", profile)
    return reject


def profile(**changes: object) -> Profile:
    raw: dict[str, object] = {
        "name": "test",
        "zone": "America/New_York",
        "null_words": ["NULL"],
        "sentinels": ["-9999"],
        "columns": {
            "external_id": "call_number", "agency": "agency", "nature": "nature", "priority": "priority",
            "call_source": "source", "dispositions": "disposition",
        },
        "times": {"received": "received", "dispatched": "dispatched", "cleared": "cleared"},
    }  # fmt: skip
    return parse_profile({**raw, **changes})


def test_a_row_becomes_a_call() -> None:
    call = one('25-1,police,WELFARE CHECK,2,911,"Report, Citation",-77.04,38.8,2025-08-24T00:07:06Z,,')
    assert (call.external_id, call.source_system, call.line) == ("25-1", "calls_plain", 2)
    assert (call.agency, call.nature_label) == ("police", "WELFARE CHECK")
    assert (call.priority, call.call_source) == (2, "911")
    assert call.dispositions == ("Report", "Citation")
    assert (call.place.longitude, call.place.latitude) == (-77.04, 38.8)
    assert call.received == datetime(2025, 8, 24, 0, 7, 6, tzinfo=UTC)
    assert call.times.dispatched is None
    assert call.findings == ()


# --- what spoils a row -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (",p,n,1,s,d,,,2025-08-24 00:00:01,,", "call_number", "could not be recognised"),
        ("1,p,n,1,s,d,,,,,", "received", "is missing"),
        ("1,p,n,1,s,d,,,yesterday,,", "received", "not a date and time"),
        ("1,p,n,1,s,d,,,0001-01-01 00:00:00,,", "received", "year 0001 is outside 1980 to 2099"),
        ("1,p,n,1,s,d,,,2025-08-24 00:00:01,0001-01-01 00:00:00,", "dispatched", "year 0001"),
        ("1,p,n,1,s,d,,,2025-02-30 00:00:01,,", "received", "not a date and time"),
        ("1,p,n,1,s,d,-77,210,2025-08-24 00:00:01,,", "latitude", "outside -90 to 90"),
        ("1,p,n,1,s,d,-7700,21,2025-08-24 00:00:01,,", "longitude", "outside -180 to 180"),
        ("1,p,n,1,s,d,-77,north,2025-08-24 00:00:01,,", "latitude", "not a number of degrees"),
        ("1,p,n,1,s,d,-77,nan,2025-08-24 00:00:01,,", "latitude", "outside"),
    ],
)
def test_what_spoils_a_row_is_told_with_field_value_and_remedy(row: str, field: str, words: str) -> None:
    reject = refused(row)
    assert (reject.line, reject.field) == (2, field)
    assert words in reject.reason
    assert reject.remedy
    assert field in reject.sentence() and "line 2" in reject.sentence()


def test_a_bad_row_never_costs_a_good_one() -> None:
    good, bad = "1,p,n,1,s,d,,,2025-08-24 00:00:01,,", "2,p,n,1,s,d,,,never,,"
    text = "\n".join([HEAD, good, bad, good.replace("1,", "3,", 1)])
    assert [call.external_id for call in calls(text)] == ["1", "3"]
    assert [reject.line for reject in rejects(text)] == [3]


def test_a_required_field_is_demanded() -> None:
    strict = profile(required=["nature", "dispatched"])
    assert refused("1,p,NULL,1,s,d,,,2025-08-24 00:00:01,2025-08-24 00:00:05,", strict).field == "nature"
    assert refused("1,p,n,1,s,d,,,2025-08-24 00:00:01,NULL,", strict).field == "dispatched"


# --- what is doubted and kept ----------------------------------------------------------------------


def test_an_impossible_order_is_kept_as_it_came_with_a_finding() -> None:
    call = one("1,p,n,1,s,d,,,2025-08-24 10:00:00,2025-08-24 00:00:00,2025-08-24 10:30:00")
    assert call.times.dispatched == datetime(2025, 8, 24, 0, 0, tzinfo=UTC)
    assert [(finding.field, finding.problem) for finding in call.findings] == [
        ("dispatched", "10.0 h before received")
    ]


def test_words_the_maps_do_not_know_stay_with_a_finding() -> None:
    mapped = profile(agencies={"PD": "police"}, sources={"E-911": "911"}, priorities={"high": "1"})
    call = one("1,pd,n,HIGH,e-911,d,,,2025-08-24 00:00:01,,", mapped)
    assert (call.agency, call.call_source, call.priority, call.findings) == ("police", "911", 1, ())
    call = one("1,FD,n,odd,radio,d,,,2025-08-24 00:00:01,,", mapped)
    assert (call.agency, call.call_source, call.priority) == ("FD", "radio", None)
    assert [finding.field for finding in call.findings] == ["agency", "priority", "call_source"]


def test_null_words_and_sentinels_say_nothing() -> None:
    call = one("1,null,n,-9999,NULL,Null,,,2025-08-24 00:00:01,NULL,-9999", profile())
    assert (call.agency, call.priority, call.call_source, call.dispositions) == ("", None, "", ())
    assert call.times.dispatched is None and call.times.cleared is None
    assert [finding.value for finding in call.findings] == ["-9999"]


def test_stated_durations_are_set_beside_the_times() -> None:
    check = {"column": "priority", "from": "received", "to": "dispatched", "unit": "minutes", "tolerance": 1}
    checked = profile(checks=[check])
    when = "2025-08-24 10:00:00,2025-08-24 10:05:30,"
    assert one(f"1,p,n,5,s,d,,,{when}", checked).findings == ()
    assert "6 min from received to dispatched" in one(f"1,p,n,90,s,d,,,{when}", checked).findings[0].problem
    assert "a time is missing" in str(one("1,p,n,9,s,d,,,2025-08-24 10:00:00,,", checked).findings)
    assert "not a number" in str(one(f"1,p,n,soon,s,d,,,{when}", checked).findings)


def test_half_a_coordinate_is_not_used() -> None:
    call = one("1,p,n,1,s,d,-77.1,,2025-08-24 00:00:01,,")
    assert call.place.longitude is None
    assert "only one of the two" in call.findings[0].problem


def test_a_cp1252_row_is_read_with_a_finding() -> None:
    content = f"{HEAD}\n1,p,Cañada,1,s,d,,,2025-08-24 00:00:01,,\n".encode("cp1252")
    (call,) = [item for item in read([content], PLAIN) if isinstance(item, CallRow)]
    assert call.nature_label == "Cañada"
    assert call.findings[0].value == "cp1252"


# --- clocks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2025-08-24 00:07:06.250", datetime(2025, 8, 24, 4, 7, 6, 250_000, tzinfo=UTC)),
        ("2025-12-24 00:07:06", datetime(2025, 12, 24, 5, 7, 6, tzinfo=UTC)),
        ("2025-08-24T00:07:06-07:00", datetime(2025, 8, 24, 7, 7, 6, tzinfo=UTC)),
        ("2025-08-24", datetime(2025, 8, 24, 4, 0, tzinfo=UTC)),
        ("8/24/2025 1:05 PM", datetime(2025, 8, 24, 17, 5, tzinfo=UTC)),
    ],
)
def test_clock_times_are_read_in_the_zone_of_the_profile(local: str, utc: datetime) -> None:
    eastern = profile(time_formats=["%m/%d/%Y %I:%M %p"])
    assert one(f"1,p,n,1,s,d,,,{local},,", eastern).received == utc


@pytest.mark.parametrize(
    ("local", "words"), [("2025-11-02 01:30:00", "happens twice"), ("2025-03-09 02:30:00", "does not exist")]
)
def test_the_nights_when_the_clocks_change_raise_a_doubt(local: str, words: str) -> None:
    row = f"1,p,n,1,s,d,,,{local},,"
    assert words in one(row, profile()).findings[0].problem
    two = calls(f"{HEAD}\n{row}\n{row}\n", profile())
    assert all(words in call.findings[0].problem for call in two)


def test_a_midnight_that_may_mean_nothing_is_doubted() -> None:
    doubtful = profile(suspect_clock="00:00:00")
    call = one("1,p,n,1,s,d,,,2025-08-24 23:00:00,2025-08-24 00:00:00,", doubtful)
    assert ["may stand for" in finding.problem for finding in call.findings] == [True, False]


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))


@given(st.lists(MOMENTS, min_size=1, max_size=12))
def test_the_fast_path_agrees_with_the_zone(moments: list[datetime]) -> None:
    from zoneinfo import ZoneInfo

    rows = "".join(f"{n},p,n,1,s,d,,,{moment.isoformat(' ')},,\n" for n, moment in enumerate(moments))
    found = calls(f"{HEAD}\n{rows}", profile())
    expected = [moment.replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC) for moment in moments]
    assert [call.received for call in found] == expected


# --- fingerprints, files, columns ------------------------------------------------------------------


def test_the_fingerprint_covers_the_mapped_cells_alone() -> None:
    head = HEAD + ",remark"
    row = "1,p,n,1,s,d,,,2025-08-24 00:00:01,,"
    same = [calls(f"{head}\n{row},{remark}\n")[0].fingerprint for remark in ("a", "b")]
    assert same[0] == same[1]
    other = calls(f"{head}\n{row.replace('n', 'm')},a\n")[0].fingerprint
    assert other != same[0]


def test_the_same_file_twice_is_noticed(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (first, second):
        path.write_text(f"{HEAD}\n1,p,n,1,s,d,,,2025-08-24 00:00:01,,\n", encoding="utf-8")
    items = list(read([first, second], PLAIN))
    assert any(isinstance(item, Notice) and "same content as a.csv" in item.text for item in items)
    prints = {item.fingerprint for item in items if isinstance(item, CallRow)}
    assert len(prints) == 1


def test_a_file_without_the_needed_columns_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_text("name,age\nAda,36\n", encoding="utf-8")
    right.write_text(f"{HEAD}\n1,p,n,1,s,d,,,2025-08-24 00:00:01,,\n", encoding="utf-8")
    items = list(read([wrong, tmp_path, right], PLAIN))
    refusals = [item for item in items if isinstance(item, Reject)]
    assert "lacks 2 needed columns: call_number, received" in refusals[0].reason
    assert "folder" in refusals[1].reason
    assert sum(isinstance(item, CallRow) for item in items) == 1
    with pytest.raises(FileRefused, match="profile of this export"):
        list(read_file(wrong, PLAIN))


def test_headers_are_found_whatever_their_case_and_spaces() -> None:
    text = f"{HEAD.upper().replace('CALL_NUMBER', ' Call_Number ')}\n1,p,n,1,s,d,,,2025-08-24 00:00:01,,\n"
    assert calls(text)[0].external_id == "1"


@given(st.binary(max_size=2000), st.sampled_from(["calls_plain", "alexandria", "lane_mobile_crisis"]))
def test_no_bytes_whatever_raise(content: bytes, name: str) -> None:
    for item in read([content], load_profile(name)):
        assert isinstance(item, (CallRow, Reject, Notice))


@given(st.lists(st.text(max_size=30), min_size=11, max_size=11))
def test_no_cells_whatever_raise(cells: list[str]) -> None:
    import csv
    import io

    written = io.StringIO()
    csv.writer(written).writerows([HEAD.split(","), cells, ["1", *cells[1:8], "2025-08-24 00:00:01", "", ""]])
    items = list(read([written.getvalue().encode("utf-8", "replace")], PLAIN))
    assert all(isinstance(item, (CallRow, Reject, Notice)) for item in items)


# --- profiles --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zone": "Mars/Olympus"}, "zone 'Mars/Olympus' is unknown"),
        ({"colour": "red"}, "unknown key 'colour'; allowed:.*columns"),
        ({"columns": {"agency": "a"}}, "'external_id' must name"),
        ({"columns": {"external_id": "a", "latitude": "b"}}, "'latitude' needs 'longitude'"),
        ({"times": {"dispatched": "a"}}, "'received' must name"),
        ({"times": {"received": "a", "arrived": "b"}}, "unknown key 'arrived'"),
        ({"required": ["shoe_size"]}, "'shoe_size' is neither"),
        ({"checks": [{"column": "x", "from": "received", "to": "lunch"}]}, "'lunch' is no stage"),
        ({"checks": [{"column": "x", "from": "received", "to": "cleared", "unit": "moons"}]}, "moons"),
        ({"checks": "none"}, "'checks' must be a list"),
        ({"agencies": ["police"]}, "'agencies' must be a mapping"),
        ({"order_tolerance_seconds": "some"}, "must be a number"),
        ({"null_words": [["a"]]}, "'null_words' must be a list of texts"),
        ({"name": None}, "'name' must be a text"),
    ],
)
def test_a_profile_with_a_fault_is_refused_by_its_key(change: dict[str, object], words: str) -> None:
    with pytest.raises(ProfileError, match=words):
        profile(**change)


def test_a_profile_must_be_a_mapping() -> None:
    with pytest.raises(ProfileError, match="must be a mapping"):
        parse_profile(["a", "b"], "mine.yaml")


def test_every_shipped_profile_loads_and_a_site_may_bring_its_own(tmp_path: Path) -> None:
    assert {"alexandria", "lane_mobile_crisis", "calls_plain"} <= set(shipped_profiles())
    assert all(load_profile(name).name == name for name in shipped_profiles())
    mine = tmp_path / "mine.yaml"
    mine.write_text("name: mine\nzone: UTC\ncolumns: {external_id: n}\ntimes: {received: t}\n", "utf-8")
    text = "n;t\n1;2025-08-24 00:00\n"
    assert calls(text, load_profile(str(mine)))[0].source_system == "mine"


# --- the real files --------------------------------------------------------------------------------


def test_every_real_alexandria_call_is_read() -> None:
    items = list(read(real_files("calls_alexandria/*.csv"), load_profile("alexandria")))
    found = [item for item in items if isinstance(item, CallRow)]
    spoiled = [item for item in items if isinstance(item, Reject)]
    assert len(found) == 13_368
    assert [(item.file, item.line, item.field) for item in spoiled] == [
        ("week35.csv", 268, "Master_Incident_Number"),
        ("week35.csv", 1027, "Master_Incident_Number"),
        ("week39.csv", 456, "Master_Incident_Number"),
        ("week43.csv", 253, "Master_Incident_Number"),
        ("week43.csv", 1454, "Master_Incident_Number"),
    ]
    assert len({call.external_id for call in found}) == 13_368
    assert {call.agency for call in found} == {"police", "ems", "fire"}
    assert {call.priority for call in found} == {1, 2, 3, 4, 5, 6, 8, 10}
    assert sum(call.times.on_scene is None for call in found) == 1_713
    assert any(call.dispositions == ("Cancelled", "No report") for call in found)


def test_the_impossible_orders_of_the_real_alexandria_calls_are_findings() -> None:
    items = read(real_files("calls_alexandria/*.csv"), load_profile("alexandria"))
    findings = [finding for item in items if isinstance(item, CallRow) for finding in item.findings]
    backward = [finding for finding in findings if "before acknowledged" in finding.problem]
    assert sum(finding.field == "enroute" for finding in backward) == 677
    assert not any("not in the profile's" in finding.problem for finding in findings)


def test_week_40_with_its_58_columns_reads_like_the_others() -> None:
    (path,) = real_files("calls_alexandria/week40.csv")
    items = list(read([path], load_profile("alexandria")))
    assert sum(isinstance(item, CallRow) for item in items) == 1_305
    assert any(isinstance(item, Notice) and "34 of 58 columns" in item.text for item in items)


def test_every_real_mobile_crisis_dispatch_is_kept_and_its_impossible_times_with_it() -> None:
    items = list(read(real_files("mobile_crisis_lane/*.csv"), load_profile("lane_mobile_crisis")))
    found = [item for item in items if isinstance(item, CallRow)]
    assert len(found) == len(items) == 2_566
    placeholder = [
        call for call in found if any("may stand for" in finding.problem for finding in call.findings)
    ]
    backward = [call for call in found if any(" before " in finding.problem for finding in call.findings)]
    assert (len(placeholder), len(backward)) == (598, 628)
    assert sum("Emergency department" in call.dispositions for call in found) == 345
    assert sum("Unable to locate" in call.dispositions for call in found) == 494
    assert max(len(call.reasons) for call in found) == 4
