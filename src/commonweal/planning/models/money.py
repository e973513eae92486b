"""Nouns of money: where it comes from, what it may be used for, who has which part of it."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base

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
