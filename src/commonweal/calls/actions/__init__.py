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
from commonweal.calls.actions.drafting import (
    Said,
    begin_draft,
    drop_case,
    drop_question,
    drop_rule,
    head_draft,
    keep_case,
    put_question,
    put_rule,
    submit_draft,
    withdraw_draft,
)
from commonweal.calls.actions.handing import hand_back, hand_over, receiver_of
from commonweal.calls.actions.importing import CallRecord, close_import, import_calls, take_calls
from commonweal.calls.actions.intake import (
    NEEDS,
    Caller,
    Where,
    describe,
    identify,
    locate,
    note,
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
from commonweal.calls.actions.past import bring_past, bring_past_units
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
from commonweal.calls.actions.transferring import (
    REFUSALS,
    Foreseen,
    answer_transfer,
    foresee,
    offer,
    pick_up,
    read_transfer,
    ring_transfers,
    take_back_transfer,
    take_in,
)
from commonweal.calls.actions.triaging import (
    AnsweredMeanwhile,
    Step,
    answer,
    override,
    reassess,
    recode,
    step,
    triage,
)
from commonweal.calls.recommending import Advice
from commonweal.engines.dispatching import Reason, in_words
from commonweal.engines.triage import TIERS, Outcome, Protocol, Question

__all__ = [
    "DRILL_STEPS", "NEEDS", "REFUSALS", "TIERS", "Advice", "AnsweredMeanwhile", "CallRecord", "Caller",
    "Foreseen", "Moments", "Outcome", "Protocol", "Question", "Reason", "Said", "Step", "Where", "Written",
    "adopt_protocol", "answer", "answer_transfer", "approve_protocol", "attach_pack", "begin_draft",
    "begin_drill", "bring_past", "bring_past_units", "cancel", "claim_sheet", "clear", "close_import",
    "describe", "dispatch",
    "draft_protocol", "drop_case", "drop_question", "drop_rule", "end_drill", "enter_paper_call", "faults",
    "foresee", "hand_back", "hand_over", "head_draft", "identify", "import_calls", "in_words", "keep_case",
    "load_protocols", "locate", "mark", "move", "note", "note_file", "note_step", "note_try", "offer",
    "open_pack", "override", "pick_up", "plan_downtime", "practise_sheet", "put_question", "put_rule",
    "read_transfer", "reassess", "receive", "receiver_of", "recode", "recommend", "remove_pack",
    "ring_transfers",
    "set_service", "set_status", "settle_transfer", "step", "submit_draft", "take_back_status",
    "take_back_transfer", "take_calls", "take_in", "transfer", "triage", "weigh", "withdraw_draft",
]  # fmt: skip
