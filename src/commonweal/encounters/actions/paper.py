"""An encounter that was written on paper, begun in the system afterwards with the times of the paper."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.encounters.actions.recording import FOLLOW_UP, open_encounter
from commonweal.encounters.models import Encounter
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.ids import new_id
from commonweal.sharing import actions as sharing


@transaction.atomic
def enter_paper_encounter(
    *,
    by: Actor,
    number: str,
    started_at: datetime,
    ended_at: datetime,
    call: UUID | None = None,
    description: str = "",
) -> Encounter:
    """Open the record of a sheet once, by somebody who was there; its fields are then written as ever.

    `call` must be one that the worker was sent to (NotFound otherwise). Follow-up is due 72 hours after the
    encounter ended, not after it was entered. Conflict where the sheet was entered before, or where a record
    of the same call still stands open and would be taken for this one.
    """
    if ended_at < started_at:
        raise Invalid("ended", ended_at, "The end must come after the beginning. Check the day and the time.")
    if ended_at > clock.now():
        raise Invalid("ended", ended_at, "This time has not come yet. Check the day and the time.")
    if call is not None:
        _refuse_others(by, call)
    record = new_id()
    calls.claim_sheet(by=by, number=number, record=record, happened_at=started_at)
    found = open_encounter(
        by=by, call=call, description=description, started_at=started_at, record=record
    )  # fmt: skip
    found.ended_at, found.follow_up_due = ended_at, ended_at + FOLLOW_UP
    found.save(update_fields=["ended_at", "follow_up_due"])
    if call is not None:  # it is over: those who were there write it down, until the record is complete
        for member in found.team:
            sharing.tie(by=by, relation="incident", subject=Subject("call", call), account=UUID(member))
    return found


def _refuse_others(by: Actor, call: UUID) -> None:
    if UUID(by.id) not in call_queries.crew_of(call):
        raise NotFound("call")
    standing = Encounter.objects.filter(call_id=call, state="open")
    if any(by.id in one.team for one in standing):
        raise Conflict("A record of this call is open already. Complete it, then enter the sheet.")
