"""Inter-agency agreements, their parties and clauses."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Agreement(Base):
    """An inter-agency agreement as a structured document; its clauses compile to grants."""

    labels: ClassVar[dict[str, str]] = {
        "public": "title kind text starts ends is_public version",
        "operational": "supersedes state",
    }
    KINDS: ClassVar[tuple[str, ...]] = ("mou", "data_sharing", "qsoa", "baa", "task_force_charter")

    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=24, choices=[(k, k) for k in KINDS])
    text = models.TextField()
    starts = models.DateField()
    ends = models.DateField()
    is_public = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, default="draft", choices=[(s, s) for s in ("draft", "in_force", "ended")]
    )


class Party(Base):
    """One agency that signs an agreement."""

    labels: ClassVar[dict[str, str]] = {"operational": "agreement agency signed_by", "public": "signed_at"}

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    signed_by = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "agency"], name="party_once"),
            models.CheckConstraint(
                name="party_signed_by_whom",
                condition=models.Q(signed_at__isnull=True, signed_by="")
                | models.Q(signed_at__isnull=False) & ~models.Q(signed_by=""),
            ),
        ]


class Clause(Base):
    """One grant in plain words: these fields, to these roles, for these purposes."""

    labels: ClassVar[dict[str, str]] = {
        "public": "text category fields roles purposes conditions",
        "operational": "agreement",
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="clauses")
    text = models.TextField()
    category = models.CharField(max_length=32)
    fields = models.JSONField(default=list)
    roles = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    conditions = models.JSONField(default=list)
