"""Entries of a directory file to the directory room: one record, its services, nothing lost on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, time
from pathlib import Path

from commonweal.adapters.directory_files.reader import (
    Entry,
    LocationRow,
    Notice,
    Phone,
    Profile,
    Reject,
    Schedule,
    ServiceRow,
    Stray,
    read,
)
from commonweal.adapters.files.opening import Source
from commonweal.adapters.files.sorting import refused
from commonweal.directory import actions as directory
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.imports import ImportRun, Rejected, Remark, Tally

MOST_SOURCES = 100


def arrive(
    *, by: Actor, origins: Iterable[Source | Path], profile: Profile, run: ImportRun | None = None
) -> ImportRun:
    """Read the files by a profile and file what they hold; `run` goes on with a run begun before."""
    files, tally = list(origins), Tally()
    rows = records(read(files, profile), tally)
    sources = [file.name for file in files][:MOST_SOURCES]
    return directory.import_services(
        by=by, profile=profile.name, sources=sources, rows=rows, tally=tally, run=run
    )


def records(
    items: Iterable[Entry | Reject | Notice | Stray], tally: Tally
) -> Iterator[directory.Record | Rejected]:
    """The reader's items as the room takes them; an entry the room would refuse becomes a reject.

    What a reader doubted goes to the list of findings, a word about a whole file to the notices.
    """
    for item in items:
        match item:
            case Entry():
                for doubt in item.findings:
                    tally.remarks.add(
                        Remark(item.source_file, item.line, doubt.field, doubt.value, doubt.problem)
                    )
                yield _record(item)
            case Reject():
                yield refused(item)
            case Stray():
                tally.remarks.add(Remark(*item))
            case Notice():
                tally.notices.append(f"{item.file}: {item.text}.")


def _record(entry: Entry) -> directory.Record | Rejected:
    try:
        services = tuple(_service(entry, service) for service in entry.services)
    except Invalid as fault:
        return Rejected(entry.source_file, entry.line, fault.field, str(fault.value)[:200], fault.remedy)
    return directory.Record(entry.source_file, entry.line, str(entry.id), services)


def _service(entry: Entry, row: ServiceRow) -> directory.Entry:
    places = {place.id: place for place in entry.locations}
    owner = entry.organization
    return directory.Entry(
        source=entry.source_system, external_id=str(row.id),
        provider=directory.Organisation(
            name=owner.name[:200], external_id=str(owner.id), description=owner.description,
            alternate_name=owner.alternate_name[:200],
            email=owner.email[:200], website=owner.url[:400],
        ),
        name=row.name[:200], description=row.description, eligibility=row.eligibility, fees=row.fees,
        application_process=row.application, keywords=" . ".join(row.keywords), url=row.url[:400],
        email=row.email[:200], minimum_age=row.minimum_age, maximum_age=row.maximum_age,
        interpretation=row.interpretation[:200], status=row.status,
        alternate_name=row.alternate_name[:200], wait_time=row.wait_time[:120], alert=row.alert[:300],
        assured_at=_day(row.assured), assurer=row.assurer[:200], area=row.area[:200],
        documents=tuple(document[:200] for document in row.documents),
        places=tuple(_place(places[i]) for i in row.location_ids if i in places),
        phones=tuple(_phone(phone) for phone in row.phones),
        hours=tuple(_hours(schedule) for schedule in row.schedules),
        languages=tuple((language.code, language.name) for language in row.languages),
        original={"record": json.loads(entry.original), "id": entry.original_id,
                  "findings": [[f.field, f.value, f.problem] for f in entry.findings]},
    )  # fmt: skip


def _day(text: str) -> date | None:
    """A day of ISO 8601; None where it is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _place(row: LocationRow) -> directory.Place:
    return directory.Place(
        external_id=str(row.id), name=row.name[:200], address=row.address[:200], city=row.city[:80],
        state=row.state[:40], postal=row.postal_code[:16], lon=row.longitude, lat=row.latitude,
        accessibility=row.accessibility[:400], transportation=row.transportation[:300],
    )  # fmt: skip


def _phone(row: Phone) -> directory.Telephone:
    return directory.Telephone(
        number=(row.number or row.original)[:60], extension=row.extension[:16], kind=row.kind[:16],
        text=row.description[:200],
    )  # fmt: skip


def _hours(row: Schedule) -> directory.Hours:
    """Times of one day; 23:59 is how the reader writes the end of the day."""
    closes = "00:00" if row.closes_at == "23:59" else row.closes_at
    return directory.Hours(
        days=(row.byday,) if row.byday else (),
        opens=time.fromisoformat(row.opens_at) if row.opens_at else None,
        closes=time.fromisoformat(closes) if closes else None,
        text=row.description,
    )
