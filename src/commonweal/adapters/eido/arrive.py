"""Incidents of EIDO files to the calls room, each for the centre that owns it (or the one that is named)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from commonweal.adapters.eido.reader import Incident, Item, Notice, Reject, read
from commonweal.adapters.files.opening import Source
from commonweal.adapters.files.sorting import refused
from commonweal.agencies import actions, queries
from commonweal.calls.actions import close_import, take_calls
from commonweal.calls.queries import own_call
from commonweal.kernel import imports
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun, Rejected, Remark, Tally

PROFILE, NAMELESS = "eido_1", "EIDO"
STILL_OPEN = "the incident is not over: kept as a past call; to work on it, send it over the API"


def arrive(
    *, by: Actor, origins: Iterable[Source | Path], agency: str = "", run: ImportRun | None = None
) -> ImportRun:  # fmt: skip
    """Read the files and take their incidents. `agency` names the one centre that takes all of them.

    Without it each stands with the centre of its owning agency's name, made where it is missing. Several
    documents about one incident bring it up to date in the order they were written.
    """
    files, tally = list(origins), Tally()
    sources = [file.name for file in files]
    home = run.agency if run and run.agency else _centre(by, agency) if agency else None
    record = run or imports.begin(by=by, kind="eido", profile=PROFILE, sources=sources, agency=home)
    found = _incidents(read(files), tally)
    centres = {name: home or _centre(by, name) for name in dict.fromkeys(map(_owner, found))}
    for wave in _waves(found):
        for name, centre in centres.items():
            rows = [one for one in wave if _owner(one) == name]
            if rows:
                take_calls(by=by, rows=rows, agency=centre, run=record, tally=tally)
    record.agency = home or (next(iter(centres.values())) if len(centres) == 1 else None)
    return close_import(by=by, run=record, tally=tally)


def _owner(found: Incident) -> str:
    return (found.owner_name or found.owner or NAMELESS)[:120]


def _incidents(items: Iterable[Item], tally: Tally) -> list[Incident]:
    """The incidents; rejects and remarks about whole files go into the tally."""
    found: list[Incident] = []
    for item in items:
        match item:
            case Incident():
                if own := own_call(item.told.tracking):
                    tally.rejects.append(_ours(item, str(own)))
                    continue
                found.append(item)
                if item.is_over is not True:
                    remark = Remark(item.source_file, item.line, "incidentStatus", "", STILL_OPEN)
                    tally.remarks.add(remark)
            case Reject():
                tally.rejects.append(refused(item))
            case Notice():
                tally.notices.append(f"{item.file}: {item.text}.")
    return found


def _ours(found: Incident, call: str) -> Rejected:
    reason = f"is a call of this site ({call}), whose own record stands. Nothing is to be done"
    return Rejected(found.source_file, found.line, "incidentComponent.$id", found.told.tracking[:200], reason)


def _waves(found: Iterable[Incident]) -> list[list[Incident]]:
    """The incidents so that each wave holds one document an incident, the oldest first."""
    told: dict[tuple[str, str], list[Incident]] = {}
    for one in sorted(found, key=lambda one: one.told.at):
        told.setdefault((_owner(one), one.external_id), []).append(one)
    longest = max(map(len, told.values()), default=0)
    return [[rows[at] for rows in told.values() if at < len(rows)] for at in range(longest)]


def _centre(by: Actor, name: str) -> UUID:
    """The centre of a name, made where it is missing."""
    found = queries.agencies().filter(name__iexact=name.strip()).first()
    if found:
        return found.id
    try:
        return actions.open_agency(by=by, name=name.strip(), kind="ecc").id
    except Invalid:
        made = queries.agencies().filter(name__iexact=name.strip()).first()
        if made is None:
            raise
        return made.id
