"""Past calls from other systems: as they came, doubled never, several thousand rows a second."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from commonweal.calls import events, natures
from commonweal.calls.actions.documents import Told, documents_of, keep_documents
from commonweal.calls.models import SOURCES, STAGES, Call
from commonweal.calls.ties import CENTRE_KEEPS
from commonweal.kernel import bulk, clock, imports, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.ids import new_ids
from commonweal.kernel.imports import ImportRun, Rejected, Remark, Tally
from commonweal.kernel.turns import take_turn
from commonweal.places import queries as places
from commonweal.sharing import actions as sharing

BATCH = 2_000
Values = tuple[Any, ...]


class CallRecord(Protocol):
    """One past call as a reader tells it (adapters.cad_csv.reader.CallRow has this shape).

    `times` has an attribute for each stage of the chain that the source knows (UTC or None), `place` has
    text, city, longitude, latitude; `findings` are dataclasses or mappings with field, value, problem. A
    record may also have `told` (documents.Told): who called, notes, and the document that it came in.
    """

    @property
    def source_file(self) -> str: ...
    @property
    def line(self) -> int: ...
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
    was_imported: bool


def import_calls(
    *, by: Actor, rows: Iterable[CallRecord], agency: UUID, profile: str, sources: Iterable[str],
    tally: Tally | None = None, run: ImportRun | None = None,
) -> ImportRun:  # fmt: skip
    """Take past calls of one centre; the run's counts say what became of each row.

    A row is known by (agency, external id): the same fingerprint counts as unchanged, another as updated;
    see `_told_once` for a call that one file tells twice. Each batch is one transaction, so that a run that
    was cut off is simply run again. The reader's rejects are put in `tally` by the caller while the rows
    are read. `run` goes on with a run that was begun before.
    """
    counts = tally or Tally()
    record = run or imports.begin(by=by, kind="calls", profile=profile, sources=sources, agency=agency)
    record.agency = agency
    take_calls(by=by, rows=rows, agency=agency, run=record, tally=counts)
    return close_import(by=by, run=record, tally=counts)


def take_calls(
    *, by: Actor, rows: Iterable[CallRecord], agency: UUID, run: ImportRun, tally: Tally
) -> None:  # fmt: skip
    """Take some of a run's calls for one centre; the run goes on, and may go on with another centre."""
    for batch in _batches(_told_once(rows, tally)):
        with transaction.atomic():
            take_turn(f"calls:{agency}")
            _take(by, batch, agency, run.id, tally)
            imports.progress(run, tally)


def close_import(*, by: Actor, run: ImportRun, tally: Tally) -> ImportRun:
    """End a run: its lists are written and its line is in the journal."""
    with transaction.atomic():
        imports.finish(run, tally)
        taken = tally.accepted + tally.updated
        journal.write(by=by, event=events.CallsImported(run=run.id, calls=taken))
    return run


def _told_once(rows: Iterable[CallRecord], counts: Tally) -> Iterator[CallRecord]:
    """Each call of a file once. Told again alike, it is unchanged; told otherwise, the second is rejected.

    Taking both would never settle: every run would update the call twice. A later file may tell a call
    anew: files come in the order of their weeks. What a reader doubted goes to the list of findings.
    """
    file, seen = "", dict[str, tuple[str, int]]()
    for row in rows:
        if row.source_file != file:
            file, seen = row.source_file, {}
        mark, line = seen.setdefault(row.external_id, (row.fingerprint, row.line))
        if mark != row.fingerprint:
            counts.rejects.append(_told_otherwise(row, line))
            continue
        for doubt in row.findings:
            said = _plain(doubt)
            counts.remarks.add(Remark(file, row.line, said["field"], said["value"], said["problem"]))
        if line != row.line:
            counts.unchanged += 1
            counts.again(file, row.line, row.external_id, f"line {line}")
            continue
        yield row


def _told_otherwise(row: CallRecord, line: int) -> Rejected:
    reason = (
        f"line {line} has the same number with other content and was kept. Remove the line that is wrong, "
        "or give each call its own number, and import the file again"
    )
    return Rejected(row.source_file, row.line, "external_id", row.external_id[:200], reason)


def _batches(rows: Iterable[CallRecord]) -> Iterator[list[CallRecord]]:
    reader = iter(rows)
    while batch := list(islice(reader, BATCH)):
        yield batch


def _take(by: Actor, batch: Sequence[CallRecord], agency: UUID, run: UUID, counts: Tally) -> None:
    wanted = {row.external_id for row in batch}
    stored = Call.objects.filter(agency=agency, external_id__in=wanted)
    columns = stored.values_list("external_id", "id", "fingerprint", "run")
    known = {x: _Known(i, f, r is not None) for x, i, f, r in columns}
    told = any(_told(row) for row in batch)
    seen = documents_of(found.id for found in known.values()) if told else {}
    fresh: dict[str, Values] = {}
    again: dict[str, Values] = {}
    came: list[tuple[UUID, str, Told]] = []
    keys = iter(new_ids(len(batch)))
    for row in batch:
        found = known.get(row.external_id)
        fate = _fate(row, found, seen.get(found.id, {}) if found else {})
        if fate == "rejected":
            counts.rejects.append(_worked_on_here(row))
            continue
        key = found.id if found else next(keys)
        if document := _told(row):
            came.append((key, row.fingerprint, document))
        if fate == "unchanged":
            counts.unchanged += 1
            continue
        counts.accepted += fate == "accepted"
        counts.updated += fate == "updated"
        (again if found and row.external_id not in fresh else fresh)[row.external_id] = _values(row, key)
        known[row.external_id] = _Known(key, row.fingerprint, was_imported=True)
    bulk.insert(Call, FIELDS, fresh.values(), {"agency": agency, "run": run, "state": "cleared"})
    _hold(by, fresh.values(), agency)
    _change(again.values(), run, keeps_unsaid=told)
    keep_documents(by=by, came=came)
    _tie_recent(by, agency, (*fresh.values(), *again.values()))


def _fate(row: CallRecord, found: _Known | None, seen: Mapping[str, datetime]) -> str:
    """What becomes of a row; a document kept before, or older than one kept before, changes nothing."""
    if found is None:
        return "accepted"
    if not found.was_imported:
        return "rejected"
    told = _told(row)
    old = told is not None and (row.fingerprint in seen or any(at > told.at for at in seen.values()))
    return "unchanged" if old or found.fingerprint == row.fingerprint else "updated"


def _told(row: CallRecord) -> Told | None:
    return getattr(row, "told", None)


def _worked_on_here(row: CallRecord) -> Rejected:
    reason = "this call was taken at a desk of this site, whose own record stands. Send updates over the API"
    return Rejected(row.source_file, row.line, "external_id", row.external_id[:200], reason)


def _hold(by: Actor, rows: Iterable[Values], agency: UUID) -> None:
    """Declare new calls to the gate; those of the lifeline stand under its own regime."""
    about: dict[str, list[Subject]] = {"": [], LIFELINE: []}
    for values in rows:
        about[LIFELINE if values[_SOURCE] == LIFELINE else ""].append(Subject("call", values[0]))
    for program, subjects in about.items():
        if subjects:
            sharing.hold_many(by=by, subjects=subjects, agency=agency, source_program=program)


def _change(rows: Iterable[Values], run: UUID, *, keeps_unsaid: bool) -> None:
    """Bring calls up to date; what a document does not say takes nothing away that another said."""
    for values in rows:
        said = dict(zip(FIELDS[1:], values[1:], strict=True))
        if keeps_unsaid:
            said = {name: value for name, value in said.items() if value not in UNSAID}
            said = {name: value for name, value in said.items() if (name, value) != ("language", "en")}
        Call.objects.filter(id=values[0]).update(**said, run=run, state="cleared")


_HEAD = (
    "id external_id number fingerprint source source_system nature nature_label reasons "
    "discipline priority priority_label is_bh_intake dispositions address block city lon lat cell block_lon "
    "block_lat kept findings caller_name caller_phone language address_extra"
).split()
FIELDS = (*_HEAD, *STAGES)
LIFELINE = "lifeline_988"
UNSAID: tuple[object, ...] = ("", None, (), [], {})
_SOURCE = FIELDS.index("source")
_RECEIVED, _CLEARED = FIELDS.index("received"), FIELDS.index("cleared")


def _values(row: CallRecord, key: UUID) -> Values:
    """One call in the order of FIELDS."""
    label, told = row.nature_label, _told(row)
    nature = (told.nature if told else "") or natures.of_label(label)
    behavioural = True if row.agency == "mobile_crisis" else natures.is_behavioural(nature)
    source = row.call_source if row.call_source in _SOURCES else "other"
    place = _where(row.place)
    doubts = [_plain(finding) for finding in row.findings] if row.findings else ()
    head = (
        key, row.external_id[:64], getattr(row, "number", row.external_id)[:64], row.fingerprint, source,
        row.source_system[:40], nature,
        (" / ".join((label, *row.reasons)) if row.reasons else label)[:120], tuple(row.reasons),
        row.agency[:20], row.priority, row.priority_label[:24], behavioural, tuple(row.dispositions),
        *place, dict(row.kept), doubts, *(_reporter(told) if told else NOBODY),
    )  # fmt: skip
    return (*head, *_chain(row.times))


NOBODY = ("", "", "en", "")


def _reporter(told: Told) -> Values:
    """caller_name, caller_phone, language, address_extra."""
    who = told.reporter
    return (who.name[:120], who.phone[:32], who.language[:8] or "en", told.extra[:80])


_SOURCES = frozenset(SOURCES)
_chain = attrgetter(*STAGES)
_NOWHERE = ("", "", "", None, None, "", None, None)


def _where(place: Any) -> Values:
    """address, block, city, lon, lat, cell, block_lon, block_lat."""
    text, city, lon, lat = place.text, place.city, place.longitude, place.latitude
    if not text and not city and lon is None:
        return _NOWHERE
    said = (text[:200], places.to_block(text)[:160] if text else "", city[:80])
    if lon is None or lat is None:
        return (*said, None, None, "", None, None)
    return (*said, lon, lat, places.cell_of(lon, lat), *places.block_point(lon, lat))


def _plain(finding: Any) -> dict[str, str]:
    if isinstance(finding, Mapping):
        return dict(finding)
    return {"field": finding.field, "value": finding.value, "problem": finding.problem}


def _tie_recent(by: Actor, agency: UUID, calls: Iterable[Values]) -> None:
    """A call that ended within the last 72 hours is still its centre's to see (defaults.md, section 2)."""
    floor: datetime = clock.now() - CENTRE_KEEPS
    for values in calls:
        received = values[_RECEIVED]
        ended = values[_CLEARED] or received + timedelta(hours=1)
        if ended > floor:
            about, until = Subject("call", values[0]), ended + CENTRE_KEEPS
            sharing.tie(by=by, relation="incident", subject=about, agency=agency, since=received)
            sharing.untie(by=by, relation="incident", subject=about, agency=agency, until=until)
