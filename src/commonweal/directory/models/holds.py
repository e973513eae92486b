"""Places held for somebody who is on the way."""

from typing import ClassVar

from django.db import models

from commonweal.directory.models.places import Service
from commonweal.kernel import clock
from commonweal.kernel.models import Base

ENDINGS = ("arrived", "released", "expired")


class PlaceHold(Base):
    """One place kept for one referral (`cause`, an opaque id) until a moment; it then ends by itself.

    It counts against the room that the provider posted while it stands: not ended, and `until` ahead.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "service cause at until by agency extended_at ended_at how filed_for"
    }

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="holds")
    cause = models.UUIDField()
    at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    by = models.CharField(max_length=64)
    agency = models.UUIDField(null=True)
    extended_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    filed_for = models.UUIDField(null=True, blank=True, help_text="The merged entry it was held at")
    how = models.CharField(max_length=8, blank=True, choices=[(e, e) for e in ENDINGS])

    class Meta:
        indexes = [
            models.Index(fields=["service", "until"], name="hold_standing"),
            models.Index(fields=["cause"], name="hold_cause"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cause"], condition=models.Q(ended_at__isnull=True), name="hold_standing_once"
            ),
            models.CheckConstraint(
                name="hold_ended_how",
                condition=models.Q(ended_at__isnull=True, how="")
                | models.Q(ended_at__isnull=False) & ~models.Q(how=""),
            ),
            models.CheckConstraint(name="hold_ahead", condition=models.Q(until__gt=models.F("at"))),
        ]
