"""What is read of an EIDO document, what is doubted, what is refused; whatever it was that came."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.adapters.eido import reader
from commonweal.adapters.eido.reader import FileRefused, Incident, Notice, Reject
from commonweal.adapters.files.opening import source

from .sample import CIVIC, INCIDENT, OWNER, POINT, changed, later, made, put, to, whole


def items(content: object) -> list[reader.Item]:
    """Everything that is said of one file."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(reader.read([source(raw, "file.json")]))


def one(content: object) -> Incident:
    """The only incident of a file."""
    found = [item for item in items(content) if isinstance(item, Incident)]
    assert len(found) == 1, items(content)
    return found[0]


def doubts(content: object) -> set[str]:
    """The fields that a file's only incident has findings for."""
    return {finding.field for finding in one(content).findings}


def utc(day: int, hour: int, minute: int, second: float = 0) -> datetime:
    """A moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, int(second), round(second % 1 * 1e6), UTC)


class TestOneIncident:
    """A whole document becomes a call with its place, caller, times and notes."""

    def test_says_what_where_when_and_who(self) -> None:
        found = one(whole())
        assert (found.number, found.nature_label) == ("26-000412", "Person in crisis")
        assert found.reasons == ("EDP",)
        assert (found.told.nature, found.priority, found.call_source) == ("mental_health_crisis", 2, "911")
        assert found.place == ("412 N Cedar Ave", "Harlow", -121.6003, 38.5012)
        assert found.told.extra == "Apt 3" and found.is_over is True and found.dispositions == ("Assisted",)
        assert found.told.reporter == ("Ana Torres", "+1-555-0142", "es")
        assert found.told.notes == ((utc(3, 7, 14, 5.25), "He is <b>pacing</b> and afraid."),)
        assert (found.owner, found.owner_name) == (OWNER, "Harlow 911")

    def test_times_are_utc_and_keep_their_precision(self) -> None:
        times = one(whole()).times
        assert times.received == utc(3, 7, 14, 5.25) and times.answered == utc(3, 7, 14, 11)
        assert (times.dispatched, times.on_scene) == (utc(3, 7, 16), utc(3, 7, 25))
        assert times.cleared == utc(3, 8, 20)

    def test_nothing_is_doubted_in_a_whole_document(self) -> None:
        assert doubts(whole()) == set()

    def test_the_document_stays_whole(self) -> None:
        assert one(whole()).told.body == whole()

    def test_an_incident_is_known_by_its_id_at_its_agency(self) -> None:
        again = one(later())
        assert one(whole()).external_id == again.external_id and len(again.external_id) <= 64
        elsewhere = changed("agencyComponent.0.$id", "other.example")
        assert one(elsewhere).external_id != again.external_id
        assert one(whole()).fingerprint != again.fingerprint


class TestLiberal:
    """What another system may write differently is read all the same."""

    @pytest.mark.parametrize("wrap", [
        lambda doc: doc, lambda doc: [doc], lambda doc: {"eido": doc}, lambda doc: {"eidos": [doc]},
        lambda doc: {"results": {"items": [{"EmergencyIncidentDataObject": doc}]}},
        lambda doc: {f"eido:{k}": v for k, v in doc.items()},
        lambda doc: {k[0].upper() + k[1:]: v for k, v in doc.items()},
        lambda doc: {**doc, "incidentComponent": [doc["incidentComponent"]]},
        lambda doc: {**doc, "callComponent": doc["callComponent"][0]},
    ])  # fmt: skip
    def test_any_wrapping(self, wrap: Any) -> None:
        assert one(wrap(whole())).number == "26-000412"

    def test_a_document_a_line(self) -> None:
        text = "\n".join([json.dumps(whole()), "{broken", "", json.dumps(later())])
        found = items(text.encode())
        assert [type(item) for item in found] == [Incident, Reject, Incident]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
    def test_any_encoding(self, encoding: str) -> None:
        doc = changed("notesComponent.0.notesActionComments", "Señora Ñuñez está sola")
        raw = json.dumps(doc, ensure_ascii=False).encode(encoding)
        assert one(raw).told.notes[0][1] == "Señora Ñuñez está sola"
        assert any(isinstance(item, Notice) for item in items(raw)) == (encoding != "utf-8-sig")

    def test_several_incidents_in_one_document(self) -> None:
        other = made("urn:second", incidentTypeCommonRegistryText="WELFARE", locationReference=to("loc:2"))
        doc = changed("incidentComponent", [whole()["incidentComponent"], other])
        found = [item for item in items(doc) if isinstance(item, Incident)]
        assert [row.told.tracking for row in found] == [INCIDENT, "urn:second"]
        assert [row.line for row in found] == [1, 2] and found[1].place.text == ""
        assert found[1].told.body["incidentComponent"] == other

    @pytest.mark.parametrize(("value", "address", "lon"), [
        (CIVIC, "412 N Cedar Ave", None), (POINT, "", -121.6003), ("12 Quay St", "12 Quay St", None),
        ({"civicAddress": {"HNO": "9", "RD": "Elm", "A3": "Harlow"}}, "9 Elm", None),
        ({"type": "Point", "coordinates": [-121.6, 38.5]}, "", -121.6),
        ({"latitude": 38.5, "longitude": "-121.6"}, "", -121.6),
        ("<x xmlns='urn:x'><posList>38 -121 38 -122 39 -122 39 -121 38 -121</posList></x>", "", -121.5),
        ("<x srsName='urn:ogc:def:crs:OGC:1.3:CRS84'><pos>-121.6 38.5</pos></x>", "", -121.6),
    ])  # fmt: skip
    def test_any_form_of_place(self, value: object, address: str, lon: float | None) -> None:
        doc = changed("locationComponent.0.locationByValue", value)
        doc["locationComponent"] = doc["locationComponent"][:1]
        doc["incidentComponent"]["locationReference"] = {"$ref": "loc:1"}
        place = one(doc).place
        assert (place.text, place.longitude) == (address, lon)

    def test_the_call_knows_the_place_where_the_incident_does_not(self) -> None:
        doc = changed("incidentComponent.locationReference", None)
        doc["callComponent"][0]["locationReference"] = to("loc:1")
        assert one(doc).place.text == "412 N Cedar Ave"

    @pytest.mark.parametrize("gone", [
        "agentComponent", "callbackComponent", "personComponent", "notesComponent", "dispatchComponent",
        "emergencyResourceComponent", "locationComponent", "agencyComponent", "callComponent",
        "issuingElementIdentification", "eidoVersion", "incidentComponent.incidentTypeCommonRegistryText",
        "incidentComponent.incidentTypeInternalText", "incidentComponent.incidentStatusCommonRegistryText",
        "lastUpdateTimeStamp", "$id", "updatedByAgencyReference",
    ])  # fmt: skip
    def test_any_part_but_the_id_and_the_time_may_be_missing(self, gone: str) -> None:
        assert one(changed(gone, None)).told.tracking == INCIDENT

    @pytest.mark.parametrize(("path", "value", "field"), [
        ("incidentComponent.incidentTypeCommonRegistryText", "ZORG", "incidentTypeCommonRegistryText"),
        ("incidentComponent.incidentStatusCommonRegistryText", ["Zonked"],
         "incidentStatusCommonRegistryText"),
        ("callComponent.0.standardPrimaryCallType", "pigeon", "callComponent.standardPrimaryCallType"),
        ("emergencyResourceComponent.0.primaryUnitStatusRegistryText", "Lost",
         "emergencyResourceComponent.primaryUnitStatusRegistryText"),
        ("incidentComponent.locationReference", [{"$ref": "loc:404"}], "locationReference"),
        ("incidentComponent.notesReference", [{"$ref": "note:404"}], "notesReference"),
        ("incidentComponent.incidentCommonPriorityNumber", -3, "incidentCommonPriorityNumber"),
        ("callComponent.0.answerDate", "yesterday", "callComponent.answerDate"),
        ("callComponent.0.answerDate", "2026-11-02T01:00:00Z", "answered"),
        ("eidoVersion", "2.7", "eidoVersion"),
        ("cautionComponent", [made("c:1")], "cautionComponent"),
        ("vehicleComponent", [made("v:1")], "vehicleComponent"),
        ("locationComponent.1.locationByValue", "<x><pos>138.5 38.5</pos></x>", "locationByValue"),
        ("locationComponent.1.locationByValue", "<x><unclosed>", "locationByValue"),
        ("locationComponent.1.locationByValue", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
         "locationByValue"),
        ("locationComponent.1.locationByReferenceUrl", "https://lis.example/1", "locationByReferenceUrl"),
        ("notesComponent.0.notesActionComments", "a\x00b\ud800", "notesComponent[0].notesActionComments"),
    ])  # fmt: skip
    def test_what_is_odd_is_kept_and_said(self, path: str, value: object, field: str) -> None:
        assert field in doubts(changed(path, value))


class TestStrict:
    """What could not be recognised again, or has no time, is refused: field, value, remedy."""

    @pytest.mark.parametrize(("doc", "field"), [
        (changed("incidentComponent", None), "incidentComponent.$id"),
        (changed("incidentComponent.$id", None), "incidentComponent.$id"),
        (changed("incidentComponent.$id", "  "), "incidentComponent.$id"),
        (changed("callComponent.0.callStartTimestamp", "11/02/2026"), "callComponent.callStartTimestamp"),
        (changed("callComponent.0.callStartTimestamp", "2026-11-02T23:14:05"),
         "callComponent.callStartTimestamp"),
        (changed("callComponent.0.callStartTimestamp", "1899-01-01T00:00:00Z"),
         "callComponent.callStartTimestamp"),
        ({"eidoVersion": "1.0", "incidentComponent": {"$id": "x"}}, "callComponent.callStartTimestamp"),
        ("text", "document"), (7, "document"),
    ])  # fmt: skip
    def test_is_refused_by_name(self, doc: object, field: str) -> None:
        (found,) = items([doc])
        assert isinstance(found, Reject) and found.field == field and found.reason and found.remedy

    def test_a_bad_document_costs_no_good_one(self) -> None:
        found = items([whole(), changed("incidentComponent.$id", None), later()])
        assert [type(item) for item in found] == [Incident, Reject, Incident]

    def test_a_key_named_twice(self) -> None:
        text = json.dumps(whole())
        same = text.replace('"eidoVersion": "1.0"', '"eidoVersion": "1.0", "eidoVersion": "1.0"')
        other = text.replace('"eidoVersion": "1.0"', '"eidoVersion": "1.0", "eidoVersion": "1.1"')
        assert one(same.encode()).number == "26-000412"
        (refused,) = items(other.encode())
        assert isinstance(refused, Reject) and refused.field == "eidoVersion"

    @pytest.mark.parametrize("depth", [70, 900, 200_000])
    def test_nested_past_all_meaning(self, depth: int) -> None:
        text = json.dumps(whole())[:-1] + ', "x": ' + "[" * depth + "]" * depth + "}"
        (refused,) = items(text.encode())
        assert isinstance(refused, Reject) and ("nested" in refused.reason or "JSON" in refused.reason)

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "9" * 5000])
    def test_numbers_that_are_none(self, number: str) -> None:
        (refused,) = items((json.dumps(whole())[:-1] + f', "x": {number}}}').encode())
        assert isinstance(refused, Reject) and "number" in refused.reason

    @pytest.mark.parametrize("raw", [
        b"<eido/>", b"PK\x03\x04", b"%PDF-1.4", b"hello", b"[]", b"{}", b"\xff\xfe\xff\xff", b"[[[[[[[]]]]]]]"
    ])  # fmt: skip
    def test_files_that_are_none(self, raw: bytes) -> None:
        assert all(isinstance(item, Reject | Notice) for item in items(raw))
        assert any(isinstance(item, Reject) for item in items(raw))

    def test_missing_and_empty_files(self, tmp_path: Path) -> None:
        found = list(reader.read([tmp_path / "none.json", put(tmp_path, b"", "empty.json")]))
        assert [item.field for item in found if isinstance(item, Reject)] == ["file", "file"]

    def test_a_file_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("commonweal.adapters.eido.opening.LARGEST", 100)
        with pytest.raises(FileRefused, match="100"):
            list(reader.read_file(source(b"{" + b" " * 200 + b"}", "x")))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.sampled_from([CIVIC, POINT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*whole(), "$id", "$ref", "value", "name", "incidentTrackingIdentifier"]), inner,
        max_size=4),
    max_leaves=12,
)  # fmt: skip


class TestWhateverComes:
    """No content makes the reader fail in any other way than by saying what is wrong."""

    @settings(max_examples=120, deadline=None)
    @given(st.sampled_from([*whole()]), JSON)
    def test_any_value_in_any_component(self, member: str, value: object) -> None:
        for item in items(changed(member, value if value is not None else 0)):
            assert isinstance(item, Incident | Reject)

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=60))
    def test_any_bytes(self, raw: bytes) -> None:
        assert all(isinstance(item, Incident | Reject | Notice) for item in reader.read([source(raw + b" ")]))

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from([*whole()["incidentComponent"]]), JSON)
    def test_any_value_in_the_incident(self, member: str, value: object) -> None:
        doc = changed(f"incidentComponent.{member}", value if value is not None else 0)
        assert all(isinstance(item, Incident | Reject) for item in items(doc))
