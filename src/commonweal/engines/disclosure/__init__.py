"""May this role see these fields for this purpose? A Permit or a Refusal, with reasons and duties."""

from commonweal.engines.disclosure.decision import decide
from commonweal.engines.disclosure.facts import Facts
from commonweal.engines.disclosure.language import PolicyError
from commonweal.engines.disclosure.policy import Policy
from commonweal.engines.disclosure.question import Clause, Consent, Question
from commonweal.engines.disclosure.trials import Failure, Trial, failures, read_trials
from commonweal.engines.disclosure.verdict import NOT_FOUND, Forged, Permit, Refusal

__all__ = [
    "NOT_FOUND",
    "Clause",
    "Consent",
    "Facts",
    "Failure",
    "Forged",
    "Permit",
    "Policy",
    "PolicyError",
    "Question",
    "Refusal",
    "Trial",
    "decide",
    "failures",
    "read_trials",
]
