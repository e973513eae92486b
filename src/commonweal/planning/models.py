"""Nouns of this room: where money comes from and what for, and proposed changes to who is on duty when."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base

STATES = "proposed approved rejected withdrawn".split()
SOURCE_KINDS = "general_fund grant opioid_settlement medicaid fee donation".split()


class FundingSource(Base):
    """Money with its conditions: from whom, for which kinds of unit, in which days."""

    labels: ClassVar[dict[str, str]] = {"public": "name kind restriction unit_kinds starts ends amount"}

    name = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=24, choices=[(k, k) for k in SOURCE_KINDS])
    restriction = models.CharField(max_length=300, blank=True, help_text="What it may be used for, in words")
    unit_kinds = models.JSONField(default=list, help_text="Kinds of unit it may pay for; empty for any")
    starts = models.DateField()
    ends = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="source_ends_after_start", condition=models.Q(ends__gte=models.F("starts"))
            ),
            models.CheckConstraint(name="source_is_not_negative", condition=models.Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name


class BudgetLine(Base):
    """A part of a source set aside for one agency's units of some kinds."""

    labels: ClassVar[dict[str, str]] = {"public": "agency source name amount unit_kinds"}

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(max_length=160)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    unit_kinds = models.JSONField(default=list, help_text="Kinds of unit whose hours it pays; empty for any")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="line_once_per_agency")]

    def __str__(self) -> str:
        return self.name


class Plan(Base):
    """A proposed move of a unit's shift, what trying it showed, and who decided."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "title agency unit old_starts old_ends new_starts new_ends weeks line cost result "
        "state by decided_by decided_at reason",
    }

    title = models.CharField(max_length=160)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("agencies.Unit", on_delete=models.PROTECT, related_name="+")
    old_starts = models.DateTimeField()
    old_ends = models.DateTimeField()
    new_starts = models.DateTimeField()
    new_ends = models.DateTimeField()
    weeks = models.PositiveSmallIntegerField(default=1)
    line = models.ForeignKey(BudgetLine, null=True, on_delete=models.PROTECT, related_name="plans")
    cost = models.DecimalField(max_digits=10, decimal_places=2, help_text="More than the roster now, or less")
    result = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="proposed", choices=[(s, s) for s in STATES])
    by = models.CharField(max_length=64)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_ends_after_start", condition=models.Q(new_ends__gt=models.F("new_starts"))
            ),
            models.CheckConstraint(
                name="plan_decided_by_another",
                condition=~models.Q(decided_by=models.F("by")) | models.Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="plan_decided_when",
                condition=models.Q(state="proposed", decided_at__isnull=True)
                | (~models.Q(state="proposed") & models.Q(decided_at__isnull=False)),
            ),
        ]


class Scenario(Base):
    """A present roster changed by plain controls: a planner's own until shared; decides nothing."""

    labels: ClassVar[dict[str, str]] = {"operational": "name agency kind changes is_shared by played"}

    name = models.CharField(max_length=120)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, help_text="The kind of unit whose roster it changes")
    changes = models.JSONField(default=dict, help_text="By call sign: teams, later, longer, base")
    is_shared = models.BooleanField(default=False)
    by = models.CharField(max_length=64)
    played = models.JSONField(default=dict, help_text="What the last simulation of it showed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "agency", "kind", "name"], name="scenario_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
