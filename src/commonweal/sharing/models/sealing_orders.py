"""Orders of a court that sealed or expunged records: which order, never which words."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class SealingOrder(Base):
    """One order as it was carried out: whose it is, its number and day, and how many records it closed."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "scope subject ordered_on is_expunged records set_by",
        "staff": "court number",
    }
    SCOPES: ClassVar[tuple[str, ...]] = ("record", "call", "encounter", "referral", "case")

    scope = models.CharField(max_length=16, choices=[(s, s) for s in SCOPES])
    subject = models.UUIDField()
    court = models.CharField(max_length=120)
    number = models.CharField(max_length=60)
    ordered_on = models.DateField()
    is_expunged = models.BooleanField(default=False)
    records = models.PositiveIntegerField()
    set_by = models.CharField(max_length=64)
