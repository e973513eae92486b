"""Diversion: how a participant came, whether they may, charges that wait, and what the work group noted."""

from typing import ClassVar

from django.db import models

from commonweal.cases.models.care import Case
from commonweal.kernel.models import Base


class Diversion(Base):
    """A case of kind diversion. `answers` to the list of what bars, in the version that was asked."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "case door attorney began_at handed_over_at intake_due intake_at list_version "
        "decided_by decided_at",
        "referral_status.status": "state",
        "case_plan.plan_notes": "answers override",
    }

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="diversion")
    door = models.CharField(max_length=24)
    attorney = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, default="referred")
    began_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)
    intake_due = models.DateTimeField()
    intake_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    list_version = models.CharField(max_length=24, blank=True)
    override = models.CharField(max_length=300, blank=True, help_text="Why the policy group said otherwise")
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)


class Charge(Base):
    """A charge of the attorney's office; a held one has an end, which is told before it comes."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "diversion docket state held_until decided_at decided_by warned_at",
        "case_plan.plan_notes": "offence",
    }

    diversion = models.ForeignKey(Diversion, on_delete=models.PROTECT, related_name="charges")
    docket = models.CharField(max_length=40, help_text="The office's own number")
    offence = models.CharField(max_length=200)
    state = models.CharField(max_length=12, default="pending")
    held_until = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    warned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["diversion", "docket"], name="charge_once"),
            models.CheckConstraint(
                name="charge_held_until",
                condition=~models.Q(state="held") | models.Q(held_until__isnull=False),
            ),
        ]


class WorkGroupNote(Base):
    """What the operational work group agreed on; everyone in the diversion reads it."""

    labels: ClassVar[dict[str, str]] = {"operational": "diversion at by", "referral_status.status": "text"}

    diversion = models.ForeignKey(Diversion, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    text = models.CharField(max_length=500)
