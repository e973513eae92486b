"""Cells to a person's record: the profile compiled against one header, then applied to each row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import phonenumbers

from commonweal.adapters.files.answers import FileRefused, Finding, Reject, lacking, shown
from commonweal.adapters.files.tables import Record
from commonweal.adapters.people_csv.profile import Profile, folded, has_name
from commonweal.adapters.people_csv.quality import Quality
from commonweal.adapters.people_csv.rows import PersonRow
from commonweal.kernel import clock
from commonweal.kernel.written import split_name

FIRST_YEAR = 1900
LONGEST = {
    "external_id": 64, "given": 80, "family": 80, "aliases": 200, "sex": 16, "address": 200, "phone": 32,
    "language": 40, "description": 300,
}  # fmt: skip
MASK = " -*#xX."
FIX_ROW = "Correct the value in the source system, or this line, and import the file again"
FOUR = "Export the last four digits alone, with their zeros, and import the file again"


class Unfit(Exception):
    """A value that spoils its row: field, value, reason, remedy."""


class Builder:
    """Builds records from the rows of one file; made once a file. Raises FileRefused for missing columns."""

    def __init__(self, profile: Profile, file: str, header: Sequence[str], quality: Quality) -> None:
        self._profile, self._file, self._quality = profile, file, quality
        self._today = clock.today()
        self._at = located(profile, file, header)
        self._title = {field: ", ".join(header[i] for i in places) for field, places in self._at.items()}
        self.unused = len(header) - len({i for places in self._at.values() for i in places})

    def build(self, record: Record) -> PersonRow | Reject:
        """Return the person's record, or a Reject where a missing or impossible value spoils it."""
        said = {field: self._said(record.cells, places) for field, places in self._at.items()}
        read = self._read(said)
        self._measure(said, read)
        try:
            return self._row(record, said, read)
        except Unfit as error:
            field, value, reason, remedy = error.args
            return Reject(self._file, record.line, self._title[field], shown(value), reason, remedy)

    def _said(self, cells: Sequence[str], places: Sequence[int]) -> str:
        return ", ".join(text for i in places if (text := self._profile.said(cells[i])))

    def _read(self, said: dict[str, str]) -> dict[str, object]:
        """What the texts mean; None where one that is not blank could not be read."""
        readers = {"born": self._profile.day, "ssn_last4": last_four, "phone": self._phone}
        return {field: readers[field](said[field]) for field in readers if said.get(field)}

    def _phone(self, text: str) -> str | None:
        """The text as it came, where a number can be read out of it."""
        try:
            number = phonenumbers.parse(text, self._profile.region)
        except phonenumbers.NumberParseException:
            return None
        return text if phonenumbers.is_possible_number(number) else None

    def _measure(self, said: dict[str, str], read: dict[str, object]) -> None:
        for field, text in said.items():
            is_read = field not in read or read[field] is not None
            self._quality.note(field, self._title[field], text, is_read=is_read)

    def _row(self, record: Record, said: dict[str, str], read: dict[str, object]) -> PersonRow:
        if not said["external_id"]:
            raise Unfit("external_id", "", "is missing: the record could not be recognised again", FIX_ROW)
        values = self._values(said, read)
        for field, text in {**values, "external_id": said["external_id"]}.items():
            _fits(field if field in self._at else "name", str(text), LONGEST.get(field))
        doubts = self._doubts(said, read)
        if record.odd:
            doubts = (*doubts, Finding("line", record.odd, f"not UTF-8; read as {record.odd}"))
        title = self._title["external_id"]
        return PersonRow(self._file, record.line, title, said["external_id"], values, doubts)

    def _values(self, said: dict[str, str], read: dict[str, object]) -> dict[str, object]:
        values: dict[str, object] = {k: v for k, v in said.items() if k not in ("external_id", "name")}
        values |= self._names(said)
        if "born" in said:
            values["born"] = self._possible(read.get("born"), said["born"])
        if said.get("ssn_last4"):
            values["ssn_last4"] = _four(said["ssn_last4"], read["ssn_last4"])
        return values

    def _names(self, said: dict[str, str]) -> dict[str, str]:
        """Given and family name; a whole name fills what its own columns leave blank."""
        given, family = split_name(said.get("name", ""))
        found = {"given": said.get("given") or given, "family": said.get("family") or family}
        if not any(found.values()):
            field = "family" if "family" in self._at else "name"
            raise Unfit(field, "", "is missing: a record without a name cannot be compared", FIX_ROW)
        return found

    def _possible(self, born: object, text: str) -> date | None:
        if not isinstance(born, date):
            return None
        if born > self._today:
            raise Unfit("born", text, "is a day that has not come yet", FIX_ROW)
        if born.year < FIRST_YEAR:
            raise Unfit("born", text, f"is a day before {FIRST_YEAR}", FIX_ROW)
        return born

    def _doubts(self, said: dict[str, str], read: dict[str, object]) -> tuple[Finding, ...]:
        found = []
        if said.get("born") and read["born"] is None:
            title = self._title["born"]
            found.append(Finding(title, said["born"], "is not a date that this profile reads; left blank"))
        if said.get("phone") and read["phone"] is None:
            title = self._title["phone"]
            found.append(Finding(title, said["phone"], "is not a telephone number; kept as it came"))
        return tuple(found)


def last_four(text: str) -> str | None:
    """Four digits, alone or behind a mask such as ***-**-1234; None for anything else."""
    bare = text.lstrip(MASK)
    return bare if len(bare) == 4 and bare.isascii() and bare.isdigit() else None


def _four(text: str, read: object) -> object:
    """The last four digits. Anything else is refused and never repeated: it may be a whole number."""
    if read is not None:
        return read
    if sum(c.isdigit() for c in text) > 4:
        raise Unfit("ssn_last4", "", "holds more than the last four digits, and is not repeated here", FOUR)
    raise Unfit("ssn_last4", "", "is not four digits, and is not repeated here", FOUR)


def _fits(field: str, text: str, most: int | None) -> None:
    if most and len(text) > most:
        raise Unfit(field, text, f"has {len(text)} characters, and {most} can be kept", FIX_ROW)


def located(profile: Profile, file: str, header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The positions of each field's column. Raises FileRefused where the id or the name has none.

    What the header holds instead is not repeated: in a file without a header it is a person.
    """
    place: dict[str, int] = {}
    for index, title in enumerate(header):
        place.setdefault(folded(title), index)
    found: dict[str, tuple[int, ...]] = {}
    for field, names in profile.columns.items():
        if known := [place[folded(name)] for name in names if folded(name) in place]:
            found[field] = (known[0],)
    if parts := tuple(place[folded(name)] for name in profile.address_parts if folded(name) in place):
        found["address"] = parts
    if missing := _missing(profile, found):
        remedy = f"Check that {profile.name!r} is the profile of this file, or write one for it"
        raise FileRefused(file, "header", "", lacking(missing), remedy)
    return found


def _missing(profile: Profile, found: dict[str, tuple[int, ...]]) -> list[str]:
    wanted = [] if "external_id" in found else ["external_id"]
    if not has_name(tuple(found)):
        whole = "name" if "name" in profile.columns and "given" not in profile.columns else ""
        wanted += [whole] if whole else [one for one in ("given", "family") if one not in found]
    return [profile.columns[field][0] for field in wanted]
