"""Entries as an iCalendar file: folded, escaped, in UTC (RFC 5545; the calendar's name and words: 7986)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from commonweal.kernel.errors import Invalid

OCTETS = 75  # of a line, without its end (RFC 5545 3.1)
MAKER = "-//Commonweal//Calendar//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something with a beginning and an end, both aware. `uid` is opaque and lasts as long as the entry."""

    uid: str
    starts: datetime
    ends: datetime
    title: str
    url: str = ""

    def __post_init__(self) -> None:
        if self.starts.tzinfo is None or self.ends.tzinfo is None:
            raise Invalid("starts", self.starts, "Give moments with their time zone.")
        if self.ends <= self.starts:
            raise Invalid("ends", self.ends, "It must lie after the beginning.")


def write(name: str, entries: Iterable[Entry], now: datetime, *, note: str = "") -> bytes:
    """One calendar named `name`, its entries in order of time; `now` stamps them, `note` is said of all."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{MAKER}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"]
    lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    if note:
        lines += [f"DESCRIPTION:{escaped(note)}", f"X-WR-CALDESC:{escaped(note)}"]
    for entry in sorted(entries, key=lambda one: (one.starts, one.uid)):
        lines += _event(entry, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line)).encode()


def _event(entry: Entry, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(entry.uid)}"
    yield f"DTSTAMP:{moment(now)}"
    yield f"DTSTART:{moment(entry.starts)}"
    yield f"DTEND:{moment(entry.ends)}"
    yield f"SUMMARY:{escaped(entry.title)}"
    if entry.url:
        yield f"URL:{entry.url}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def moment(when: datetime) -> str:
    """A moment in UTC, to the second."""
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Words as a TEXT value: no control character, what has a meaning of its own behind a backslash."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    for mark in ",;":
        plain = plain.replace(mark, f"\\{mark}")
    return "".join(c for c in plain.replace("\n", "\\n") if c == "\t" or c.isprintable())


def folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, the later ones led by a space; no letter is cut."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part
