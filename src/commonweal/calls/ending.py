"""How a unit leaves a call and how a call ends: used by more than one verb."""

from datetime import datetime
from uuid import UUID

from commonweal.calls import events, marks, offers, ties
from commonweal.calls.models import Assignment, Call, UnitStatus
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor


def release(by: Actor, assignment: Assignment, at: datetime | None = None, reason: str = "cleared") -> None:
    """Free the unit and unbind its crew, in the caller's transaction."""
    moment = at or clock.now()
    assignment.cleared = moment
    assignment.save(update_fields=["cleared"])
    UnitStatus.objects.filter(unit=assignment.unit_id).update(status="available", call=None, since=moment)
    ties.untie_crew(by, assignment.call, [UUID(a) for a in assignment.crew], reason)
    event = events.UnitStatusChanged(unit=assignment.unit_id, call=assignment.call_id, status="available")
    journal.write(by=by, event=event)


def end(by: Actor, call: Call, state: str) -> None:
    """End a call: units freed, a standing offer over, the centre's view set to close after 72 hours."""
    for assignment in Assignment.objects.filter(call=call, cleared__isnull=True).select_related("call"):
        release(by, assignment)
    offers.hang_up(by, call)
    marks.stamp(by, call, "cleared")
    call.state = state
    call.save(update_fields=["state"])
    ties.untie_centre(by, call)
    journal.write(by=by, event=events.CallCleared(call=call.id, state=state))
