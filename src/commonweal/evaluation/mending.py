"""Verbs of the work queue for data quality: find faults, take one, correct it at the source, explain it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.engines.measures import Doubt
from commonweal.evaluation import events
from commonweal.evaluation.faults import MENDERS, OPEN
from commonweal.evaluation.models import QualityItem
from commonweal.evaluation.soundness import Source, again_after, found, reasons
from commonweal.kernel import clock, codes, imports, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, gettext_noop

SAID = (
    gettext_noop("Choose why it stays as it is."),
    gettext_noop("Say in a sentence what was corrected, and where."),
    gettext_noop("This fault is %(state)s; that act no longer fits."),
    gettext_noop("Somebody else has taken it. Ask them to give it back."),
)
DAILY = timedelta(days=1)
Key = tuple[UUID, str, str, str, str, str]


def look_for_faults(*, by: Actor) -> int:
    """Look through every agency's records: faults are added, brought up to date, closed where gone.

    Returns how many are open. May be run again at any time and comes to the same.
    """
    now = clock.now()
    doubted = {_key(source, doubt): doubt for source, doubt in found(now)}
    with transaction.atomic():
        stored = {_key_of(item): item for item in QualityItem.objects.select_for_update(of=("self",))}
        for key, doubt in doubted.items():
            _meet(stored[key] if key in stored else _new(key, doubt, now), doubt, now)
        for key in stored.keys() - doubted.keys():
            _miss(stored[key], now)
        number = QualityItem.objects.filter(state__in=OPEN).count()
        journal.write(by=by, event=events.QualityLookedAt(open=number))
    return number


def look_if_due(*, by: Actor) -> bool:
    """Look where nobody has for a day, or where an import has ended since; whether it was looked."""
    last = journal.latest(events.QualityLookedAt.kind)
    ended = [run.finished_at for run in imports.runs(20) if run.finished_at]
    if last and clock.now() - last.at < DAILY and not any(moment > last.at for moment in ended):
        return False
    look_for_faults(by=by)
    return True


def _key(source: Source, doubt: Doubt) -> Key:
    return (*source, doubt.kind, doubt.field[:40], doubt.problem[:120])


def _key_of(item: QualityItem) -> Key:
    return item.agency_id, item.grain, item.source, item.kind, item.field, item.problem


def _new(key: Key, doubt: Doubt, now: datetime) -> QualityItem:
    agency, grain, source, kind, name, problem = key
    return QualityItem(
        agency_id=agency, grain=grain, source=source, kind=kind, field=name, problem=problem,
        since=doubt.since, seen_at=now,
    )  # fmt: skip


def _meet(item: QualityItem, doubt: Doubt, now: datetime) -> None:
    """It is there: new numbers, and open again where its settlement no longer covers it."""
    item.number, item.of, item.since, item.seen_at = doubt.number, doubt.of, doubt.since, now
    item.met = [[first.isoformat(), number, of] for first, number, of in doubt.series]
    if _is_uncovered(item, now):
        _unsettle(item, "open")
    item.save()


def _is_uncovered(item: QualityItem, now: datetime) -> bool:
    if item.state == "gone":
        return True
    if item.state == "explained":
        reason = reasons().get(item.reason)
        return not (reason and reason.standing) and item.number > item.number_then
    late = item.settled_at is not None and now >= item.settled_at + again_after()
    return item.state == "corrected" and (late or item.number > item.number_then)


def _miss(item: QualityItem, now: datetime) -> None:
    """It is met no more: what somebody explained keeps its reason, everything else is gone."""
    item.number, item.seen_at = 0, now
    if item.state in (*OPEN, "corrected"):
        _unsettle(item, "gone")
    item.save()


def _unsettle(item: QualityItem, state: str) -> None:
    item.state, item.reason, item.settled_by, item.settled_at, item.number_then = state, "", "", None, 0
    item.taken_by, item.taken_at = "", None


@transaction.atomic
def take_fault(*, by: Actor, item: UUID) -> QualityItem:
    """Somebody of the agency sees to it; Conflict where another has it."""
    row = _mine(by, item, *OPEN)
    if row.taken_by not in ("", by.id):
        raise Conflict("Somebody else has taken it. Ask them to give it back.")
    row.state, row.taken_by, row.taken_at = "taken", by.id, clock.now()
    return _said(by, row)


@transaction.atomic
def give_back_fault(*, by: Actor, item: UUID) -> QualityItem:
    """Whoever had it has it no more; a settlement is taken back with its reason."""
    row = _mine(by, item, "taken", "explained", "corrected")
    _unsettle(row, "open")
    row.note = ""
    return _said(by, row)


@transaction.atomic
def explain_fault(*, by: Actor, item: UUID, reason: str, note: str = "") -> QualityItem:
    """It stays as it is, for a coded reason; it no longer counts as open. Invalid without a reason."""
    row = _mine(by, item, *OPEN)
    if reason not in reasons():
        raise Invalid("reason", reason, "Choose why it stays as it is.")
    row.reason = reason
    return _settled(by, row, "explained", note)


@transaction.atomic
def correct_fault(*, by: Actor, item: UUID, note: str) -> QualityItem:
    """It was corrected at the source: the next looks will tell. Invalid without a sentence."""
    row = _mine(by, item, *OPEN)
    if not note.strip():
        raise Invalid("note", "", "Say in a sentence what was corrected, and where.")
    return _settled(by, row, "corrected", note)


def _settled(by: Actor, row: QualityItem, state: str, note: str) -> QualityItem:
    if row.taken_by not in ("", by.id):
        raise Conflict("Somebody else has taken it. Ask them to give it back.")
    row.state, row.note, row.number_then = state, note.strip()[:300], row.number
    row.settled_by, row.settled_at = by.id, clock.now()
    return _said(by, row)


def _mine(by: Actor, item: UUID, *states: str) -> QualityItem:
    """The item of the actor's own agency, locked; NotFound for another's, Conflict in another state."""
    row = QualityItem.objects.select_for_update(of=("self",)).filter(id=item, agency=by.agency).first()
    if row is None or not by.permissions & MENDERS:
        raise NotFound("fault")
    if row.state not in states:
        says = "This fault is %(state)s; that act no longer fits."
        raise Conflict(says, state=codes.in_sentence(row.state))
    return row


def _said(by: Actor, row: QualityItem) -> QualityItem:
    row.save()
    moved = events.QualityMoved(quality_item=row.id, state=row.state, reason=row.reason)
    journal.write(by=by, event=moved)
    return row
