"""Areas and places of files to the gazetteer's room; what was refused goes into the tally as it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from commonweal.adapters.files.opening import Source
from commonweal.adapters.files.sorting import refused
from commonweal.adapters.geography.reader import Naming, Notice, Profile, Reject, read_areas, read_places
from commonweal.kernel.actors import Actor
from commonweal.kernel.imports import ImportRun, Rejected, Tally
from commonweal.places import actions

T = TypeVar("T")


def areas_arrive(
    *, by: Actor, origins: Iterable[Source | Path], kind: str, naming: Naming, crs: str = ""
) -> ImportRun:
    """Read the files and draw their areas as ones of that kind."""
    files, tally = list(origins), Tally()
    rows = _sorted(read_areas(files, naming, crs), tally)
    return actions.import_areas(by=by, kind=kind, rows=rows, sources=_names(files), tally=tally)


def places_arrive(*, by: Actor, origins: Iterable[Source | Path], profile: Profile) -> ImportRun:
    """Read the files by a profile and note their places."""
    files, tally = list(origins), Tally()
    rows = _sorted(read_places(files, profile), tally)
    return actions.import_places(by=by, rows=rows, profile=profile.name, sources=_names(files), tally=tally)


def _names(files: Iterable[Source | Path]) -> list[str]:
    return [file.name for file in files]


def _sorted(items: Iterable[T | Reject | Notice], tally: Tally) -> Iterator[T | Rejected]:
    """What can be kept and what was refused; a word about a whole file goes to the notices."""
    for item in items:
        match item:
            case Reject():
                yield refused(item)
            case Notice():
                tally.notices.append(f"{item.file}: {item.text}.")
            case _:
                yield item
