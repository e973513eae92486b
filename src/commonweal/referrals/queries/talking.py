"""Who takes part in the thread of a referral: those who send it, and those who answer where it went."""

from typing import Literal
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.referrals.queries.row import Row
from commonweal.referrals.queries.rows import hands, sender_told

Side = Literal["sender", "receiver"]


def thread_readers(row: Row) -> dict[UUID, Side]:
    """Accounts whose role has a page for the thread, by their side; who may read it is the gate's to say.

    Where the sender may not be told how it stands, no side calls the other by name: a ring would tell.
    """
    senders: dict[UUID, Side] = dict.fromkeys(agencies.able_to("send_referrals", row.from_agency), "sender")
    if row.is_withheld:
        return senders
    answering = agencies.able_to("answer_referrals", row.to_agency) if row.to_agency else ()
    receivers: dict[UUID, Side] = dict.fromkeys(answering, "receiver")
    return receivers if row.guard and sender_told(row.id) is None else receivers | senders


def thread_told(row: Row) -> dict[UUID, Side]:
    """Who hears of any message: whoever has answered, or all who may; the sender where they may be told."""
    handled = hands(row.id, "receiver")
    if row.to_agency and not handled:
        handled = list(agencies.able_to("answer_referrals", row.to_agency))
    told: dict[UUID, Side] = dict.fromkeys(handled, "receiver")
    sender = sender_told(row.id)
    return told | ({sender: "sender"} if sender else {})
