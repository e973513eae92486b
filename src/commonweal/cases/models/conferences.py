"""A case conference: who is admitted, what is to be spoken of, what was decided, and the minutes."""

from typing import ClassVar

from django.db import models

from commonweal.cases.models.care import Case, Goal, Task
from commonweal.kernel.models import Base


class Conference(Base):
    """A talk of the care team about one case, called by its case manager; held or called off once."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "case at lasts called_by held_at held_by cancelled_at",
        "case_plan.plan_notes": "place minutes",
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="conferences")
    at = models.DateTimeField()
    lasts = models.PositiveSmallIntegerField(help_text="Minutes")
    called_by = models.CharField(max_length=64)
    place = models.CharField(max_length=200, blank=True)
    minutes = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True)
    held_by = models.CharField(max_length=64, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="conference_case")]
        constraints = [
            models.CheckConstraint(
                name="conference_held_or_not",
                condition=models.Q(held_at__isnull=True, held_by="")
                | models.Q(held_at__isnull=False, cancelled_at__isnull=True) & ~models.Q(held_by=""),
            )
        ]


class Admission(Base):
    """A worker of the care team who is admitted to one conference, until they leave."""

    labels: ClassVar[dict[str, str]] = {"operational": "conference account since until"}

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="admissions")
    account = models.UUIDField(db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "account"], condition=models.Q(until__isnull=True),
                name="admission_once",
            )
        ]  # fmt: skip


class AgendaItem(Base):
    """A question to be settled together, of one goal of the person's or of the case as a whole."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "conference case goal asked_by",
        "case_plan.plan_notes": "text",
    }

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="agenda")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(max_length=300)
    asked_by = models.CharField(max_length=64)


class Decision(Base):
    """What was decided: a promise on the plan, and the question it answers."""

    labels: ClassVar[dict[str, str]] = {"operational": "conference item task by"}

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="decisions")
    item = models.ForeignKey(AgendaItem, null=True, on_delete=models.SET_NULL, related_name="decisions")
    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="decision")
    by = models.CharField(max_length=64)
