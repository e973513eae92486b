"""Opening hours out of free text, day by day where the whole text can be read, else kept as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from commonweal.adapters.directory_files.rows import Schedule
from commonweal.adapters.files.answers import Finding

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SUNDAY_FIRST = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
START, END = "00:00", "23:59"
DAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:rs?(?:day)?)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
)
JOIN = r"(?:\s*(?:-|–|through|thru|to)\s*)"
DAYS_PART = (
    rf"(?:{DAY}(?:{JOIN}{DAY}|(?:\s*(?:,|&|and|,\s*and)\s*{DAY})*)|daily|every\s?day|7 days(?: a week)?)"
)
TIME = r"(?:\d{1,2}(?::\d{1,2})?|\d{3,4})\s*(?:[ap]\.?m?\.?|m)?|noon|midnight"
SEGMENT = re.compile(rf"({DAYS_PART})\s*[,:]?\s*(?:from\s+)?({TIME}){JOIN}({TIME})", re.IGNORECASE)
ALWAYS = re.compile(
    r"(?:open\s*)?24\s*(?:hours|hrs?)?\s*[/,]?\s*(?:a day,?\s*)?7\s*(?:days)?(?: a week)?", re.I
)
BETWEEN = re.compile(r"[\s,;.]*(?:and\s+)?", re.IGNORECASE)
CLOCK = re.compile(r"(\d{1,2}?)(?::?(\d{1,2}))?\s*([ap]?)\.?(m?)\.?", re.IGNORECASE)


ROW = ("weekday", "byday", "opens_at", "closes_at", "original_text", "description")
ISO_TIME = re.compile(r"[01]\d:[0-5]\d(?::[0-5]\d)?|2[0-3]:[0-5]\d(?::[0-5]\d)?")


class Unreadable(ValueError):
    """A time of day that cannot be read; the message says which."""


def read_hours(text: str, findings: list[Finding]) -> tuple[Schedule, ...]:
    """Return the days of an opening-hours text; one undated schedule with the text where it is not plain.

    Only a text that is read to its end counts as read: half an understanding would send people to a
    closed door. Odd spellings of a time that are read (``9:0am``, ``830am``) leave a finding.
    """
    if not text:
        return ()
    if ALWAYS.fullmatch(text.strip(" .")):
        return tuple(Schedule(day, START, END, text) for day in DAYS)
    try:
        found = _segments(text.strip(" ."), findings)
    except Unreadable as error:
        findings.append(Finding("hours", text, str(error)))
        found = []
    if not found:
        return (Schedule("", "", "", text),)
    return tuple(found)


def _segments(text: str, findings: list[Finding]) -> list[Schedule]:
    found: list[Schedule] = []
    at = 0
    while at < len(text):
        segment = SEGMENT.match(text, at)
        if segment is None:
            return []
        opens, closes = read_times(segment.group(2), segment.group(3), findings)
        found += [Schedule(day, opens, closes, text) for day in read_days(segment.group(1))]
        between = BETWEEN.match(text, segment.end())
        at = between.end() if between else segment.end()
    return found


def read_days(text: str) -> tuple[str, ...]:
    """Return the days of ``Monday - Friday``, ``Tue, Thu and Sat`` or ``daily``, in the order named."""
    names = [name[:2].upper() for name in re.findall(DAY, text, re.IGNORECASE)]
    if not names:
        return DAYS
    if len(names) == 2 and re.search(rf"{DAY}{JOIN}{DAY}", text, re.IGNORECASE) and " and " not in text:
        first, last = DAYS.index(names[0]), DAYS.index(names[1])
        return DAYS[first : last + 1] if first <= last else DAYS[first:] + DAYS[: last + 1]
    return tuple(dict.fromkeys(names))


def read_times(opens: str, closes: str, findings: list[Finding]) -> tuple[str, str]:
    """Return opening and closing as HH:MM. Raises Unreadable; a bare hour follows its partner."""
    (one, half_one), (two, half_two) = _clock(opens, findings), _clock(closes, findings)
    if not half_one and not half_two and one < 13 * 60 and two < 13 * 60:
        raise Unreadable(f"{opens!r} to {closes!r} does not say morning or afternoon")
    if not half_one and half_two:
        one = min(_in_half(one, half) for half in "ap" if half == "a" or _in_half(one, half) < two)
    if half_one and not half_two:
        two = next((at for half in "ap" if (at := _in_half(two, half)) > one), two)
    if two <= one and two != 0:
        findings.append(
            Finding("hours", f"{opens} to {closes}", "closes before it opens: am and pm confused?")
        )
    return _text(one), END if two in (0, 1440) else _text(two)


def _clock(text: str, findings: list[Finding]) -> tuple[int, str]:
    word = text.strip().casefold()
    if word in ("noon", "midnight"):
        return (720, "p") if word == "noon" else (0, "a")
    digits = re.sub(r"\D", "", word)
    match = CLOCK.fullmatch(word)
    if match is None or not digits:
        raise Unreadable(f"{text!r} is not a time of day")
    hour, minute = _split(word, digits)
    half = match.group(3)
    if "m" in word and not half:
        raise Unreadable(f"{text!r} does not say morning or afternoon")
    if hour > 24 or minute > 59 or (half and hour > 12):
        raise Unreadable(f"{text!r} is not a time of day")
    if (":" not in word and len(digits) > 2) or re.search(r":\d(?!\d)", word):
        findings.append(Finding("hours", text, f"was read as {hour}:{minute:02d}"))
    return _in_half(hour * 60 + minute, half) if half else hour * 60 + minute, half


def _split(word: str, digits: str) -> tuple[int, int]:
    if ":" in word:
        hour, _, rest = word.partition(":")
        return int(hour), int(re.sub(r"\D", "", rest) or 0)
    return (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)


def _in_half(minutes: int, half: str) -> int:
    return minutes % 720 + (720 if half == "p" else 0)


def _text(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def read_week(week: object, findings: list[Finding]) -> tuple[Schedule, ...]:
    """Return the days of a mapping from day number (0 is Sunday) to pairs of HHMM numbers."""
    if not isinstance(week, Mapping):
        return ()
    found = []
    for day, spans in sorted((str(key), value) for key, value in week.items()):
        for span in spans if isinstance(spans, list) else []:
            try:
                name = SUNDAY_FIRST[int(day)]
                opens, closes = (_hhmm(value) for value in span)
            except (ValueError, IndexError, TypeError):
                findings.append(Finding("hours", f"{day}: {span}", "is not a day with two times; left out"))
                continue
            found.append(Schedule(name, opens, closes, ""))
    return tuple(found)


def read_row(row: Mapping[str, object], findings: list[Finding]) -> tuple[Schedule, ...]:
    """Return the days of one HSDS schedule: 1.x with `weekday`, 3.0 with `byday`; times of any spelling."""
    words = {key: str(row.get(key) or "").strip() for key in ROW}
    said = words["original_text"] or words["description"]
    days = _days_of(words["byday"] or words["weekday"])
    opens, closes = words["opens_at"].rstrip("Z"), words["closes_at"].rstrip("Z")
    if not (opens and closes):
        return (Schedule("", "", "", said),) if said and not days else ()
    try:
        if ISO_TIME.fullmatch(opens) and ISO_TIME.fullmatch(closes):
            one, two = opens[:5], END if closes[:5] == START else closes[:5]
        else:
            one, two = read_times(opens, closes, findings)
    except Unreadable as error:
        findings.append(Finding("hours", f"{opens} to {closes}", str(error)))
        return (Schedule("", "", "", said or f"{words['weekday']} {opens} - {closes}".strip()),)
    if not days:
        findings.append(Finding("hours", words["byday"] or words["weekday"], "names no day of the week"))
        return (Schedule("", "", "", said or f"{opens} - {closes}"),)
    return tuple(Schedule(day, one, two, said) for day in days)


def _days_of(text: str) -> tuple[str, ...]:
    """`MO,TU` or `1MO`, `Monday`, `Mon-Fri`, or the number of a day from 1, Monday."""
    if text.isdigit() and 1 <= int(text) <= 7:
        return (DAYS[int(text) - 1],)
    marks = [mark.strip(" +-0123456789").upper() for mark in text.split(",")]
    if text and all(mark in DAYS for mark in marks):
        return tuple(dict.fromkeys(marks))
    return read_days(text) if re.search(DAY, text, re.IGNORECASE) or "daily" in text.casefold() else ()


def _hhmm(value: object) -> str:
    number = int(str(value))
    hour, minute = divmod(number, 100)
    if not 0 <= hour <= 24 or minute > 59 or number > 2400:
        raise ValueError(f"{value!r} is not a time of day")
    return END if hour == 24 else f"{hour:02d}:{minute:02d}"
