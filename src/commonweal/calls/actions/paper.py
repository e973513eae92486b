"""What was written on paper while the system was away, entered afterwards with the times of the paper."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.calls import events, marks, natures, paper, ties
from commonweal.calls.actions.intake import Caller, Where, describe_row, place_row
from commonweal.calls.actions.triaging import FALLBACK_RESPONSES
from commonweal.calls.models import SOURCES, Assignment, Call, Change, Note, PaperEntry
from commonweal.engines.triage import TIERS
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.ids import new_id

ORDER = ("received", "dispatched", "on_scene", "cleared")
SYSTEM = "paper"  # the source system of calls that came from paper


@dataclass(frozen=True, slots=True)
class Moments:
    """The times on a sheet. `cleared` None: the call still runs, and joins the queue as it is."""

    received: datetime
    dispatched: datetime | None = None
    on_scene: datetime | None = None
    cleared: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a call sheet says beside its times: tier as it was ringed ("" where none), unit, disposition."""

    source: str = "911"
    words: str = ""
    nature: str = ""
    tier: str = ""
    unit: UUID | None = None
    disposition: str = ""
    is_behavioural_health: bool | None = None


@transaction.atomic
def enter_paper_call(
    *,
    by: Actor,
    number: str,
    moments: Moments,
    written: Written,
    where: Where | None = None,
    caller: Caller | None = None,
) -> Call:
    """A call from its sheet, at the actor's centre: event times from the paper, entry times from the clock.

    Each stamp keeps both (`at`, `created_at`). Conflict where the sheet was entered before; Invalid for times
    out of order or yet to come, or a unit without the time at which it was sent.
    """
    if by.agency is None or not by.may("take_calls"):
        raise Invalid("by", by.role, "Whoever takes calls enters call sheets.")
    _check(moments, written)
    call = Call(
        id=new_id(), agency_id=by.agency, source=written.source, source_system=SYSTEM,
        received=moments.received, nature=natures.checked(written.nature),
        is_bh_intake=written.is_behavioural_health,
    )  # fmt: skip
    sheet = paper.claim(by, number, "call", call.id, moments.received)
    place_row(call, where or Where())
    describe_row(call, caller or Caller())
    call.save(force_insert=True)
    if written.words.strip():
        Note.objects.create(call=call, text=written.words.strip(), actor=by.id)
    ties.hold(by, call)
    ties.tie_centre(by, call)
    call.number = marks.next_number(by.agency, moments.received)
    _set_tier(by, call, written.tier, sheet.number)
    call.save()
    for stage in ORDER:
        if (moment := getattr(moments, stage)) is not None:
            marks.stamp(by, call, stage, moment)
    _crew(by, call, moments, written)
    _finish(by, call, moments, written)
    journal.write(by=by, event=events.CallReceived(call=call.id, agency=by.agency))
    return call


def _check(moments: Moments, written: Written) -> None:
    if written.source not in SOURCES:
        raise Invalid("source", written.source, f"Use one of: {', '.join(SOURCES)}.")
    if written.tier and written.tier not in TIERS:
        raise Invalid("tier", written.tier, f"Use one of: {', '.join(TIERS)}.")
    earlier = moments.received
    for stage in ORDER:
        moment = getattr(moments, stage)
        if moment is None:
            continue
        paper.past(moment, stage)
        if moment < earlier:
            says = "The times on a sheet follow each other. Check the day and the time."
            raise Invalid(stage, moment, says)
        earlier = moment
    if written.unit and moments.dispatched is None:
        raise Invalid("dispatched", "", "Give the time at which the unit was sent.")
    if written.unit and moments.cleared is None:
        says = "A unit that is still there is sent from the desk, once the call is entered. Leave it out."
        raise Invalid("unit", "", says)


def _set_tier(by: Actor, call: Call, tier: str, number: str) -> None:
    """The tier that was ringed on the sheet stands as one set by hand, with the sheet as its reason."""
    if not tier:
        return
    call.tier = call.floor = tier
    call.is_overridden, call.override_reason = True, f"Paper {number}"
    call.response, call.state = FALLBACK_RESPONSES[tier], "queued"
    Change.objects.create(call=call, field="tier", became=tier, reason=call.override_reason, actor=by.id)


def _crew(by: Actor, call: Call, moments: Moments, written: Written) -> None:
    """The unit that went, with the crew that its shift had then."""
    if written.unit is None or moments.dispatched is None:
        return
    aboard = {unit.id: unit for unit in agencies.roster(moments.dispatched)}
    if written.unit not in aboard:
        says = "This unit was not on duty then. Check the time and the call sign."
        raise Invalid("unit", written.unit, says)
    unit = aboard[written.unit]
    Assignment.objects.create(
        call=call, unit_id=unit.id, crew=[str(one.id) for one in unit.crew], role=unit.kind,
        dispatched=moments.dispatched, on_scene=moments.on_scene, cleared=moments.cleared,
    )  # fmt: skip


def _finish(by: Actor, call: Call, moments: Moments, written: Written) -> None:
    """A call that ended on paper ends here; one that runs waits at the desk."""
    if moments.cleared is None:
        return
    if written.disposition.strip():
        call.dispositions = [written.disposition.strip()[:120]]
    call.is_bh_cleared, call.state = written.is_behavioural_health, "cleared"
    call.save(update_fields=["dispositions", "is_bh_cleared", "state"])
    ties.untie_centre(by, call)
    journal.write(by=by, event=events.CallCleared(call=call.id, state="cleared"))


@transaction.atomic
def claim_sheet(*, by: Actor, number: str, record: UUID, happened_at: datetime) -> PaperEntry:
    """A numbered sheet becomes an encounter: for the room that keeps them, in its own transaction."""
    return paper.claim(by, number, "encounter", record, happened_at)


@transaction.atomic
def practise_sheet(*, by: Actor, number: str, happened_at: datetime | None = None) -> PaperEntry:
    """Enter a sheet of a drill: number and time are checked as in earnest, and nothing is made of it."""
    return paper.claim(by, number, "practice", None, happened_at or clock.now())
