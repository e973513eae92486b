"""A mapping profile: which column of an agency's list says what, as data that a site may write."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from commonweal import packs
from commonweal.adapters.files import spec
from commonweal.adapters.files.spec import ProfileError, Spec
from commonweal.kernel import written

FOLDER = "people/"
COLUMNS = ("external_id", "given", "family", "name", "born", "sex", "address", "phone", "ssn_last4")
FIELDS = (*COLUMNS, "aliases", "language", "description")
KEYS = frozenset(
    ["name", "about", "region", "null_words", "date_formats", "columns", "address_parts", "delimiter"]
    + ["sheet"]
)


@dataclass(frozen=True)
class Profile:
    """A validated mapping; see README.md for the meaning of each key."""

    name: str
    region: str
    null_words: frozenset[str]
    date_formats: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    address_parts: tuple[str, ...]
    delimiter: str
    sheet: str

    def said(self, cell: str) -> str:
        """What a cell says, with single blanks; empty where it is a null word."""
        value = " ".join(cell.split())
        return "" if value.casefold() in self.null_words else value

    def day(self, text: str) -> date | None:
        """A date as this profile's files write one; None where it is none. Midnight beside it is dropped."""
        cut = text.replace("T", " ").removesuffix("Z").removesuffix(" 00:00:00")
        if not self.date_formats:
            return written.day(cut)
        return next((found for form in self.date_formats if (found := _day(cut, form))), None)


def _day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None


def folded(title: str) -> str:
    """A column's name without case, accents and marks: `"Teléfono (casa)"` is `telefono_casa`."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "_".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())


def load_profile(name: str) -> Profile:
    """Return a shipped profile by name (such as ``plain``), or a site's own by the path of its YAML.

    Raises ProfileError, naming the key, for a profile that is missing or malformed.
    """
    raw, where = spec.load(name, FOLDER)
    return parse_profile(raw, where)


def shipped_profiles() -> list[str]:
    """Return the names of the profiles that ship for lists of people, sorted."""
    found = packs.names(f"profiles/{FOLDER}")
    return [name.removeprefix(f"profiles/{FOLDER}").removesuffix(".yaml") for name in found]


def parse_profile(raw: object, where: str = "profile") -> Profile:
    """Validate a profile's raw value (nested mappings, as YAML gives them); `where` is used in messages."""
    top = Spec(raw, where, KEYS)
    columns = top.child("columns", frozenset(FIELDS))
    profile = Profile(
        name=top.text("name"),
        region=top.text("region", "US"),
        null_words=frozenset(word.casefold() for word in top.words("null_words")) | {""},
        date_formats=_formats(top),
        columns={key: columns.words(key) for key in columns.values if columns.words(key)},
        address_parts=top.words("address_parts"),
        delimiter=top.text("delimiter", ""),
        sheet=top.text("sheet", ""),
    )
    _demand(profile, where)
    return profile


def _formats(top: Spec) -> tuple[str, ...]:
    """Formats that give a day back as it was written; others lose the day, the month or the century."""
    formats, known = top.words("date_formats"), datetime(1987, 6, 5)
    for form in formats:
        if _day(known.strftime(form), form) != known.date():
            raise ProfileError(f"{top.where}: date_formats: {form!r} loses a part of a date; try '%d/%m/%Y'")
    return formats


def _demand(profile: Profile, where: str) -> None:
    """Refuse a profile that could not know a record again, or has no name of anybody."""
    if "external_id" not in profile.columns:
        raise ProfileError(f"{where}: columns: 'external_id' must name the column that identifies a record")
    if not has_name(tuple(profile.columns)):
        raise ProfileError(f"{where}: columns: name 'given' and 'family', or 'name' for both in one column")
    if profile.address_parts and "address" in profile.columns:
        raise ProfileError(f"{where}: 'address_parts' stands in place of columns: 'address'; keep one")


def has_name(fields: Sequence[str]) -> bool:
    """Whether these fields tell a whole name."""
    return "name" in fields or {"given", "family"} <= set(fields)
