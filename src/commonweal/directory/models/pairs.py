"""Two entries that may be one service, and what a person said of them."""

from typing import ClassVar

from django.db import models

from commonweal.directory.models.places import Service
from commonweal.kernel.models import Base

STATES = ("open", "apart", "merged")


class ServicePair(Base):
    """A pair to look at. `apart` is remembered: it is never proposed again, whatever is imported.

    `left` has the smaller id, so that a pair is kept once. `evidence` says what was compared and how it
    came out (field, level); `survivor` is set while they are merged.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "left right score evidence state survivor decided_at decided_by"
    }

    left = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(null=True, help_text="How alike, 0 to 1; empty where a person paired them")
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=8, default="open", choices=[(s, s) for s in STATES])
    survivor = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-score"], name="pair_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="pair_once"),
            models.CheckConstraint(name="pair_in_order", condition=models.Q(left__lt=models.F("right"))),
            models.CheckConstraint(
                name="pair_decided_by_whom",
                condition=models.Q(state="open", decided_at__isnull=True)
                | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="pair_merged_into_one",
                condition=models.Q(state="merged", survivor__isnull=False)
                | (~models.Q(state="merged") & models.Q(survivor__isnull=True)),
            ),
        ]
