"""Exports of dispatch systems to typed calls: the door of this adapter.

    for item in read([Path("week35.csv")], load_profile("alexandria")):
        match item:
            case CallRow(): ...      # accepted, in UTC, with its findings
            case Reject(): ...       # file, line, field, value, reason, remedy
            case Notice(): ...       # about a whole file

Nothing is raised for bad input: a file that cannot be read at all is one Reject with line 0. Memory stays
flat; some tens of thousands of rows a second (bench/import_rows.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from commonweal import packs
from commonweal.adapters.cad_csv.build import Builder, doubled
from commonweal.adapters.cad_csv.profile import Profile, load_profile, parse_profile
from commonweal.adapters.cad_csv.rows import CallRow, Chain, Place
from commonweal.adapters.files.answers import FileRefused, Finding, Notice, Reject
from commonweal.adapters.files.opening import Source, source
from commonweal.adapters.files.several import several
from commonweal.adapters.files.spec import ProfileError
from commonweal.adapters.files.tables import items_of, open_table

__all__ = [
    "CallRow", "Chain", "FileRefused", "Finding", "Notice", "Place", "Profile", "ProfileError", "Reject",
    "load_profile", "parse_profile", "read", "read_file", "shipped_profiles",
]  # fmt: skip

Item = CallRow | Reject | Notice


def read(origins: Iterable[Source | Path | str | bytes], profile: Profile) -> Iterator[Item]:
    """Yield the calls of several files in order; a file that cannot be read is one Reject (line 0).

    A file whose content came before in the same run is read again, since its calls count as unchanged, with
    a Notice that says so.
    """
    return several(origins, lambda found: read_file(found, profile))


def read_file(origin: Source | Path | str | bytes, profile: Profile) -> Iterator[Item]:
    """Yield the calls of one file. Raises FileRefused, before the first item, where nothing can be read."""
    found = origin if isinstance(origin, Source) else source(origin)
    table = open_table(found, profile.delimiter, profile.sheet)
    builder = Builder(profile, found.name, table.header)
    if builder.unused:
        unused = f"{builder.unused} of {len(table.header)} columns are not used by the profile"
        yield Notice(found.name, unused)
    for name in doubled(profile, table.header):
        yield Notice(found.name, f"column {name!r} stands twice in the header; the first is read")
    empty = "has a header and no row; export it again if calls were expected"
    yield from items_of(table, builder.build, empty)


def shipped_profiles() -> list[str]:
    """Return the names of the profiles that ship for calls, sorted."""
    found = [name.removeprefix("profiles/").removesuffix(".yaml") for name in packs.names("profiles")]
    return [name for name in found if not name.startswith("directory_")]
