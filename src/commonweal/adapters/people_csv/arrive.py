"""People of an agency's list to the room people: the agency's own records, as they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from commonweal.adapters.files.opening import Source
from commonweal.adapters.files.sorting import rows_of
from commonweal.adapters.people_csv.reader import Item, PersonRow, Profile, Quality, read
from commonweal.agencies import queries
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun, Tally
from commonweal.people.actions import import_people


def arrive(
    *, by: Actor, origins: Iterable[Source | Path], profile: Profile, agency: str,
    run: ImportRun | None = None,
) -> ImportRun:  # fmt: skip
    """Read the files by a profile and file their people under the named agency, which must be on file.

    The run's notices end with the report on quality. `run` goes on with a run begun before.
    """
    files, tally, quality = list(origins), Tally(), Quality()
    home = run.agency if run and run.agency else agency_named(agency)
    rows = people_of(read(files, profile, quality), tally, quality)
    sources = [file.name for file in files]
    return import_people(
        by=by, rows=rows, agency=home, profile=profile.name, sources=sources, tally=tally, run=run
    )


def agency_named(name: str) -> UUID:
    """The agency of a name. Never made here: its kind decides by what law its records are held."""
    found = queries.agencies().filter(name__iexact=name.strip()).first()
    if found is None:
        known = ", ".join(queries.agencies().order_by("name").values_list("name", flat=True)[:20])
        raise Invalid(
            "agency", name, f"Open it first, or use the name of one on file: {known or 'none yet'}."
        )
    return found.id


def people_of(items: Iterable[Item], tally: Tally, quality: Quality) -> Iterator[PersonRow]:
    """The people; rejects, remarks about whole files and, at the end, the measures go into the tally."""
    yield from rows_of(items, tally)
    tally.notices.extend(quality.report())
