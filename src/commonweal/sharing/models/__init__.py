"""What the gate knows: protected records, ties, agreements, consents, break-glass, the register."""

from commonweal.sharing.models.agreements import Agreement, Clause, Party
from commonweal.sharing.models.consents import Consent
from commonweal.sharing.models.holdings import Holding, Tie
from commonweal.sharing.models.register import Disclosure, Review

__all__ = [
    "Agreement", "Clause", "Consent", "Disclosure", "Holding", "Party", "Review", "Tie",
]  # fmt: skip
