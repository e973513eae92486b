"""Break-glass: what one worker opened of one person, for how long, and on whose word."""

from typing import ClassVar

from django.db import models

from commonweal.kernel import clock
from commonweal.kernel.models import Base


class Opening(Base):
    """One breaking of the glass: one worker, one person, a reason, a short time; always reviewed.

    `until` is the end that the policy sets; one that opened nothing ends where it began.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "account agency person call code danger cannot_consent categories until ended_at "
        "ended_by review",
        "staff": "reason",
    }

    account = models.UUIDField(db_index=True)
    agency = models.UUIDField(null=True)
    person = models.UUIDField()
    call = models.UUIDField(null=True)
    code = models.CharField(max_length=24)
    danger = models.CharField(max_length=24)
    reason = models.TextField()
    cannot_consent = models.BooleanField(default=False)
    categories = models.JSONField(default=list)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    review = models.OneToOneField("sharing.Review", on_delete=models.PROTECT, related_name="opening")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_by="")),
                name="opening_ended_by_somebody",
            )
        ]

    @property
    def is_in_force(self) -> bool:
        """Whether it still opens anything."""
        return self.ended_at is None and self.until > clock.now()
