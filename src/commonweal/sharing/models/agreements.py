"""Inter-agency agreements: versions, parties and signatures, clauses, accountability measures."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Agreement(Base):
    """One version of an inter-agency agreement; its clauses compile to grants.

    A draft changes; from the last signature on it never does: a new version supersedes it. `signed` waits
    for its first day.
    """

    labels: ClassVar[dict[str, str]] = {
        "public": "title kind text language starts ends is_public version",
        "operational": "supersedes state template review_on review_reminded_at",
    }
    KINDS: ClassVar[tuple[str, ...]] = ("mou", "data_sharing", "qsoa", "baa", "task_force_charter")
    STATES: ClassVar[tuple[str, ...]] = ("draft", "signed", "in_force", "ended")

    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=24, choices=[(k, k) for k in KINDS])
    text = models.TextField()
    language = models.CharField(max_length=8, default="en")
    template = models.CharField(max_length=40, blank=True, help_text="The pack it was drafted from")
    starts = models.DateField()
    ends = models.DateField()
    review_on = models.DateField(null=True)
    review_reminded_at = models.DateTimeField(null=True)
    is_public = models.BooleanField(default=True, help_text="False as soon as one party keeps it private")
    version = models.PositiveIntegerField(default=1)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="successors")
    state = models.CharField(max_length=12, default="draft", choices=[(s, s) for s in STATES])


class Party(Base):
    """One agency that signs an agreement; `digest` is SHA-256 of exactly what was signed."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agreement agency signed_by digest agrees_public voided_at",
        "public": "signed_at",
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    signed_by = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    agrees_public = models.BooleanField(null=True, help_text="Said at signing: may the text be published?")
    voided_at = models.DateTimeField(null=True, help_text="A change after the signature took it back")

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
    """One clause in plain words: a grant (these fields, to these roles, for these purposes) or a duty.

    `key` names the same clause in every version. Only a grant has a category.
    """

    labels: ClassVar[dict[str, str]] = {
        "public": "text kind citation category fields roles purposes conditions",
        "operational": "agreement key position",
    }
    KINDS: ClassVar[tuple[str, ...]] = ("grant", "use", "notice", "safeguard", "audit", "breach", "term")

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="clauses")
    key = models.CharField(max_length=48, blank=True)
    kind = models.CharField(max_length=12, default="grant", choices=[(k, k) for k in KINDS])
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    citation = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=32, blank=True)
    fields = models.JSONField(default=list)
    roles = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    conditions = models.JSONField(default=list)

    class Meta:
        ordering = ["position", "created_at"]


class Measure(Base):
    """What a party answers for under an agreement: a target, an owner, a day; then a value with a note."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agreement name target due_on value note recorded_at reminded_at",
        "staff": "owner recorded_by",
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="measures")
    name = models.CharField(max_length=160)
    target = models.CharField(max_length=160)
    owner = models.UUIDField(help_text="The account that records the value")
    due_on = models.DateField(db_index=True)
    value = models.CharField(max_length=160, blank=True)
    note = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "name"]
