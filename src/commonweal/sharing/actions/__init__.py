"""Verbs of this room. `ask` is the one gate through which anything personal is read."""

from commonweal.engines.disclosure import Permit, Refusal
from commonweal.sharing.actions.agreements import draft_agreement, end_agreement, sign_agreement
from commonweal.sharing.actions.consents import record_consent, revoke_consent
from commonweal.sharing.actions.gate import Answer, ask, ask_many, ask_set, ask_totals, permitted
from commonweal.sharing.actions.reviews import OUTCOMES, close_review
from commonweal.sharing.actions.ties import bar, hold, hold_many, hold_past, tie, untie
from commonweal.sharing.circumstances import Circumstances

__all__ = [
    "OUTCOMES",
    "Answer",
    "Circumstances",
    "Permit",
    "Refusal",
    "ask",
    "ask_many",
    "ask_set",
    "ask_totals",
    "bar",
    "close_review",
    "draft_agreement",
    "end_agreement",
    "hold",
    "hold_many",
    "hold_past",
    "permitted",
    "record_consent",
    "revoke_consent",
    "sign_agreement",
    "tie",
    "untie",
]
