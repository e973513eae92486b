"""When the system is away: what a centre keeps ready, packs that left, paper entered later, drills."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base

REASONS = ("asked", "timer", "drill")
PAPER_KINDS = ("call", "encounter", "practice")


class DowntimePlan(Base):
    """How a centre keeps ready for paper: how often a pack is written, for whom, and whom to phone."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency every_minutes keep_hours sheets language tried_at fault",
        "staff": "account contacts",
    }

    agency = models.OneToOneField("agencies.Agency", on_delete=models.CASCADE, related_name="+")
    every_minutes = models.PositiveSmallIntegerField(default=0, help_text="0: only when somebody asks")
    keep_hours = models.PositiveSmallIntegerField(default=12)
    sheets = models.PositiveSmallIntegerField(default=10, help_text="Numbered sheets of each kind in a pack")
    language = models.CharField(max_length=8, default="en")
    account = models.UUIDField(help_text="The supervisor as whom the gate is asked on the timer")
    contacts = models.JSONField(default=list, help_text="[who, number] in the order of the page")
    tried_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True, help_text="Why the timer last wrote none")


class PaperSeries(models.Model):
    """The last paper number of the site in one year: one series for all centres, so that none collides."""

    labels: ClassVar[dict[str, str]] = {"operational": "year last"}

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Pack(Base):
    """One pack that left the system: its numbers, what it held (counts), when it must be destroyed."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency made_by reason language year first last calls withheld expires_at file digest "
        "removed_at removed_by",
    }

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=64)
    reason = models.CharField(max_length=8, choices=[(r, r) for r in REASONS])
    language = models.CharField(max_length=8, default="en")
    year = models.PositiveSmallIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    calls = models.PositiveIntegerField(default=0)
    withheld = models.PositiveIntegerField(default=0, help_text="Open calls that the gate kept out of it")
    expires_at = models.DateTimeField()
    file = models.CharField(max_length=200, blank=True, help_text="Under the instance's downtime folder")
    digest = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["year", "first", "last"], name="pack_numbers")]
        constraints = [
            models.UniqueConstraint(fields=["year", "first"], name="pack_numbers_once"),
            models.CheckConstraint(
                name="pack_numbers_in_order", condition=models.Q(last__gte=models.F("first"))
            ),
        ]


class PaperEntry(Base):
    """One numbered sheet that was entered. `created_at` is the entry, `happened_at` the event.

    The constraint makes a second entry of the same sheet impossible, also by two people at once.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "number kind record pack entered_by",
        "call_facts.time": "happened_at",
    }

    number = models.CharField(max_length=16)
    kind = models.CharField(max_length=10, choices=[(k, k) for k in PAPER_KINDS])
    record = models.UUIDField(null=True, db_index=True, help_text="The call or encounter; none for practice")
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="entries")
    happened_at = models.DateTimeField()
    entered_by = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="paper_number_once")]


class Drill(Base):
    """A practice of working on paper: which steps went well, how long it took, what is to be mended."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency begun_by pack steps ended_at",
        "staff": "findings",
    }

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    begun_by = models.CharField(max_length=64)
    pack = models.ForeignKey(Pack, null=True, on_delete=models.PROTECT, related_name="+")
    steps = models.JSONField(default=dict, help_text="Step to whether it went well and when it was noted")
    findings = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=models.Q(ended_at__isnull=True), name="drill_one_at_a_time"
            )
        ]
