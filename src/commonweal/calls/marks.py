"""Setting moments and values of a call so that what stood before, who and when are kept."""

from datetime import datetime
from uuid import UUID

from commonweal.calls.models import OPEN_STATES, Call, Change, Numbering, Stamp
from commonweal.kernel import clock, codes
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.kernel.prepared import PreparedRow

_HELD = PreparedRow(lambda call: Call.objects.select_for_update().filter(id=call), ones=["call"])


def locked(call: UUID) -> Call:
    """The call, held until the transaction ends; NotFound for an unknown id."""
    found = _HELD.first(call=call)
    if found is None:
        raise NotFound("call")
    return found


def locked_open(call: UUID) -> Call:
    """The call where it has not ended; Conflict says how it ended."""
    found = locked(call)
    if found.state not in OPEN_STATES:
        says = "This call has ended: %(state)s. Open a new one if help is needed again."
        raise Conflict(says, state=codes.in_sentence(found.state))
    return found


def stamp(by: Actor, call: Call, stage: str, at: datetime | None = None) -> None:
    """Set a moment of the chain. The first one counts; a later one is kept beside it. Saves the column."""
    moment = at or clock.now()
    Stamp.objects.create(call=call, stage=stage, at=moment, actor=by.id)
    if getattr(call, stage) is None:
        setattr(call, stage, moment)
        call.save(update_fields=[stage])


def change(by: Actor, call: Call, field: str, became: object, reason: str = "") -> bool:
    """Change one value of a call and keep what it was; whether anything changed."""
    was = getattr(call, field)
    if was == became:
        return False
    setattr(call, field, became)
    call.save(update_fields=[field])
    Change.objects.create(
        call=call, field=field, was=_text(was), became=_text(became), reason=reason[:300], actor=by.id
    )
    return True


def _text(value: object) -> str:
    return "" if value is None else str(value)[:120]


def next_number(agency: UUID, moment: datetime) -> str:
    """The next incident number of a centre in its year: `26-000042`."""
    row, _ = Numbering.objects.select_for_update().get_or_create(agency_id=agency, year=moment.year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{moment.year % 100:02d}-{row.last:06d}"
