"""Lists of people to typed rows: the door of this adapter.

    for item in read([Path("clients.csv")], load_profile("plain")):
        match item:
            case PersonRow(): ...    # accepted, with its findings
            case Reject(): ...       # file, line, field, value, reason, remedy
            case Notice(): ...       # about a whole file

Nothing is raised for bad input: a file that cannot be read at all is one Reject with line 0. A row that
cannot be split into its cells is never repeated, since what is in it cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from commonweal.adapters.files.answers import FileRefused, Notice, Reject
from commonweal.adapters.files.opening import Source, source
from commonweal.adapters.files.several import several
from commonweal.adapters.files.spec import ProfileError
from commonweal.adapters.files.tables import items_of, open_table
from commonweal.adapters.people_csv.build import Builder
from commonweal.adapters.people_csv.profile import Profile, load_profile, parse_profile, shipped_profiles
from commonweal.adapters.people_csv.quality import Quality
from commonweal.adapters.people_csv.rows import PersonRow

__all__ = [
    "FileRefused", "Notice", "PersonRow", "Profile", "ProfileError", "Quality", "Reject", "load_profile",
    "parse_profile", "read", "read_file", "shipped_profiles",
]  # fmt: skip

Item = PersonRow | Reject | Notice
WHOLE = ("row", "line", "header")


def read(
    origins: Iterable[Source | Path | str | bytes], profile: Profile, quality: Quality | None = None
) -> Iterator[Item]:
    """Yield the people of several files in order; a file that cannot be read is one Reject (line 0).

    `quality` takes the measures of the fields. A file whose content came before in the same run is read
    again, with a Notice; its rows count as unchanged.
    """
    measures = quality or Quality()
    found = several(origins, lambda file: read_file(file, profile, measures))
    return (silenced(item) if isinstance(item, Reject) else item for item in found)


def silenced(reject: Reject) -> Reject:
    """Without its value where that is a whole row or a first line, which may hold anything of a person."""
    return replace(reject, value="") if reject.field in WHOLE else reject


def read_file(
    origin: Source | Path | str | bytes, profile: Profile, quality: Quality | None = None
) -> Iterator[Item]:
    """Yield the people of one file. Raises FileRefused, before the first item, where nothing can be read."""
    found = origin if isinstance(origin, Source) else source(origin)
    table = open_table(found, profile.delimiter, profile.sheet)
    builder = Builder(profile, found.name, table.header, quality or Quality())
    if builder.unused:
        unused = f"{builder.unused} of {len(table.header)} columns are not used by the profile"
        yield Notice(found.name, unused)
    empty = "has a header and no row; export it again if people were expected"
    yield from items_of(table, builder.build, empty)
