"""Past calls from other systems: as they came, doubled never, several thousand rows a second."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from commonweal.calls import events, natures
from commonweal.calls.models import SOURCES, STAGES, Call
from commonweal.calls.ties import CENTRE_KEEPS
from commonweal.kernel import clock, imports, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.ids import new_id
from commonweal.kernel.imports import Tally
from commonweal.kernel.models import ImportRun
from commonweal.places import queries as places
from commonweal.sharing import actions as sharing

BATCH = 2_000


class CallRecord(Protocol):
    """One past call as a reader tells it (adapters.cad_csv.reader.CallRow has this shape).

    `times` has an attribute for each stage of the chain that the source knows (UTC or None), `place` has
    text, city, longitude, latitude; `findings` are dataclasses or mappings with field, value, problem.
    """

    @property
    def external_id(self) -> str: ...
    @property
    def source_system(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def nature_label(self) -> str: ...
    @property
    def reasons(self) -> Sequence[str]: ...
    @property
    def priority(self) -> int | None: ...
    @property
    def priority_label(self) -> str: ...
    @property
    def call_source(self) -> str: ...
    @property
    def dispositions(self) -> Sequence[str]: ...
    @property
    def times(self) -> Any: ...
    @property
    def place(self) -> Any: ...
    @property
    def kept(self) -> Sequence[tuple[str, str]]: ...
    @property
    def findings(self) -> Sequence[Any]: ...
    @property
    def fingerprint(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    fingerprint: str


def import_calls(
    *, by: Actor, rows: Iterable[CallRecord], agency: UUID, profile: str, sources: Iterable[str],
    tally: Tally | None = None,
) -> ImportRun:  # fmt: skip
    """Take past calls of one centre; the run's counts say what became of each row.

    A row is known by (agency, external id): the same fingerprint counts as unchanged, another as updated.
    Each batch is one transaction, so that a run that was cut off is simply run again. The reader's rejects
    are put in `tally` by the caller while the rows are read.
    """
    counts, run = tally or Tally(), new_id()
    for batch in _batches(rows):
        with transaction.atomic():
            _take(by, batch, agency, run, counts)
    with transaction.atomic():
        record = imports.finish(
            by=by, kind="calls", profile=profile, sources=sources, tally=counts, run_id=run
        )
        taken = counts.accepted + counts.updated
        journal.write(by=by, event=events.CallsImported(run=record.id, calls=taken))
    return record


def _batches(rows: Iterable[CallRecord]) -> Iterator[list[CallRecord]]:
    reader = iter(rows)
    while batch := list(islice(reader, BATCH)):
        yield batch


def _take(by: Actor, batch: Sequence[CallRecord], agency: UUID, run: UUID, counts: Tally) -> None:
    wanted = {row.external_id for row in batch}
    stored = Call.objects.filter(agency=agency, external_id__in=wanted)
    known = {x: _Known(i, f) for x, i, f in stored.values_list("external_id", "id", "fingerprint")}
    fresh: dict[str, Call] = {}
    again: dict[str, Call] = {}
    for row in batch:
        found = known.get(row.external_id)
        if found is not None and found.fingerprint == row.fingerprint:
            counts.unchanged += 1
            continue
        call = _call(row, agency, run, found.id if found else new_id())
        if found is None:
            counts.accepted += 1
            fresh[row.external_id] = call
        else:
            counts.updated += 1
            (fresh if row.external_id in fresh else again)[row.external_id] = call
        known[row.external_id] = _Known(call.id, row.fingerprint)
    Call.objects.bulk_create(fresh.values())
    sharing.hold_many(by=by, subjects=[Subject("call", c.id) for c in fresh.values()], agency=agency)
    for call in again.values():
        call.save(update_fields=_BROUGHT)
    _tie_recent(by, [*fresh.values(), *again.values()])


_BROUGHT = [
    *("number", "fingerprint", "run", "source", "source_system", "state", "nature", "nature_label"),
    "reasons",
    *("discipline", "priority", "priority_label", "is_bh_intake", "dispositions", "address", "block", "city"),
    *("lon", "lat", "block_lon", "block_lat", "cell", "area", "kept", "findings", *STAGES),
]


def _call(row: CallRecord, agency: UUID, run: UUID, key: UUID) -> Call:
    label = " / ".join((row.nature_label, *row.reasons))[:120] if row.reasons else row.nature_label[:120]
    nature = natures.of_label(row.nature_label)
    stages = {stage: moment for stage in STAGES if (moment := getattr(row.times, stage, None)) is not None}
    return Call(
        id=key,
        agency_id=agency,
        source=row.call_source if row.call_source in SOURCES else "other",
        source_system=row.source_system[:40],
        external_id=row.external_id[:64],
        number=row.external_id[:64],
        fingerprint=row.fingerprint,
        run=run,
        state="cleared",
        discipline=row.agency[:20],
        nature=nature,
        nature_label=label,
        reasons=list(row.reasons),
        priority=row.priority,
        priority_label=row.priority_label[:24],
        is_bh_intake=True if row.agency == "mobile_crisis" else natures.is_behavioural(nature),
        dispositions=list(row.dispositions),
        kept=dict(row.kept),
        findings=[_plain(finding) for finding in row.findings],
        **_where(row.place),
        **stages,
    )


def _where(place: Any) -> dict[str, object]:
    text, city = (place.text or "")[:200], (place.city or "")[:80]
    block = places.to_block(text)[:160] if text else ""
    found: dict[str, object] = {"address": text, "block": block, "city": city}
    if place.longitude is not None and place.latitude is not None:
        lon, lat = place.longitude, place.latitude
        block_lon, block_lat = places.block_point(lon, lat)
        found |= {"lon": lon, "lat": lat, "cell": places.cell_of(lon, lat)}
        found |= {"block_lon": block_lon, "block_lat": block_lat}
    return found


def _plain(finding: object) -> object:
    return asdict(finding) if is_dataclass(finding) and not isinstance(finding, type) else finding


def _tie_recent(by: Actor, calls: Iterable[Call]) -> None:
    """A call that ended within the last 72 hours is still its centre's to see (defaults.md, section 2)."""
    floor: datetime = clock.now() - CENTRE_KEEPS
    for call in calls:
        ended = call.cleared or call.received + timedelta(hours=1)
        if ended > floor:
            about = Subject("call", call.id)
            sharing.tie(by=by, relation="incident", subject=about, agency=call.agency_id, since=call.received)
            sharing.untie(
                by=by, relation="incident", subject=about, agency=call.agency_id, until=ended + CENTRE_KEEPS
            )
