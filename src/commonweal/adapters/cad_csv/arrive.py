"""Calls of a dispatch system's export to the calls room: for a centre that is found or made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from commonweal.adapters.cad_csv.profile import Profile
from commonweal.adapters.cad_csv.reader import CallRow, Item, read
from commonweal.adapters.files.opening import Source
from commonweal.adapters.files.sorting import rows_of
from commonweal.agencies import actions, queries
from commonweal.calls.actions import import_calls
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun, Tally


def arrive(
    *, by: Actor, origins: Iterable[Source | Path], profile: Profile, agency: str = "",
    run: ImportRun | None = None,
) -> ImportRun:  # fmt: skip
    """Read the files by a profile and take their calls for the named centre (default: the profile's own).

    `run` goes on with a run begun before; its agency is then the centre.
    """
    files, tally = list(origins), Tally()
    home = run.agency if run and run.agency else None
    centre = home or keep_centre(by=by, name=agency or profile.source_system, zone=str(profile.zone))
    sources = [file.name for file in files]
    rows = calls_of(read(files, profile), tally)
    return import_calls(
        by=by, rows=rows, agency=centre, profile=profile.name, sources=sources, tally=tally, run=run
    )


def keep_centre(*, by: Actor, name: str, zone: str) -> UUID:
    """The centre of a name, made where it is missing; also where another import makes it just now."""
    found = queries.agencies().filter(name__iexact=name.strip()).first()
    if found:
        return found.id
    try:
        return actions.open_agency(by=by, name=name, kind="ecc", time_zone=zone).id
    except Invalid:
        made = queries.agencies().filter(name__iexact=name.strip()).first()
        if made is None:
            raise
        return made.id


def calls_of(items: Iterable[Item], tally: Tally) -> Iterator[CallRow]:
    """The calls; rejects and remarks about whole files go into the tally as they come."""
    yield from rows_of(items, tally)
