"""Posts of capacity: appended, never changed."""

from typing import ClassVar

from django.db import models

from commonweal.directory.models.places import Service
from commonweal.kernel import clock
from commonweal.kernel.models import Base

SOURCES = ("provider", "phone", "import", "accepted", "declined", "missed", "arrived")


class CapacityPost(Base):
    """How much room there was at one moment, who said so, and how they knew.

    `source`: the provider posted it; a worker telephoned; a file said so; a referral was accepted (one
    place fewer) or declined for want of room. `cause` names that referral, once; `agreed` says whether the
    post before it had said so. Somebody who was accepted and did not come leaves their place (`missed`);
    somebody for whom one was held takes it by coming (`arrived`).
    """

    labels: ClassVar[dict[str, str]] = {
        "public": "available waiting is_open note at source",
        "operational": "service by agency cause agreed filed_for",
    }

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="posts")
    at = models.DateTimeField(default=clock.now)
    available = models.PositiveIntegerField(null=True, blank=True)
    waiting = models.PositiveIntegerField(null=True, blank=True)
    is_open = models.BooleanField(default=True, help_text="Takes referrals at all just now")
    note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=12, default="provider", choices=[(s, s) for s in SOURCES])
    by = models.CharField(max_length=64)
    agency = models.UUIDField(null=True, blank=True)
    cause = models.UUIDField(null=True, blank=True)
    filed_for = models.UUIDField(null=True, blank=True, help_text="The merged entry it was posted for")
    agreed = models.BooleanField(null=True, blank=True, help_text="The post before it had said so")

    class Meta:
        indexes = [models.Index(fields=["service", "-at"], name="capacity_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "cause"],
                condition=models.Q(cause__isnull=False),
                name="capacity_cause_once",
            )
        ]
