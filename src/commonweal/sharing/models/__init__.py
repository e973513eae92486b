"""What the gate knows: protected records, ties, agreements, consents, break-glass, the register."""

from commonweal.sharing.models.agreements import Agreement, Clause, Measure, Party
from commonweal.sharing.models.chri import Dissemination, Onward
from commonweal.sharing.models.consents import Consent, Outsider
from commonweal.sharing.models.glass import Opening
from commonweal.sharing.models.holdings import Holding, Tie
from commonweal.sharing.models.policies import SitePolicy
from commonweal.sharing.models.register import Disclosure, Review
from commonweal.sharing.models.requests import (
    LegalHold,
    Letter,
    Redaction,
    Representative,
    Request,
    Statement,
    Step,
)
from commonweal.sharing.models.sealing_orders import SealingOrder
from commonweal.sharing.models.suspensions import Suspension
from commonweal.sharing.models.watching import Closeness, LookUp, PublicInterest, Remark

__all__ = [
    "Agreement",
    "Clause",
    "Closeness",
    "Consent",
    "Disclosure",
    "Dissemination",
    "Holding",
    "LegalHold",
    "Letter",
    "LookUp",
    "Measure",
    "Onward",
    "Opening",
    "Outsider",
    "Party",
    "PublicInterest",
    "Redaction",
    "Remark",
    "Representative",
    "Request",
    "Review",
    "SealingOrder",
    "SitePolicy",
    "Statement",
    "Step",
    "Suspension",
    "Tie",
]
