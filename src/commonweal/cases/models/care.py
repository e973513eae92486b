"""A case: the person's own goals, tasks across agencies, contacts, and ratings of need over time."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Case(Base):
    """One stretch of support by one lead agency; it may close and open again, with reasons."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "person agency manager kind state opened_at closed_at close_reason referral "
        "review_due",
        "case_plan.plan_notes": "summary outcome",
        "case_plan.goals": "own_words strengths",
    }
    KINDS: ClassVar[tuple[str, ...]] = ("support", "diversion", "outreach", "hub")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="cases")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    manager = models.UUIDField(null=True)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in KINDS])
    state = models.CharField(max_length=8, default="open", choices=[(s, s) for s in ("open", "closed")])
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=32, blank=True)
    referral = models.ForeignKey(
        "referrals.Referral", null=True, on_delete=models.PROTECT, related_name="cases"
    )
    review_due = models.DateTimeField(null=True)
    summary = models.TextField(blank=True)
    own_words = models.TextField(blank=True, help_text="What the person wants, as they said it")
    strengths = models.TextField(blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "state", "closed_at"], name="case_by_end")]
        constraints = [
            models.CheckConstraint(
                name="case_closed_when_and_why",
                condition=models.Q(state="open", closed_at__isnull=True)
                | models.Q(state="closed", closed_at__isnull=False) & ~models.Q(close_reason=""),
            )
        ]


class Member(Base):
    """A worker of the care team, of any agency, from one day to another."""

    labels: ClassVar[dict[str, str]] = {"operational": "case account part since until"}

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="members")
    account = models.UUIDField()
    part = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)


class Goal(Base):
    """Something the person wants to reach, in their words."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "case domain reached_at dropped_at",
        "case_plan.goals": "text",
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="goals")
    domain = models.CharField(max_length=24, blank=True)
    text = models.CharField(max_length=300)
    reached_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)


class Task(Base):
    """A promised act with an owner and a day."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "case goal owner agency due done_at done_by",
        "case_plan.tasks": "text",
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    goal = models.ForeignKey(Goal, null=True, on_delete=models.SET_NULL, related_name="tasks")
    text = models.CharField(max_length=300)
    owner = models.UUIDField(null=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    due = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=64, blank=True)


class Contact(Base):
    """A talk or visit, made or tried."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "case at by way reached",
        "case_plan.plan_notes": "note",
    }

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    way = models.CharField(max_length=16)
    reached = models.BooleanField()
    note = models.TextField(blank=True)


class NeedsRating(Base):
    """The ten-domain matrix on one day: 1 (in crisis) to 5 (thriving) each."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "case at by",
        "case_plan.plan_notes": "ratings greatest note",
    }

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    ratings = models.JSONField(default=dict)
    greatest = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
