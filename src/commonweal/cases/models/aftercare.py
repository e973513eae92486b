"""Check-ins after support: that the person agreed, whose they are, and what came of each."""

from typing import ClassVar

from django.db import models

from commonweal.cases.models.care import Case
from commonweal.kernel.models import Base


class Aftercare(Base):
    """A person's word that they may be asked how they are, until they take it back. One for a case.

    `account` is whose the check-ins are; empty where any case manager of the agency makes them. `way` is the
    channel that the person chose.
    """

    labels: ClassVar[dict[str, str]] = {"operational": "case account way agreed_at by ended_at ended_by why"}
    ENDS: ClassVar[tuple[str, ...]] = ("withdrawn", "declined", "no_more", "done", "died")

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="aftercare")
    account = models.UUIDField(null=True, db_index=True)
    way = models.CharField(max_length=16)
    agreed_at = models.DateTimeField()
    by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=12, blank=True, choices=[(w, w) for w in ENDS])

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="aftercare_ended_why",
                condition=models.Q(ended_at__isnull=True, ended_by="", why="")
                | models.Q(ended_at__isnull=False) & ~models.Q(ended_by="") & ~models.Q(why=""),
            )
        ]


class Checkup(Base):
    """One check-in: due, tried, and reached or declined; the answers are for who may read the plan."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "aftercare case days due tries tried_at outcome at by",
        "case_plan.plan_notes": "answers said",
    }
    OUTCOMES: ClassVar[tuple[str, ...]] = ("reached", "declined", "dropped")

    aftercare = models.ForeignKey(Aftercare, on_delete=models.CASCADE, related_name="checkups")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="checkups")
    days = models.PositiveSmallIntegerField()
    due = models.DateField()
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, choices=[(o, o) for o in OUTCOMES])
    at = models.DateTimeField(null=True)
    by = models.CharField(max_length=64, blank=True)
    answers = models.JSONField(default=dict)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due"], condition=models.Q(outcome=""), name="checkup_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["aftercare", "days"], condition=models.Q(outcome=""), name="checkup_once"
            ),
            models.CheckConstraint(
                name="checkup_settled_how",
                condition=models.Q(outcome="", at__isnull=True, by="")
                | ~models.Q(outcome="") & models.Q(at__isnull=False) & ~models.Q(by=""),
            ),
        ]
