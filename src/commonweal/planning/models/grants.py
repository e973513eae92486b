"""Nouns of grants: what a funder asks for and by when, from the application to the last report."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base
from commonweal.planning.models.money import FundingSource

GRANT_STATES = "preparing applied awarded declined closed".split()
ITEM_KINDS = "application condition deliverable report".split()


class Grant(Base):
    """Money asked of a funder: what for, how much, and where it stands. Awarded, it is a funding source."""

    labels: ClassVar[dict[str, str]] = {
        "public": "name funder reference restriction unit_kinds starts ends amount source",
        "operational": "state by",
    }

    name = models.CharField(max_length=160, unique=True)
    funder = models.CharField(max_length=160)
    reference = models.CharField(max_length=60, blank=True)
    restriction = models.CharField(max_length=300, blank=True, help_text="What it may be used for, in words")
    unit_kinds = models.JSONField(default=list, help_text="Kinds of unit it may pay for; empty for any")
    starts = models.DateField()
    ends = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    state = models.CharField(max_length=12, default="preparing", choices=[(s, s) for s in GRANT_STATES])
    source = models.OneToOneField(FundingSource, null=True, on_delete=models.PROTECT, related_name="grant")
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_ends_after_start", condition=models.Q(ends__gte=models.F("starts"))
            ),
            models.CheckConstraint(
                name="grant_awarded_has_source",
                condition=models.Q(state__in=["awarded", "closed"], source__isnull=False)
                | (~models.Q(state__in=["awarded", "closed"]) & models.Q(source__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GrantItem(Base):
    """Something a funder asks for: a paper of the application, a condition, a deliverable, a report.

    A deliverable may be held against a metric of evaluation and its target; a report tells of the days from
    `starts` to `ends`. `filed` keeps the figures as they were sent.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "grant kind text due metric target starts ends done_at done_by note filed form",
    }

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=12, choices=[(k, k) for k in ITEM_KINDS])
    text = models.CharField(max_length=300)
    due = models.DateField(null=True)
    metric = models.CharField(max_length=64, blank=True)
    target = models.FloatField(null=True, help_text="As the metric is shown: per cent or minutes")
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=300, blank=True)
    filed = models.JSONField(default=dict)
    form = models.CharField(max_length=40, blank=True, help_text="The form (packs/funders) of a report")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_item_done_by_somebody",
                condition=models.Q(done_at__isnull=True, done_by="")
                | (models.Q(done_at__isnull=False) & ~models.Q(done_by="")),
            ),
            models.CheckConstraint(
                name="grant_report_has_days",
                condition=~models.Q(kind="report") | models.Q(starts__isnull=False, ends__isnull=False),
            ),
        ]


class GrantAnswer(Base):
    """A question of a funder's form that somebody answered by hand, and when; `note` says why."""

    labels: ClassVar[dict[str, str]] = {"operational": "item question text note by at"}

    item = models.ForeignKey(GrantItem, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    text = models.TextField(max_length=2000)
    note = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "question"], name="grant_question_answered_once")
        ]
