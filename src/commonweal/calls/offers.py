"""A standing offer of a caller to another centre: found, and over when the call itself is over."""

from datetime import datetime
from uuid import UUID

from commonweal.calls import events
from commonweal.calls.models import Call, Transfer
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing

CALLER_GONE = "caller_gone"


def standing(call: UUID) -> Transfer | None:
    """The offer of a call that nobody has answered or taken back."""
    rows = Transfer.objects.select_for_update().filter(call=call, due_at__isnull=False)
    return rows.filter(is_accepted__isnull=True, taken_back_at__isnull=True).first()


def sides(row: Transfer) -> tuple[UUID, UUID]:
    """Sender and receiver of an offer."""
    if row.from_agency_id is None or row.to_agency_id is None:
        raise NotFound("transfer")
    return row.from_agency_id, row.to_agency_id


def let_go(by: Actor, row: Transfer, until: datetime | None = None) -> None:
    """The receiver's view of the sender's call ends."""
    if not row.is_inbound:
        sharing.untie(
            by=by, relation="incident", subject=Subject("call", row.call_id), agency=row.to_agency_id,
            until=until, reason="transfer",
        )  # fmt: skip


def hang_up(by: Actor, call: Call) -> None:
    """The call ends while an offer of it stands: nothing rings on for somebody who is not there.

    Where it was handed to this centre, the sender hears that it was taken if anybody worked on it, and else
    that the caller was gone; where this centre offered it, the offer is taken back.
    """
    row = standing(call.id)
    if row is None:
        return
    sender, to = sides(row)
    if row.is_inbound:
        was_worked = call.answered is not None or call.assignments.exists()
        row.is_accepted, row.refusal = was_worked, "" if was_worked else CALLER_GONE
        row.arrived = call.id if was_worked else None
        row.answered_at, row.answered_by = clock.now(), by.id
        said = events.TransferAnswered(
            transfer=row.id, call=call.id, agency=sender, is_accepted=was_worked, refusal=row.refusal
        )
        journal.write(by=by, event=said)
    else:
        row.taken_back_at = clock.now()
        let_go(by, row)
        journal.write(by=by, event=events.TransferTakenBack(transfer=row.id, call=call.id, agency=to))
    row.save()
