"""Reads of this room. Rows are operational, by opaque id; anything about the person takes permits."""

from commonweal.referrals.pathways import Pathway, Reason, pathways, reasons
from commonweal.referrals.queries.arrivals import Coming, at_the_door, coming, comings, hand_off_minutes
from commonweal.referrals.queries.card import About, about, statuses, timeline
from commonweal.referrals.queries.envelope import Envelope, envelope
from commonweal.referrals.queries.extract import Counted, extract
from commonweal.referrals.queries.loops import Closure, Unmet, closure, unmet
from commonweal.referrals.queries.onward import Agreed, Onwards, onward
from commonweal.referrals.queries.reminders import Call, Past, Reminded, calls_to_make, own_reminder, reminder
from commonweal.referrals.queries.row import Row, Rows
from commonweal.referrals.queries.rows import (
    FOLDERS,
    alive_for,
    counts,
    hands,
    has_open_link,
    inbox,
    linked,
    lock,
    may_take_back,
    of_encounter,
    of_person,
    outbox,
    own_appointments,
    parties_of,
    person_behind,
    row,
    row_of,
    rows_of,
    sender_told,
)
from commonweal.referrals.queries.talking import thread_readers, thread_told
from commonweal.referrals.queries.turns import Turn, turns_of
from commonweal.referrals.states import COMING, MOVES, OUTCOMES, SETTLED, STATES, open_acts

__all__ = [
    "Call", "Past", "Reminded", "calls_to_make", "own_reminder", "reminder",
    "About", "Agreed", "COMING", "Closure", "Coming", "Counted", "Envelope", "FOLDERS", "MOVES",
    "OUTCOMES", "Onwards", "Pathway", "Reason", "Row", "Rows", "SETTLED", "STATES", "Turn", "Unmet", "about",
    "alive_for", "at_the_door", "closure", "coming", "comings", "counts", "envelope", "extract",
    "hand_off_minutes", "hands", "has_open_link", "inbox", "linked", "lock", "may_take_back",
    "of_encounter", "of_person", "onward", "open_acts", "outbox", "own_appointments", "parties_of",
    "pathways", "person_behind", "reasons", "row", "row_of", "rows_of", "sender_told", "statuses",
    "thread_readers", "thread_told", "timeline", "turns_of", "unmet",
]  # fmt: skip
