"""Verbs of this room: a call comes in, is triaged, met by units, and ends; protocols; past calls."""

from commonweal.calls.actions.importing import CallRecord, import_calls
from commonweal.calls.actions.intake import (
    NEEDS,
    Caller,
    Where,
    describe,
    identify,
    locate,
    note,
    pick_up,
    receive,
    settle_transfer,
    transfer,
    weigh,
)
from commonweal.calls.actions.past import bring_past
from commonweal.calls.actions.protocols import (
    adopt_protocol,
    approve_protocol,
    draft_protocol,
    faults,
    load_protocols,
)
from commonweal.calls.actions.sending import (
    cancel,
    clear,
    dispatch,
    mark,
    move,
    recommend,
    set_service,
    set_status,
    take_back_status,
)
from commonweal.calls.actions.triaging import Step, answer, override, reassess, recode, step, triage
from commonweal.calls.recommending import Advice
from commonweal.engines.dispatching import in_words
from commonweal.engines.triage import TIERS, Outcome, Protocol

__all__ = [
    "NEEDS", "TIERS", "Advice", "CallRecord", "Caller", "Outcome", "Protocol", "Step",
    "Where",
    "adopt_protocol", "answer", "approve_protocol", "bring_past", "cancel", "clear", "describe",
    "dispatch", "draft_protocol", "faults", "identify", "import_calls", "in_words", "load_protocols",
    "locate", "mark", "move", "note", "override", "pick_up", "reassess", "receive", "recode",
    "recommend", "set_service", "set_status", "settle_transfer", "step", "take_back_status", "transfer",
    "triage", "weigh",
]  # fmt: skip
