"""The resident's voice and what was done with it: feedback, replies, meetings, commitments, figures."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class FeedbackToken(Base):
    """A card handed over at an encounter: it opens one answer form and names nobody.

    Only the hash is kept, and only the agency and month of the encounter: an answer cannot be traced
    to a person, by design.
    """

    labels: ClassVar[dict[str, str]] = {"operational": "token_hash agency month expires_at used_at"}

    token_hash = models.CharField(max_length=64, unique=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Feedback(Base):
    """How it went, in the words of whoever wrote it. A receipt code lets the writer read the reply."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency source state receipt_hash received_at withheld_reason",
        "public": "respect safety helped language topic",
        "encounter_narrative.narrative": "text",
    }

    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=16, choices=[(s, s) for s in ("card", "web", "paper", "phone")])
    respect = models.PositiveSmallIntegerField(null=True)
    safety = models.PositiveSmallIntegerField(null=True)
    helped = models.PositiveSmallIntegerField(null=True)
    topic = models.CharField(max_length=32, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    receipt_hash = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, default="new", choices=[(s, s) for s in ("new", "answered", "withheld")]
    )
    withheld_reason = models.CharField(max_length=120, blank=True)


class Reply(Base):
    """What the agency answered, and what was done; public where it names nobody."""

    labels: ClassVar[dict[str, str]] = {
        "public": "text done_by_date is_public said",
        "operational": "feedback by",
    }

    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="replies")
    by = models.CharField(max_length=64)
    said = models.CharField(
        max_length=300, blank=True, help_text="The concern in general words, for the public page"
    )
    text = models.TextField()
    done_by_date = models.DateField(null=True)
    is_public = models.BooleanField(default=False)


class Meeting(Base):
    """An open meeting, with its minutes."""

    labels: ClassVar[dict[str, str]] = {
        "public": "title_en title_es starts place minutes online",
        "operational": "by",
    }

    title_en = models.CharField(max_length=160)
    title_es = models.CharField(max_length=160, blank=True)
    starts = models.DateTimeField()
    place = models.CharField(max_length=160)
    online = models.URLField(blank=True)
    minutes = models.TextField(blank=True)
    by = models.CharField(max_length=64)


class Commitment(Base):
    """Something promised to residents, with a day and an owner."""

    labels: ClassVar[dict[str, str]] = {
        "public": "text_en text_es owner due kept_at outcome",
        "operational": "meeting by",
    }

    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="commitments")
    text_en = models.CharField(max_length=300)
    text_es = models.CharField(max_length=300, blank=True)
    owner = models.CharField(max_length=120)
    due = models.DateField()
    kept_at = models.DateField(null=True)
    outcome = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=64)


class Figure(Base):
    """A count released to the public under the gate's totals rule, with its definition."""

    labels: ClassVar[dict[str, str]] = {
        "public": "code month cell number definition_en definition_es",
        "operational": "by",
    }

    code = models.CharField(max_length=48)
    month = models.DateField()
    cell = models.CharField(max_length=80)
    number = models.IntegerField(null=True, help_text="Empty where withheld as 1 to 10")
    definition_en = models.CharField(max_length=300)
    definition_es = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "month", "cell"], name="figure_once")]
