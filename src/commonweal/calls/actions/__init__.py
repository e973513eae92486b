"""Verbs of this room: a call comes in, is triaged, met by units, and ends; protocols; past calls."""

from commonweal.calls.actions.downtime import (
    DRILL_STEPS,
    attach_pack,
    begin_drill,
    end_drill,
    note_file,
    note_step,
    note_try,
    open_pack,
    plan_downtime,
    remove_pack,
)
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
from commonweal.calls.actions.paper import (
    Moments,
    Written,
    claim_sheet,
    enter_paper_call,
    practise_sheet,
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
    "DRILL_STEPS", "NEEDS", "TIERS", "Advice", "CallRecord", "Caller", "Moments", "Outcome", "Protocol",
    "Step", "Where", "Written", "adopt_protocol", "answer", "approve_protocol", "attach_pack", "begin_drill",
    "bring_past", "cancel", "claim_sheet", "clear", "describe", "dispatch", "draft_protocol", "end_drill",
    "enter_paper_call", "faults", "identify", "import_calls", "in_words", "load_protocols", "locate",
    "mark", "move", "note", "note_file", "note_step", "note_try", "open_pack", "override", "pick_up",
    "plan_downtime", "practise_sheet", "reassess", "receive", "recode", "recommend", "remove_pack",
    "set_service", "set_status", "settle_transfer", "step", "take_back_status", "transfer", "triage",
    "weigh",
]  # fmt: skip
