"""Verbs of this room. `ask` is the one gate through which anything personal is read."""

from commonweal.engines.disclosure import Permit, Refusal
from commonweal.sharing.actions.agreements import (
    Draft,
    draft,
    draft_agreement,
    draft_version,
    end_agreement,
    publish_agreement,
    revise_agreement,
    settle_agreements,
    sign_agreement,
)
from commonweal.sharing.actions.amending import amend_record, keep_statement, tell_of_amendment
from commonweal.sharing.actions.chri import Recipient, record_onward
from commonweal.sharing.actions.consents import record_consent
from commonweal.sharing.actions.gate import Answer, ask, ask_many, ask_set, ask_totals, permitted
from commonweal.sharing.actions.glass import Plea, break_glass, end_opening
from commonweal.sharing.actions.legal_holds import lift_legal_hold, set_legal_hold
from commonweal.sharing.actions.measures import Target, record_measure, remind_of_agreements, set_measure
from commonweal.sharing.actions.outside import could_tell, name_outsider
from commonweal.sharing.actions.oversight import record_drill, verify_journal
from commonweal.sharing.actions.policies import (
    PolicyDraft,
    approve_policy,
    draft_policy,
    replay_policy,
    revise_policy,
    roll_back_policy,
    withdraw_policy,
)
from commonweal.sharing.actions.redactions import Release, open_public_release, open_release, redact
from commonweal.sharing.actions.replays import replay_agreement
from commonweal.sharing.actions.representatives import (
    Papers,
    end_representative,
    record_representative,
    still_authorized,
)
from commonweal.sharing.actions.requests import (
    Asker,
    answer_request,
    close_request,
    extend_request,
    open_own_request,
    open_public_letters,
    open_request,
    receive_request,
    take_request,
    verify_request,
)
from commonweal.sharing.actions.retention import Applied, apply_retention
from commonweal.sharing.actions.reviews import (
    OUTCOMES,
    ask_explanation,
    close_review,
    explain_look_ups,
)
from commonweal.sharing.actions.sealing import Reconciled, bar, reconcile_seals
from commonweal.sharing.actions.sealing_orders import CourtOrder, carry_out_order
from commonweal.sharing.actions.suspensions import lift_suspension, suspend_accounting
from commonweal.sharing.actions.ties import (
    cut_short,
    hold,
    hold_many,
    hold_past,
    name_parts,
    release,
    tie,
    untie,
)
from commonweal.sharing.actions.watching import (
    mark_public_interest,
    record_closeness,
    unmark_public_interest,
    watch,
)
from commonweal.sharing.actions.withdrawals import revoke_consent, revoke_every_consent
from commonweal.sharing.circumstances import Circumstances
from commonweal.sharing.notices import Notices, accompanied, carried, here

__all__ = [
    "CourtOrder",
    "Applied",
    "Notices",
    "accompanied",
    "carried",
    "here",
    "Reconciled",
    "apply_retention",
    "reconcile_seals",
    "OUTCOMES",
    "Answer",
    "Asker",
    "Circumstances",
    "Draft",
    "Papers",
    "Permit",
    "Plea",
    "PolicyDraft",
    "Recipient",
    "Refusal",
    "Target",
    "answer_request",
    "approve_policy",
    "ask",
    "ask_explanation",
    "ask_many",
    "amend_record",
    "ask_set",
    "tell_of_amendment",
    "ask_totals",
    "bar",
    "break_glass",
    "carry_out_order",
    "close_request",
    "could_tell",
    "cut_short",
    "close_review",
    "draft",
    "draft_agreement",
    "draft_policy",
    "draft_version",
    "end_agreement",
    "end_opening",
    "end_representative",
    "explain_look_ups",
    "extend_request",
    "hold",
    "hold_many",
    "hold_past",
    "keep_statement",
    "lift_legal_hold",
    "lift_suspension",
    "mark_public_interest",
    "open_own_request",
    "open_public_letters",
    "open_request",
    "permitted",
    "publish_agreement",
    "receive_request",
    "record_closeness",
    "record_consent",
    "record_drill",
    "record_measure",
    "record_onward",
    "record_representative",
    "Release",
    "open_public_release",
    "open_release",
    "redact",
    "name_outsider",
    "name_parts",
    "release",
    "remind_of_agreements",
    "replay_agreement",
    "replay_policy",
    "revise_agreement",
    "revise_policy",
    "revoke_consent",
    "revoke_every_consent",
    "roll_back_policy",
    "set_legal_hold",
    "set_measure",
    "settle_agreements",
    "sign_agreement",
    "still_authorized",
    "suspend_accounting",
    "take_request",
    "tie",
    "unmark_public_interest",
    "untie",
    "verify_journal",
    "verify_request",
    "watch",
    "withdraw_policy",
]
