"""The format of one fiscal year: files, columns with their kinds, pick lists. Read from packs/hmis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import cast

import yaml

from commonweal import packs
from commonweal.adapters.files.spec import ProfileError, Spec

YEARS = (2024, 2026)
Codes = Mapping[str, frozenset[str]]
_KIND = re.compile(r"(id|text|code|whole|money|date|moment)(?:\((\d+)\))?(!?)(?: (\w+))?")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its kind, the longest text, whether a value must stand, and the pick list it follows."""

    name: str
    kind: str
    length: int = 0
    needed: bool = False
    listed: str = ""


@dataclass(frozen=True)
class Year:
    """One fiscal year. `files` refer back only, in their order; a file's key is its first column."""

    year: int
    version: str
    files: Mapping[str, tuple[Column, ...]]
    services: Mapping[str, str]
    lists: Codes

    def names(self, file: str) -> list[str]:
        """The columns of a file in the order of the format."""
        return [column.name for column in self.files[file]]

    def with_lists(self, own: Codes) -> Year:
        """The same year with a site's own pick lists in place of those that ship."""
        return replace(self, lists={**self.lists, **own})


@dataclass(frozen=True, slots=True)
class Change:
    """What a later year does to columns of the year before; packs/hmis/2026.yaml explains the words."""

    act: str
    file: str
    columns: tuple[str, ...]
    to: str = ""
    kind: str = ""
    after: str = ""
    fill: str = ""
    back: str = ""
    why: str = ""
    way_back: str = ""


@dataclass(frozen=True, slots=True)
class Recoding:
    """A code that only one year knows: what stands for it in the other, and where its name is kept."""

    only: int
    file: str
    column: str
    code: str
    to: str
    keep_in: str
    name: str
    when: tuple[tuple[str, str], ...] = ()


def column(name: str, text: str) -> Column:
    """A column from its words in the pack, such as ``code! NoYes``. Raises ProfileError."""
    found = _KIND.fullmatch(text)
    if found is None:
        raise ProfileError(f"hmis: column {name!r} has the unknown kind {text!r}")
    kind, length, needed, listed = found.groups()
    return Column(name, kind, int(length or (32 if kind == "id" else 0)), bool(needed), listed or "")


@lru_cache(maxsize=4)
def load(year: int) -> Year:
    """The format of a fiscal year that ships. Raises ProfileError for another year."""
    if year not in YEARS:
        raise ProfileError(f"HMIS fiscal year {year} is not known; use one of {', '.join(map(str, YEARS))}")
    if year == YEARS[0]:
        return _first()
    raw, before = _pack(year), load(YEARS[0])
    lists = {**before.lists, **codes(raw.child("lists").values)}
    for one in recodings():
        listed = _list_of(before, one)
        lists[listed] = lists[listed] - {one.code} if one.only != year else lists[listed] | {one.code}
    return Year(year, raw.text("version"), _changed(before), before.services, lists)


def _first() -> Year:
    raw = _pack(YEARS[0])
    files = {
        file: tuple(column(name, str(kind)) for name, kind in raw.child("files").child(file).values.items())
        for file in raw.child("files").values
    }
    return Year(YEARS[0], raw.text("version"), files, raw.table("services"), codes(raw.child("lists").values))


def _pack(year: int) -> Spec:
    return Spec(packs.read(f"hmis/{year}.yaml"), f"hmis/{year}.yaml")


def codes(lists: Mapping[str, object]) -> dict[str, frozenset[str]]:
    """Pick lists with runs such as ``1-9`` written out. Raises ProfileError for what is no list."""
    found: dict[str, frozenset[str]] = {}
    for name, values in lists.items():
        if not isinstance(values, list):
            raise ProfileError(f"pick list {name!r} must be a list of codes")
        found[name] = frozenset(code for value in values for code in _run(str(value)))
    return found


def _run(text: str) -> Iterable[str]:
    first, dash, last = text.partition("-")
    is_run = bool(dash) and first.isdigit() and last.isdigit()
    return map(str, range(int(first), int(last) + 1)) if is_run else [text]


def _list_of(year: Year, one: Recoding) -> str:
    """The pick list that a recoded column follows."""
    if one.column == "TypeProvided":
        return year.services[dict(one.when)["RecordType"]]
    return next(c.listed for c in year.files[one.file] if c.name == one.column)


@lru_cache(maxsize=1)
def changes() -> tuple[Change, ...]:
    """What 2026 changed, in the order of the pack."""
    rows = cast("list[dict[str, object]]", _pack(2026).values["changes"])
    return tuple(_change(row) for row in rows)


def _change(row: Mapping[str, object]) -> Change:
    named = row.get("columns") or [row["column"]]
    texts = {key: str(row[key]) for key in ("to", "kind", "after", "fill", "back", "why") if key in row}
    back = str(row.get("way_back", row.get("why", "")))
    return Change(str(row["act"]), str(row["file"]), tuple(cast("list[str]", named)), way_back=back, **texts)


@lru_cache(maxsize=1)
def recodings() -> tuple[Recoding, ...]:
    """Codes that only one of the two years knows."""
    rows = cast("list[dict[str, object]]", _pack(2026).values["codes"])
    return tuple(_recoding(row) for row in rows)


def _recoding(row: Mapping[str, object]) -> Recoding:
    when = cast("dict[str, object]", row.get("when") or {})
    words = {key: str(row[key]) for key in ("file", "column", "code", "to", "keep_in", "name")}
    only = cast("int", row["only"])
    return Recoding(only=only, when=tuple((key, str(value)) for key, value in when.items()), **words)


def _changed(before: Year) -> dict[str, tuple[Column, ...]]:
    files = {file: list(columns) for file, columns in before.files.items()}
    for one in changes():
        files[one.file] = _after(files[one.file], one)
    return {file: tuple(columns) for file, columns in files.items()}


def _after(columns: list[Column], one: Change) -> list[Column]:
    """The columns of a file once one change is made."""
    if one.act == "drop":
        return [c for c in columns if c.name not in one.columns]
    name = one.columns[0]
    if one.act == "rename":
        return [replace(c, name=one.to) if c.name == name else c for c in columns]
    if one.act == "kind":
        return [column(name, one.kind) if c.name == name else c for c in columns]
    at = next(place for place, c in enumerate(columns) if c.name == one.after) + 1
    return [*columns[:at], column(name, one.kind), *columns[at:]]


def read_lists(path: Path) -> Codes:
    """A site's own pick lists: YAML or JSON, names to codes, or HUD's list of names with key and description.

    Raises ProfileError naming what is wrong.
    """
    try:
        raw: object = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProfileError(f"{path} cannot be read: {error}; check the path and the file") from error
    if isinstance(raw, list):
        raw = {
            str(one.get("name")): [value.get("key") for value in one.get("values") or []]
            for one in raw
            if isinstance(one, dict)
        }
    return codes(Spec(raw, path.name).values)
