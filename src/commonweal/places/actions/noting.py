"""Note places in the gazetteer: a few, or the hundreds of thousands of a site's files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from commonweal.kernel import bulk, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.ids import new_ids
from commonweal.kernel.imports import ImportRun, Rejected, Tally, begin, finish, progress
from commonweal.kernel.turns import take_turn
from commonweal.places import events
from commonweal.places.geometry import checked
from commonweal.places.models import PLACE_KINDS, Place
from commonweal.places.prepared import Prepared
from commonweal.places.queries import cell_of
from commonweal.places.words import searchable

BATCH = 2_000
LONGEST_NAME, LONGEST_ADDRESS = 120, 160
FIELDS = "name address kind lon lat cell precision search area".split()
Values = tuple[Any, ...]  # in the order of FIELDS
Key = tuple[str, str]
TWICE = (
    "line {} of {} has the same name and address with other content and was kept; "
    "tell them apart by unit or town, or remove one"
)


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A point to note: its name, what it is, where; `precision` says how sure the point is."""

    name: str
    kind: str
    lon: float
    lat: float
    address: str = ""
    precision: str = "exact"


class PlaceTold(Protocol):
    """One place as a reader tells it (adapters.geography.rows.PlaceRow has this shape)."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def address(self) -> str: ...
    @property
    def precision(self) -> str: ...


@transaction.atomic
def note_places(*, by: Actor, places: Iterable[NewPlace]) -> int:
    """Add places to the gazetteer, or correct those of the same name and address; returns how many."""
    take_turn("places")
    rows = _in_areas([_said(place) for place in places], Prepared())
    _keep(rows)
    journal.write(by=by, event=events.PlacesNoted(places=len(rows)))
    return len(rows)


def import_places(
    *, by: Actor, rows: Iterable[PlaceTold | Rejected], profile: str, sources: Iterable[str], tally: Tally
) -> ImportRun:  # fmt: skip
    """Note the places of files, known by name and address, in batches of one transaction each.

    A place told twice in one run with other content is refused: taking turns would never settle.
    """
    record = begin(by=by, kind="places", profile=profile, sources=sources)
    ground, seen, stream = Prepared(), Seen(), iter(rows)
    while batch := list(islice(stream, BATCH)):
        with transaction.atomic():
            take_turn("places")
            _take(by, _fit(batch, seen, tally), ground, tally)
            progress(record, tally)
    with transaction.atomic():
        return finish(record, tally)


class Seen:
    """What a run has told so far: a few bytes a place, so that hundreds of thousands fit in memory."""

    def __init__(self) -> None:
        self._told: dict[bytes, tuple[bytes, str, int]] = {}

    def first(self, values: Values, row: PlaceTold) -> tuple[bool, str, int]:
        """Whether it is told alike, and the file and line that told it first."""
        key, mark = (_digest(part) for part in (values[:2], values))
        known, file, line = self._told.setdefault(key, (mark, row.file, row.line))
        return known == mark, file, line


def _digest(values: Values) -> bytes:
    return blake2b(repr(values).encode(), digest_size=12).digest()


def _fit(batch: Sequence[PlaceTold | Rejected], seen: Seen, tally: Tally) -> list[Values]:
    """The rows of a batch that can be kept, each once; the tally hears of the others."""
    kept = []
    for row in batch:
        if isinstance(row, Rejected):
            tally.rejects.append(row)
            continue
        try:
            said = _said(row)
        except Invalid as fault:
            value = str(fault.value)[:200]
            tally.rejects.append(Rejected(row.file, row.line, fault.field, value, fault.remedy))
            continue
        alike, file, line = seen.first(said, row)
        if (file, line) == (row.file, row.line):
            kept.append(said)
        elif alike:
            tally.unchanged += 1
            tally.again(row.file, row.line, row.name, f"line {line} of {file}")
        else:
            reason = TWICE.format(line, file)
            tally.rejects.append(Rejected(row.file, row.line, "name, address", row.name[:200], reason))
    return kept


def _take(by: Actor, said: Sequence[Values], ground: Prepared, tally: Tally) -> None:
    rows = _in_areas(said, ground)
    stored = Place.objects.filter(name__in={row[0] for row in rows}).values_list(*FIELDS)
    known: dict[Key, Values] = {(row[0], row[1]): tuple(row) for row in stored}
    fresh = [row for row in rows if (row[0], row[1]) not in known]
    again = [row for row in rows if known.get((row[0], row[1]), row) != row]
    bulk.insert(Place, ["id", *FIELDS], zip_ids(fresh))
    _keep(again)
    tally.accepted += len(fresh)
    tally.updated += len(again)
    tally.unchanged += len(rows) - len(fresh) - len(again)
    if fresh or again:
        journal.write(by=by, event=events.PlacesNoted(places=len(fresh) + len(again)))


def zip_ids(rows: Sequence[Values]) -> list[Values]:
    """Rows with a new id before each."""
    return [(key, *row) for key, row in zip(new_ids(len(rows)), rows, strict=True)]


def _keep(rows: Sequence[Values]) -> None:
    """Write rows, over those of the same name and address."""
    names = [*FIELDS[:-1], "area_id"]
    Place.objects.bulk_create(
        [Place(**dict(zip(names, row, strict=True))) for row in rows],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["name", "address"],
        update_fields=FIELDS[2:],
    )


def _said(place: NewPlace | PlaceTold) -> Values:
    """A place as FIELDS, its area left out. Invalid for what the gazetteer cannot hold."""
    if place.kind not in PLACE_KINDS:
        raise Invalid("kind", place.kind, f"Use one of: {', '.join(PLACE_KINDS)}.")
    name, address = place.name.strip(), place.address.strip()
    for field, value, most in (("name", name, LONGEST_NAME), ("address", address, LONGEST_ADDRESS)):
        if len(value) > most:
            raise Invalid(field, value, "Shorten it to %(most)d characters.", most=most)
    lon, lat = checked(place.lon, place.lat)
    search = searchable(f"{name} {address}")[:240]
    return (name, address, place.kind, lon, lat, cell_of(lon, lat), place.precision, search)


def _in_areas(said: Sequence[Values], ground: Prepared) -> list[Values]:
    """The same with the beat that holds each."""
    beats: list[UUID | None] = ground.holding([row[3] for row in said], [row[4] for row in said])
    return [(*row, beat) for row, beat in zip(said, beats, strict=True)]
