"""States of a referral and the acts that move it, as data (domain.md section 7; after Primero)."""

from collections.abc import Mapping
from dataclasses import dataclass

DRAFT, CHECKED, SENT, VIEWED = "draft", "consent_checked", "sent", "viewed"
ACCEPTED, WAITLISTED, DECLINED, INFO = "accepted", "waitlisted", "declined", "info_requested"
SCHEDULED, ATTENDED, NO_SHOW, STARTED = "scheduled", "attended", "no_show", "started"
RESOLVED, PARTLY, UNRESOLVED, CLOSED = "resolved", "partly", "not_resolved", "closed"
WITHDRAWN, EXPIRED, REROUTED = "withdrawn", "expired", "rerouted"

STATES = (
    DRAFT, CHECKED, SENT, VIEWED, ACCEPTED, WAITLISTED, DECLINED, INFO, SCHEDULED, ATTENDED, NO_SHOW, STARTED,
    RESOLVED, PARTLY, UNRESOLVED, CLOSED, WITHDRAWN, EXPIRED, REROUTED,
)  # fmt: skip
OUTCOMES = (RESOLVED, PARTLY, UNRESOLVED)
ENDS = frozenset({CLOSED, WITHDRAWN, REROUTED})
MADE = "made"  # what a sender is told of a guarded referral, whatever its receiver did; stored nowhere
UNSENT = frozenset({DRAFT, CHECKED})
WAITING = frozenset({SENT, VIEWED, INFO})  # for the receiver's answer
CURRENT = frozenset({ACCEPTED, WAITLISTED, SCHEDULED, NO_SHOW, ATTENDED, STARTED})  # in the receiver's hands
COMING = WAITING | {WAITLISTED, ACCEPTED, SCHEDULED, NO_SHOW}  # the person may be on the way
UNMET = frozenset({DECLINED, EXPIRED})  # the sender must choose again
LIVE = tuple(s for s in STATES if s not in ENDS | UNMET)
SETTLED = frozenset(OUTCOMES) | ENDS

SENDER, RECEIVER, PRODUCT = "sender", "receiver", "product"


@dataclass(frozen=True, slots=True)
class Move:
    """One act: the states it may leave, those it may reach, who may do it, and the due time it sets."""

    leaves: frozenset[str]
    reaches: tuple[str, ...]
    parties: frozenset[str]
    due: str = ""


def _move(
    leaves: set[str] | frozenset[str], reaches: str | tuple[str, ...], *parties: str, due: str = ""
) -> Move:
    reached = (reaches,) if isinstance(reaches, str) else reaches
    return Move(frozenset(leaves), reached, frozenset(parties), due)


MOVES: Mapping[str, Move] = {
    "check": _move(UNSENT, CHECKED, SENDER, PRODUCT),
    "send": _move({CHECKED}, SENT, SENDER, PRODUCT, due="answer"),
    "view": _move({SENT}, VIEWED, RECEIVER),
    "ask": _move({SENT, VIEWED, WAITLISTED}, INFO, RECEIVER, due="answer"),
    "inform": _move({INFO}, VIEWED, SENDER, due="answer"),
    "accept": _move(WAITING | {WAITLISTED}, ACCEPTED, RECEIVER, due="arrange"),
    "waitlist": _move(WAITING, WAITLISTED, RECEIVER, due="settle"),
    "decline": _move(WAITING | {WAITLISTED, ACCEPTED}, DECLINED, RECEIVER),
    "schedule": _move({ACCEPTED, SCHEDULED, NO_SHOW}, SCHEDULED, RECEIVER, due="attend"),
    "attend": _move({ACCEPTED, SCHEDULED, NO_SHOW}, ATTENDED, RECEIVER, due="settle"),
    "miss": _move({ACCEPTED, SCHEDULED}, NO_SHOW, RECEIVER, due="arrange"),
    "start": _move({ATTENDED}, STARTED, RECEIVER, due="settle"),
    "settle": _move({ATTENDED, STARTED}, OUTCOMES, RECEIVER, SENDER, due="arrange"),
    "close": _move(frozenset(OUTCOMES) | UNMET | {NO_SHOW}, CLOSED, SENDER, RECEIVER, PRODUCT),
    "withdraw": _move(UNSENT | WAITING | {ACCEPTED, WAITLISTED, SCHEDULED, NO_SHOW}, WITHDRAWN, SENDER),
    "expire": _move(WAITING, EXPIRED, PRODUCT),
    "reroute": _move(UNMET | {NO_SHOW}, REROUTED, SENDER, PRODUCT),
    "undo": _move({ACCEPTED, WAITLISTED, DECLINED}, (SENT, VIEWED, INFO, WAITLISTED), RECEIVER, due="answer"),
}  # fmt: skip
UNDOABLE = frozenset({"accept", "waitlist", "decline"})  # an answer that its giver may take back for a minute


def open_acts(state: str, party: str) -> tuple[str, ...]:
    """Acts that this party may do now, in the order of the table (`undo` is asked for apart)."""
    if state == MADE:
        return ("withdraw",) if party == SENDER else ()
    return tuple(
        act for act, move in MOVES.items() if act != "undo" and state in move.leaves and party in move.parties
    )
