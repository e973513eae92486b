"""Early signs: the site's rules in versions that two people made, and what they saw on a case."""

from typing import ClassVar

from django.db import models

from commonweal.cases.models.care import Case
from commonweal.kernel.models import Base


class SignRules(Base):
    """One version of the rules; in force is the one approved last. A draft changes, the others never do."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "number rules why state drafted_by approved_by approved_at"
    }
    STATES: ClassVar[tuple[str, ...]] = ("draft", "approved", "withdrawn")

    number = models.PositiveIntegerField(unique=True)
    rules = models.JSONField(default=list, help_text="In the form of engines.needs.Rule")
    why = models.CharField(max_length=400)
    state = models.CharField(max_length=12, default="draft", choices=[(s, s) for s in STATES])
    drafted_by = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="sign_rules_two_people", condition=~models.Q(approved_by=models.F("drafted_by"))
            ),
            models.CheckConstraint(
                name="sign_rules_approved_by_whom",
                condition=models.Q(state="approved", approved_at__isnull=False) & ~models.Q(approved_by="")
                | ~models.Q(state="approved") & models.Q(approved_by="", approved_at__isnull=True),
            ),
        ]


class Sign(Base):
    """What a rule saw on a case, by ids of records, until a worker answers or it no longer holds."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "case rule version said evidence seen_at answer answered_at answered_by",
        "case_plan.plan_notes": "because",
    }
    ANSWERS: ClassVar[tuple[str, ...]] = ("acted", "not_needed", "passed")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="signs")
    rule = models.CharField(max_length=40)
    version = models.PositiveIntegerField(help_text="Number of the rules; 0 for those that ship")
    said = models.JSONField(help_text="The rule as it stood, so that the reason stays the one that was told")
    evidence = models.JSONField(help_text="[kind, id, moment] of what it stands on")
    seen_at = models.DateTimeField()
    answer = models.CharField(max_length=12, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)
    because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "rule"], condition=models.Q(answered_at__isnull=True), name="sign_open_once"
            ),
            models.CheckConstraint(
                name="sign_answered_how",
                condition=models.Q(answered_at__isnull=True, answer="", answered_by="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="") & ~models.Q(answered_by="")),
            ),
            models.CheckConstraint(
                name="sign_not_needed_because",
                condition=~models.Q(answer="not_needed") | ~models.Q(because=""),
            ),
        ]
