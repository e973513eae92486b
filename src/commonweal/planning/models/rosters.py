"""Nouns of rosters: proposed changes to who is on duty when, scenarios on paper, and their simulations."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base
from commonweal.planning.models.money import BudgetLine

STATES = "proposed approved rejected withdrawn".split()


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


RUN_STATES = "waiting playing done failed stopped".split()
GOING = ("waiting", "playing")


class SimulationRun(Base):
    """One simulation of a scenario that a planner asked for: how far it is, and what came of it.

    `inputs` is the hash of all that went in (rosters, changes, calls, seed): the same again gives the same.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "scenario by changes replications state done of tries inputs started_at beat_at "
        "ended_at fault result",
    }

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="runs")
    by = models.CharField(max_length=64)
    changes = models.JSONField(default=dict, help_text="Of the scenario, when it was asked")
    replications = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, default="waiting", choices=[(s, s) for s in RUN_STATES])
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    inputs = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True, help_text="When the worker last said how far it is")
    ended_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=24, blank=True, help_text="Why it failed, as a code")
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scenario"], condition=models.Q(state__in=GOING), name="one_run_goes_at_a_time"
            ),
            models.CheckConstraint(
                name="run_ends_when_over",
                condition=models.Q(state__in=GOING, ended_at__isnull=True)
                | (~models.Q(state__in=GOING) & models.Q(ended_at__isnull=False)),
            ),
        ]

    @property
    def is_going(self) -> bool:
        """Whether it waits or is played."""
        return self.state in GOING

    @property
    def percent(self) -> int:
        """How far it is."""
        return int(100 * self.done / self.of) if self.of else 0
