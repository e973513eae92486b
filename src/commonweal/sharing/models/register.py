"""What was disclosed, and what a privacy officer must look at."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Disclosure(Base):
    """One row of the register: date, recipient, what, purpose, legal basis (45 CFR 164.528)."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "person kind subject category fields purpose account agency source_agency basis "
        "rules line is_accounted is_suspended suspended_until expires_at consent notice opening outsider",
    }

    person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="disclosures"
    )
    kind = models.CharField(max_length=32)
    subject = models.UUIDField()
    category = models.CharField(max_length=32)
    fields = models.JSONField(default=list)
    purpose = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    agency = models.UUIDField(null=True)
    source_agency = models.UUIDField(null=True)
    basis = models.JSONField(default=list)
    rules = models.JSONField(default=list)
    consent = models.UUIDField(null=True)
    notice = models.CharField(max_length=32, blank=True)
    is_accounted = models.BooleanField(default=False)
    is_suspended = models.BooleanField(default=False)
    suspended_until = models.DateTimeField(null=True, help_text="End of the term of 45 CFR 164.528(a)(2)")
    expires_at = models.DateTimeField(null=True)
    opening = models.UUIDField(null=True, help_text="The breaking of the glass that it rests on, if any")
    outsider = models.ForeignKey(
        "sharing.Outsider", null=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who received it, where it left by letter; `account` and `agency` then sent it",
    )  # fmt: skip
    line = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["person", "created_at"], name="register_person")]


class Review(Base):
    """A look-up that a privacy officer must close: break-glass, threat, conflict, an alert."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "why kind subject account agency category purpose closed_at closed_by outcome "
        "day score evidence looks asked_at",
        "staff": "reason note",
    }

    why = models.CharField(max_length=24)
    kind = models.CharField(max_length=32)
    subject = models.UUIDField()
    account = models.CharField(max_length=64)
    agency = models.UUIDField(null=True)
    category = models.CharField(max_length=32)
    purpose = models.CharField(max_length=32)
    reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=24, blank=True)
    note = models.TextField(blank=True)
    day = models.DateField(null=True, help_text="Of the look-ups, where the detector of look-ups found them")
    score = models.FloatField(null=True)
    evidence = models.JSONField(default=list, help_text="Codes of packs/watching.yaml, each with its number")
    looks = models.JSONField(default=list, help_text="Ids of the look-ups behind it")
    asked_at = models.DateTimeField(null=True, help_text="When the worker was asked to explain")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "why", "day"],
                condition=models.Q(day__isnull=False, closed_at__isnull=True),
                name="review_once_a_day",
            )
        ]
