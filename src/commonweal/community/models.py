"""The resident's voice and what was done with it: feedback, replies, meetings, commitments, figures."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base

KINDS = ("Alert", "Update", "Cancel")
MARGINS = ("age", "area", "language")
STATES = ("draft", "approved", "issued", "updated", "cancelled", "dropped")  # of an alert


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
        "operational": "agency source state receipt_hash received_at withheld_reason age area",
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
    age = models.CharField(max_length=60, blank=True, help_text="Only ever counted; shown beside no answer")
    area = models.CharField(max_length=60, blank=True, help_text="Only ever counted; shown beside no answer")
    receipt_hash = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, default="new", choices=[(s, s) for s in ("new", "answered", "withheld")]
    )
    withheld_reason = models.CharField(max_length=120, blank=True)


class Population(Base):
    """How many people live here by age, area or language: what answers are held against, and weighted to."""

    labels: ClassVar[dict[str, str]] = {
        "public": "margin value value_es people source year",
        "operational": "by",
    }

    margin = models.CharField(max_length=8, choices=[(m, m) for m in MARGINS])
    value = models.CharField(max_length=60)
    value_es = models.CharField(max_length=60, blank=True)
    people = models.PositiveIntegerField()
    source = models.CharField(max_length=160)
    year = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["margin", "value"], name="population_value_once")]


class WorkerView(Base):
    """How a worker sees the response, once a quarter. Neither who nor when: the quarter and the work done."""

    labels: ClassVar[dict[str, str]] = {"operational": "quarter work fitting safety partners"}

    quarter = models.DateField(help_text="Its first day")
    work = models.CharField(max_length=16)
    fitting = models.PositiveSmallIntegerField(null=True)
    safety = models.PositiveSmallIntegerField(null=True)
    partners = models.PositiveSmallIntegerField(null=True)


class WorkerAnswered(Base):
    """That an account has answered in a quarter: so that nobody answers twice. It leads to no answer."""

    labels: ClassVar[dict[str, str]] = {"operational": "account quarter"}

    account = models.UUIDField()
    quarter = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "quarter"], name="worker_answers_once")]


class Theme(Base):
    """What many speak of, named by a person: an answer that uses one of its words is counted for it."""

    labels: ClassVar[dict[str, str]] = {"public": "name_en name_es words", "operational": "by is_dropped"}

    name_en = models.CharField(max_length=80)
    name_es = models.CharField(max_length=80)
    words = models.JSONField(default=list, help_text="Lower case, without accents; * stands for any ending")
    is_dropped = models.BooleanField(default=False)
    by = models.CharField(max_length=64)


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
        "public": "code month cell number definition_en definition_es faults published_on revised_on "
        "withdrawn_on",
        "operational": "by last_told",
    }

    code = models.CharField(max_length=48)
    month = models.DateField()
    cell = models.CharField(max_length=80)
    number = models.IntegerField(null=True, help_text="Empty where withheld as too small")
    definition_en = models.CharField(max_length=300)
    definition_es = models.CharField(max_length=300, blank=True)
    faults = models.IntegerField(
        null=True, help_text="Faults of the records, known and open then; empty where nobody had looked"
    )
    last_told = models.IntegerField(null=True, help_text="The number that was public last, if any was")
    published_on = models.DateField(null=True)
    revised_on = models.DateField(null=True, help_text="When it was counted anew while it stood")
    withdrawn_on = models.DateField(null=True, help_text="When it was taken off the public page")
    by = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "month", "cell"], name="figure_once")]


class Alert(Base):
    """A message to everybody (OASIS CAP 1.2): what, where, until when, what to do; it names nobody.

    Of two people: one drafts, another approves. A message that was sent is never changed: another updates or
    cancels it. Codes are those of the standard.
    """

    labels: ClassVar[dict[str, str]] = {
        "public": "kind status category response urgency severity certainty event_en event_es headline_en "
        "headline_es description_en description_es instruction_en instruction_es area_en area_es outline lat "
        "lon km onset expires web contact sent_at",
        "operational": "agency follows state drafted_by approved_by approved_at ended_at origin",
    }

    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, default="Alert", choices=[(k, k) for k in KINDS])
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    status = models.CharField(max_length=8, choices=[(s, s) for s in ("Actual", "Exercise", "Test")])
    state = models.CharField(max_length=9, default="draft", choices=[(s, s) for s in STATES])
    category = models.CharField(max_length=9)
    response = models.CharField(max_length=8)
    urgency = models.CharField(max_length=9)
    severity = models.CharField(max_length=8)
    certainty = models.CharField(max_length=8)
    event_en = models.CharField(max_length=80)
    event_es = models.CharField(max_length=80, blank=True)
    headline_en = models.CharField(max_length=160)
    headline_es = models.CharField(max_length=160, blank=True)
    description_en = models.CharField(max_length=2000, blank=True)
    description_es = models.CharField(max_length=2000, blank=True)
    instruction_en = models.CharField(max_length=2000, blank=True)
    instruction_es = models.CharField(max_length=2000, blank=True)
    area_en = models.CharField(max_length=300, blank=True)
    area_es = models.CharField(max_length=300, blank=True)
    outline = models.JSONField(default=list, help_text="[lat, lon] of a closed ring; empty for none")
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    km = models.FloatField(null=True)
    onset = models.DateTimeField(null=True)
    expires = models.DateTimeField()
    web = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=160, blank=True)
    origin = models.CharField(max_length=400, blank=True, help_text="sender,identifier of what was imported")
    drafted_by = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When another message updated or cancelled it")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by="", approved_at__isnull=True)
                | models.Q(~models.Q(approved_by=""), approved_at__isnull=False),
                name="alert_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("drafted_by")),
                name="alert_approved_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True)
                | models.Q(approved_at__isnull=False)
                | models.Q(kind="Cancel"),
                name="alert_sent_after_approval",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="Alert", follows__isnull=True)
                | models.Q(~models.Q(kind="Alert"), follows__isnull=False),
                name="alert_follows_one",
            ),
        ]
