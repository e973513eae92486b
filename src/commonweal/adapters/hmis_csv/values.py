"""One cell to one clean value by its column's kind, with what is wrong or odd about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from commonweal.adapters.hmis_csv.spec import Codes, Column

EARLIEST, LATEST = 1900, 2100
US_DAYS = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%Y/%m/%d", "%Y%m%d")
US_TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT = _ISO_DAY  # the hour may be left out
_WHOLE = re.compile(r"0*(\d+?)(?:\.0+)?")
_MONEY = re.compile(r"-?\d+(?:\.\d{1,2})?")


class Value(NamedTuple):
    """A cell as it may be kept; `fault` says why it may not, `doubt` what is odd about one that may."""

    text: str
    fault: str = ""
    doubt: str = ""


def read_value(column: Column, text: str, lists: Codes) -> Value:
    """Read one cell. Empty cells are faults only where a value must stand."""
    given = text.strip()
    if not given:
        return Value("", "is empty, and a value must stand here" if column.needed else "")
    return _READERS[column.kind](column, given, lists)


def _text(column: Column, text: str, lists: Codes) -> Value:
    if column.length and len(text) > column.length:
        return Value(text, doubt=f"is longer than {column.length} characters")
    return Value(text)


def _id(column: Column, text: str, lists: Codes) -> Value:
    if len(text) > column.length:
        return Value(text, f"is longer than the {column.length} characters of an identifier")
    return Value(text)


def _code(column: Column, text: str, lists: Codes) -> Value:
    allowed = lists[column.listed]
    if text in allowed:
        return Value(text)
    plain = _plain(text)
    if plain in allowed:
        return Value(plain, doubt=f"was read as {plain}")
    return Value(text, f"is no code of the pick list {column.listed} ({_some(allowed)})")


def _some(codes: frozenset[str]) -> str:
    """The codes of a list, the first dozen of a long one."""
    listed = sorted(codes, key=lambda code: (len(code), code))
    return ", ".join(listed[:12]) + (", ..." if len(listed) > 12 else "")


def _plain(text: str) -> str:
    """`01` and `1.0`, as spreadsheets write numbers, as `1`."""
    found = _WHOLE.fullmatch(text)
    return found.group(1) if found else text


def _whole(column: Column, text: str, lists: Codes) -> Value:
    plain = _plain(text)
    if not (plain.isascii() and plain.isdigit()):
        return Value(text, "is no whole number from 0 up")
    return Value(plain, doubt="" if plain == text else f"was read as {plain}")


def _money(column: Column, text: str, lists: Codes) -> Value:
    plain = text.replace("$", "").replace(",", "").strip()
    if not _MONEY.fullmatch(plain):
        return Value(text, "is no amount such as 120.50")
    if plain.startswith("-"):
        return Value(plain, doubt="is below zero")
    return Value(plain, doubt="" if plain == text else f"was read as {plain}")


def _date(column: Column, text: str, lists: Codes) -> Value:
    moment, is_odd = _moment_of(text)
    fault = _fault_of(moment, "YYYY-MM-DD")
    if moment is None or fault:
        return Value(text, fault)
    plain = moment.date().isoformat()
    return Value(plain, doubt=f"was read as {plain}" if is_odd or not _ISO_DAY.match(text) else "")


def _moment(column: Column, text: str, lists: Codes) -> Value:
    moment, is_odd = _moment_of(text)
    fault = _fault_of(moment, "YYYY-MM-DD hh:mm:ss")
    if moment is None or fault:
        return Value(text, fault)
    plain = moment.strftime("%Y-%m-%d %H:%M:%S")
    return Value(plain, doubt=f"was read as {plain}" if is_odd or not _ISO_MOMENT.match(text) else "")


def _fault_of(moment: datetime | None, shape: str) -> str:
    if moment is None:
        return f"is no date; write {shape}"
    return "" if EARLIEST <= moment.year <= LATEST else f"lies outside the years {EARLIEST} to {LATEST}"


def _moment_of(text: str) -> tuple[datetime | None, bool]:
    """A moment and whether it came in another form than ISO 8601; the month comes first in American dates."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None), False
    except ValueError:
        pass
    for day in US_DAYS:
        for time in US_TIMES:
            try:
                return datetime.strptime(text, day + time), True
            except ValueError:
                continue
    return None, True


Reader = Callable[[Column, str, Codes], Value]
_READERS: dict[str, Reader] = {
    "id": _id, "text": _text, "code": _code, "whole": _whole, "money": _money,
    "date": _date, "moment": _moment,
}  # fmt: skip
