"""The register of outreach models, and what is kept of a list: bands, decisions, refusals, objections.

Maps of need keep no table: they are counted afresh from de-identified sets at each question.
"""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base

STATES = ("registered", "active", "disabled", "retired")
BANDS = ("first", "second")
CHOICES = ("offer", "reached", "not_now", "declined")
VISITS = frozenset({"offer", "reached"})


class OutreachModel(Base):
    """One ranking: what for, by whose agreement, on what features, how it did, and whether it may be used."""

    labels: ClassVar[dict[str, str]] = {
        "public": "name label purpose features card state disabled_why is_synthetic activated_at",
        "operational": "agreement fitted agency waiver",
        "staff": "registered_by activated_by",
    }

    name = models.CharField(max_length=120, unique=True)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey("sharing.Agreement", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=40)
    purpose = models.CharField(max_length=32)
    features = models.JSONField(default=list)
    fitted = models.JSONField(default=dict)
    card = models.JSONField(default=dict, help_text="What the report said: precision, calibration, groups")
    waiver = models.JSONField(default=dict)
    is_synthetic = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default="registered", choices=[(s, s) for s in STATES])
    disabled_why = models.CharField(max_length=200, blank=True)
    registered_by = models.CharField(max_length=64)
    activated_by = models.CharField(max_length=64, blank=True)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outreach_activated_by_another",
                condition=models.Q(activated_by="") | ~models.Q(activated_by=models.F("registered_by")),
            )
        ]


class Standing(Base):
    """Where somebody stands on a list: a band and its reasons, for a while. Never a raw score."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "model person agency consent expires_at",
        "mh_assessment.risk_level": "band reasons",
    }

    model = models.ForeignKey(OutreachModel, on_delete=models.CASCADE, related_name="standings")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    consent = models.UUIDField(help_text="The consent it rests on")
    band = models.CharField(max_length=8, choices=[(b, b) for b in BANDS])
    reasons = models.JSONField(default=list, help_text="Codes of features that raised it")
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "person"], name="standing_once")]


class OutreachDecision(Base):
    """What a named clinician decided, and why."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "person agency choice by",
        "mh_assessment.assessment_notes": "reason",
    }

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=12, choices=[(c, c) for c in CHOICES])
    by = models.CharField(max_length=64)
    reason = models.TextField()


class OptOut(Base):
    """Somebody does not want to be on any list; nothing else is kept of them here."""

    labels: ClassVar[dict[str, str]] = {"operational": "person by ended_at"}

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)


class Objection(Base):
    """What somebody says against being listed, and the answer; until then they are on no list."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "person answered_at answered_by",
        "mh_assessment.assessment_notes": "text answer",
    }

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
