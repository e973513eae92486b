"""Calendars that programs read: lines of 75 octets at most, no letter cut, no word breaks out, in UTC."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.adapters.icalendar.writer import OCTETS, Entry, escaped, folded, moment, write
from commonweal.kernel.errors import Invalid

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEXTS = some.text(max_size=200)


def entry(**parts: object) -> Entry:
    """An appointment; `parts` replace any value."""
    values: dict[str, object] = {"uid": "a@x", "starts": NOW, "ends": NOW + HOUR, "title": "Appointment"}
    return Entry(**(values | parts))  # type: ignore[arg-type]


def unfolded(body: bytes) -> list[str]:
    """The lines as a reader joins them again."""
    return body.decode().replace("\r\n ", "").split("\r\n")


def words(value: str) -> str:
    """A TEXT value as a reader takes it: one letter behind each backslash."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def test_an_empty_calendar_is_whole() -> None:
    lines = unfolded(write("Work", [], NOW))
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Commonweal//Calendar//EN"]
    assert lines[-2:] == ["END:VCALENDAR", ""] and "BEGIN:VEVENT" not in lines


def test_an_entry_says_what_it_must() -> None:
    lines = unfolded(write("Work", [entry(url="https://x.example/")], NOW))
    start = lines.index("BEGIN:VEVENT")
    assert lines[start : start + 9] == [
        "BEGIN:VEVENT", "UID:a@x", "DTSTAMP:20260302T120000Z", "DTSTART:20260302T120000Z",
        "DTEND:20260302T130000Z", "SUMMARY:Appointment", "URL:https://x.example/", "CLASS:PRIVATE",
        "END:VEVENT",
    ]  # fmt: skip


def test_entries_stand_in_order_of_time() -> None:
    later = entry(uid="b@x", starts=NOW + HOUR, ends=NOW + 2 * HOUR)
    lines = unfolded(write("Work", [later, entry()], NOW))
    assert [line for line in lines if line.startswith("UID")] == ["UID:a@x", "UID:b@x"]


@pytest.mark.parametrize(
    ("local", "written"),
    [
        (datetime(2026, 3, 8, 1, 30), "20260308T093000Z"),  # the last hour before the clock goes forward
        (datetime(2026, 3, 8, 3, 30), "20260308T103000Z"),  # and the first after it
        (datetime(2026, 11, 1, 1, 30), "20261101T083000Z"),  # the hour that comes twice, first time
        (datetime(2026, 11, 1, 1, 30, fold=1), "20261101T093000Z"),  # and again
    ],
)
def test_both_changes_of_the_clock(local: datetime, written: str) -> None:
    assert moment(local.replace(tzinfo=ZoneInfo("America/Los_Angeles"))) == written


@pytest.mark.parametrize(
    "parts",
    [{"starts": datetime(2026, 3, 2)}, {"ends": datetime(2026, 3, 3)}, {"ends": NOW}, {"ends": NOW - HOUR}],
)
def test_an_entry_without_zone_or_with_no_length_is_refused(parts: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="time zone|after the beginning"):
        entry(**parts)


def test_what_has_a_meaning_of_its_own_is_escaped() -> None:
    assert escaped("a,b;c\\d\ne\r\nf\rg") == "a\\,b\\;c\\\\d\\ne\\nf\\ng"
    assert escaped("bell\x07null\x00") == "bellnull"


def test_words_cannot_begin_a_line_of_their_own() -> None:
    """Somebody names a unit so that a calendar would read another entry."""
    title = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:false"
    lines = unfolded(write("Work", [entry(title=title)], NOW))
    assert lines.count("BEGIN:VEVENT") == 1 and not any(line == "SUMMARY:false" for line in lines)


@given(TEXTS)
def test_folding_loses_nothing_and_cuts_no_letter(text: str) -> None:
    line = "SUMMARY:" + escaped(text)
    parts = list(folded(line))
    assert all(len(part.encode()) <= OCTETS for part in parts)
    assert all(part.startswith(" ") for part in parts[1:])
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


@given(TEXTS)
def test_words_come_back_as_they_were(text: str) -> None:
    said = "".join(c for c in text if c.isprintable() or c == "\t")
    assert words(escaped(said)) == said


@given(some.lists(some.tuples(TEXTS, some.integers(0, 10_000)), max_size=6))
def test_whatever_is_written_the_file_keeps_its_shape(rows: list[tuple[str, int]]) -> None:
    made = [
        entry(
            uid=f"{n}@x",
            title=title,
            starts=NOW + timedelta(minutes=at),
            ends=NOW + timedelta(minutes=at + 5),
        )
        for n, (title, at) in enumerate(rows)
    ]
    body = write("Work", made, NOW)
    assert body.endswith(b"END:VCALENDAR\r\n") and b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= OCTETS for line in body.split(b"\r\n"))
    lines = unfolded(body)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(rows)
    begins = [line for line in lines if line.startswith("DTSTART")]
    assert begins == sorted(begins)
