"""Units are committed to a call, move on in their work, and leave it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.calls import events, marks, recommending, ties
from commonweal.calls.actions.triaging import settle
from commonweal.calls.duty import OnDuty, on_duty
from commonweal.calls.ending import end, release
from commonweal.calls.models import Assignment, Call, Change, UnitStatus
from commonweal.calls.recommending import Advice, Needed
from commonweal.calls.steps import STEPS, UNDO_WITHIN, last_step
from commonweal.kernel import clock, codes, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.places.queries import checked_point

_LATE = timedelta(minutes=5)  # how far a phone's clock may run ahead


def recommend(
    *,
    by: Actor,
    call: UUID,
    known: frozenset[UUID] = frozenset(),
    needed: Needed | None = None,
    roster: Sequence[OnDuty] | None = None,
) -> Advice | None:
    """Who should go, ranked with reasons; None while the place or the tier is open.

    `known` are workers whom the person has met: pass them only under a permit that opens them. `needed` and
    `roster` are what a sheet of the call has read already.
    """
    return recommending.advise(needed or recommending.needed(call), known, roster)


@transaction.atomic
def dispatch(
    *,
    by: Actor,
    call: UUID,
    units: Sequence[UUID] = (),
    reason: str = "",
    known: frozenset[UUID] = frozenset(),
) -> list[Assignment]:
    """Commit units together, or none. Without `units` the recommended ones go.

    Others than the recommended ones need a reason (Invalid). Conflict where a unit is no longer free, not on
    duty, or closed by a lapsed certificate. Questions still open count as the worst: triage is closed first.
    """
    found, roster = marks.locked_open(call), on_duty()
    if not found.tier or found.triage_end is None:
        settle(by, found, roster)
    advice = recommending.advise(found, known, roster)
    wanted = list(dict.fromkeys(units)) or list(advice.picks if advice else ())
    if not wanted:
        raise Invalid("units", "", "Nobody is free for this response. Choose units by hand and say why.")
    picks = advice.picks if advice else ()
    if set(wanted) != set(picks) and len(reason.strip()) < 3:
        raise Invalid("reason", reason, "Say in a few words why others go than recommended.")
    _refuse_closed(found, advice, wanted)
    sent = [_commit(by, found, duty) for duty in _free(wanted)]
    if set(wanted) != set(picks):
        became = ", ".join(sorted(str(unit)[-6:] for unit in wanted))
        Change.objects.create(
            call=found, field="units", became=became, reason=reason.strip()[:300], actor=by.id
        )
    found.recommended = [str(unit) for unit in picks]
    found.state = "dispatched" if found.state != "on_scene" else found.state
    found.save(update_fields=["recommended", "state"])
    marks.stamp(by, found, "dispatched")
    journal.write(by=by, event=events.UnitsDispatched(call=call, units=frozenset(wanted)))
    return sent


def _refuse_closed(call: Call, advice: Advice | None, wanted: Sequence[UUID]) -> None:
    for unit in wanted:
        closed = advice.closed(unit) if advice else recommending.closed_anywhere(call, unit)
        if closed:
            says = "A certificate aboard has lapsed (%(which)s). Send another unit."
            raise Conflict(says, which=", ".join(closed))


def _free(wanted: Sequence[UUID]) -> list[OnDuty]:
    """The units, locked and free; Conflict names the first that is not."""
    for unit in wanted:
        UnitStatus.objects.get_or_create(unit_id=unit, defaults={"since": clock.now()})
    list(UnitStatus.objects.select_for_update().filter(unit__in=wanted).order_by("unit"))
    roster = {duty.unit.id: duty for duty in on_duty()}
    for unit in wanted:
        if unit not in roster:
            raise Conflict("One of these units is not on duty now. Choose again from the list.")
        if not roster[unit].is_free:
            sign, status = roster[unit].unit.call_sign, codes.in_sentence(roster[unit].status)
            says = "%(sign)s is no longer free (%(status)s). Choose again from the list."
            raise Conflict(says, sign=sign, status=status)
    return [roster[unit] for unit in wanted]


def _commit(by: Actor, call: Call, duty: OnDuty) -> Assignment:
    crew = [account.id for account in duty.crew]
    moment = clock.now()
    row = Assignment.objects.create(
        call=call, unit_id=duty.unit.id, crew=[str(a) for a in crew], role=duty.unit.kind, dispatched=moment
    )
    UnitStatus.objects.filter(unit=duty.unit.id).update(status="assigned", call=call, since=moment)
    ties.tie_crew(by, call, crew)
    event = events.UnitStatusChanged(unit=duty.unit.id, call=call.id, status="assigned")
    journal.write(by=by, event=event)
    return row


@transaction.atomic
def set_status(
    *, by: Actor, call: UUID, unit: UUID, status: str, at: datetime | None = None
) -> Assignment:  # fmt: skip
    """A unit moves on: acknowledged, enroute, staged, on_scene, transporting, at_destination, available.

    `at` is when it happened, for a phone that was offline. The same status again changes nothing.
    """
    row = _assignment(by, call, unit)
    moment = _moment(row, at)
    if status == "available":
        release(by, row, moment)
        _left(by, row.call)
        return row
    if status not in STEPS:
        raise Invalid("status", status, f"Use one of: {', '.join([*STEPS, 'available'])}.")
    stage = STEPS[status]
    if getattr(row, stage) is not None and UnitStatus.objects.filter(unit=unit, status=status).exists():
        return row
    if getattr(row, stage) is None:
        setattr(row, stage, moment)
        row.save(update_fields=[stage])
    UnitStatus.objects.filter(unit=unit).update(status=status, since=moment)
    marks.stamp(by, row.call, stage, moment)
    if status == "on_scene" and row.call.state != "on_scene":
        row.call.state = "on_scene"
        row.call.save(update_fields=["state"])
    journal.write(by=by, event=events.UnitStatusChanged(unit=unit, call=call, status=status))
    return row


@transaction.atomic
def take_back_status(*, by: Actor, call: UUID, unit: UUID) -> Assignment:
    """A slip of the thumb: the last status of a unit undone within a minute, as if it had not been tapped.

    Stamps stay in the call's history; what was undone is kept as a change. Conflict once the minute has
    passed. Clearing cannot be undone: access has ended with it.
    """
    row = _assignment(by, call, unit)
    now = clock.now()
    stage, before = last_step(row)
    if stage is None or now - getattr(row, stage) > UNDO_WITHIN:
        raise Conflict("A status can be taken back for a minute. Tap the one that is right now.")
    moment = getattr(row, stage)
    setattr(row, stage, None)
    row.save(update_fields=[stage])
    others = row.call.assignments.exclude(id=row.id).filter(**{f"{stage}__isnull": False})
    if getattr(row.call, stage) == moment and not others.exists():
        marks.change(by, row.call, stage, None, "taken back")
    if stage == "on_scene" and not others.exists():
        marks.change(by, row.call, "state", "dispatched", "taken back")
    since = getattr(row, STEPS.get(before, "dispatched"))
    UnitStatus.objects.filter(unit=unit).update(status=before, since=since)
    journal.write(by=by, event=events.UnitStatusChanged(unit=unit, call=call, status=before))
    return row


def _assignment(by: Actor, call: UUID, unit: UUID) -> Assignment:
    """The open assignment, for its crew, the centre that holds the call, or the product; else NotFound."""
    marks.locked_open(call)
    row = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("call")
        .filter(call=call, unit=unit, cleared__isnull=True)
        .first()
    )
    if row is None or not (by.id in row.crew or _is_its_desk(by, row.call) or by.role == "system"):
        raise NotFound("assignment")
    return row


def _is_its_desk(by: Actor, call: Call) -> bool:
    return by.may("take_calls") and by.agency is not None and by.agency == call.agency_id


def _moment(row: Assignment, at: datetime | None) -> datetime:
    now = clock.now()
    if at is None:
        return now
    if at < row.dispatched or at > now + _LATE:
        raise Invalid("at", at, "Give a time after the unit was sent and not in the future.")
    return min(at, now)


def _left(by: Actor, call: Call) -> None:
    """A call that every unit has left, and that nobody closed, waits in the queue again."""
    if not call.assignments.filter(cleared__isnull=True).exists():
        call.state = "queued"
        call.save(update_fields=["state"])
        journal.write(by=by, event=events.CallChanged(call=call.id, fields=("state",)))


@transaction.atomic
def mark(*, by: Actor, call: UUID, stage: str) -> Call:
    """Stamp a moment that no unit status sets: person_contact, backup_requested, backup_arrived ..."""
    allowed = "person_contact backup_requested backup_arrived handoff_accepted".split()
    if stage not in allowed:
        raise Invalid("stage", stage, f"Use one of: {', '.join(allowed)}.")
    found = marks.locked_open(call)
    marks.stamp(by, found, stage)
    journal.write(by=by, event=events.CallChanged(call=call, fields=(stage,)))
    return found


def move(*, by: Actor, unit: UUID, lon: float, lat: float) -> None:
    """Where a unit is now. Only the present is kept, and no journal line is written for it."""
    checked_point(lon, lat)
    seen = {"lon": lon, "lat": lat, "seen_at": clock.now()}
    if not UnitStatus.objects.filter(unit=unit).update(**seen):
        if not agencies.units().filter(id=unit).exists():
            raise NotFound("unit")
        UnitStatus.objects.get_or_create(unit_id=unit, defaults={"since": clock.now(), **seen})


@transaction.atomic
def set_service(*, by: Actor, unit: UUID, in_service: bool) -> None:
    """Take a free unit out of service, or back into it; Conflict while it is on a call."""
    row, _ = UnitStatus.objects.select_for_update().get_or_create(
        unit_id=unit, defaults={"since": clock.now()}
    )
    if row.call_id is not None:
        raise Conflict("This unit is on a call; it leaves the call first.")
    row.status, row.since = "available" if in_service else "out_of_service", clock.now()
    row.save(update_fields=["status", "since"])
    journal.write(by=by, event=events.UnitStatusChanged(unit=unit, call=None, status=row.status))


@transaction.atomic
def clear(
    *, by: Actor, call: UUID, is_behavioural_health: bool, disposition: str = "", reason: str = ""
) -> Call:  # fmt: skip
    """End a call: units freed, crews unbound, the second behavioural-health flag kept beside the first."""
    found = marks.locked_open(call)
    marks.change(by, found, "is_bh_cleared", is_behavioural_health, reason)
    if disposition.strip():
        found.dispositions = [*found.dispositions, disposition.strip()]
        found.save(update_fields=["dispositions"])
    end(by, found, "cleared")
    return found


@transaction.atomic
def cancel(*, by: Actor, call: UUID, reason: str) -> Call:
    """End a call that needs nobody (hang-up, test, duplicate); the reason is kept as a change."""
    if len(reason.strip()) < 3:
        raise Invalid("reason", reason, "Say in a few words why nobody is needed.")
    found = marks.locked_open(call)
    row = Change(
        call=found, field="state", was=found.state, became="cancelled", reason=reason[:300], actor=by.id
    )
    row.save(force_insert=True)
    end(by, found, "cancelled")
    return found
