"""What a team found and did, recorded once; three readers see three views of it."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from commonweal.kernel.models import Base


class Encounter(Base):
    """One meeting with one person: at most twenty required fields, narrative split as it is written.

    `narrative` is the police part, `clinical_impression` the clinical part, behaviours, needs and
    disposition the shared part (policy.md: redacting free text afterwards leaks).
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "call person agency clinical_agency opened_by team started_at ended_at closed_at "
        "follow_up_due state "
        "version contact_type consent_to_talk language",
        "encounter_narrative.behaviours_observed": "presenting_needs behaviours risks techniques shared_note",
        "encounter_narrative.force_used": "force injured",
        "encounter_narrative.narrative": "narrative arrest_criteria arrest_made",
        "encounter_narrative.clinical_impression": "clinical_impression",
        "encounter_narrative.disposition": "disposition hold hold_basis transport destination "
        "services_offered services_declined",
    }

    call = models.ForeignKey("calls.Call", null=True, on_delete=models.PROTECT, related_name="encounters")
    person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="encounters"
    )
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    clinical_agency = models.ForeignKey(
        "agencies.Agency",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose regime the clinical part stands under",
    )
    opened_by = models.UUIDField()
    team = models.JSONField(default=list, help_text="Account ids and roles of those present")
    state = models.CharField(max_length=8, default="open", choices=[(s, s) for s in ("open", "closed")])
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    contact_type = models.CharField(max_length=24, blank=True)
    consent_to_talk = models.BooleanField(null=True)
    language = models.CharField(max_length=24, blank=True)
    presenting_needs = models.JSONField(default=list)
    behaviours = models.JSONField(default=list)
    risks = models.JSONField(default=list)
    techniques = models.JSONField(default=list)
    force = models.CharField(max_length=24, blank=True)
    injured = models.JSONField(default=list)
    arrest_criteria = models.BooleanField(null=True)
    arrest_made = models.BooleanField(null=True)
    hold = models.CharField(max_length=16, blank=True)
    hold_basis = models.CharField(max_length=80, blank=True)
    transport = models.CharField(max_length=24, blank=True)
    destination = models.CharField(max_length=120, blank=True)
    services_offered = models.JSONField(default=list)
    services_declined = models.JSONField(default=list)
    disposition = models.CharField(max_length=24, blank=True)
    narrative = models.TextField(blank=True)
    clinical_impression = models.TextField(blank=True)
    shared_note = models.TextField(blank=True)
    follow_up_due = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["started_at"], name="encounter_started")]
        constraints = [
            models.CheckConstraint(
                name="encounter_closed_when",
                condition=models.Q(state="closed", closed_at__isnull=False)
                | models.Q(state="open", closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="encounter_ends_after_start",
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
            ),
        ]

    @property
    def incident(self) -> UUID:
        """What its records stand under: the call, or for a contact without one the encounter itself."""
        return self.call_id or self.id


class Amendment(Base):
    """What stood before a change made after closing; the reason is required."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "encounter by fields",
        "staff": "reason",
        "encounter_narrative.narrative": "before",
    }

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="amendments")
    by = models.CharField(max_length=64)
    reason = models.CharField(max_length=200)
    fields = models.JSONField(default=list)
    before = models.JSONField(default=dict)


class Assessment(Base):
    """One screener or risk rating, kept under the clinician's own agency and regime."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "encounter person agency by instrument at",
        "mh_assessment.assessment_notes": "answers score band note",
        "mh_assessment.risk_level": "risk_level urgent",
        "mh_assessment.medications": "medications",
        "mh_assessment.diagnosis": "diagnosis",
    }

    encounter = models.ForeignKey(Encounter, null=True, on_delete=models.PROTECT, related_name="assessments")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    instrument = models.CharField(max_length=24)
    answers = models.JSONField(default=dict)
    score = models.IntegerField(null=True)
    band = models.CharField(max_length=40, blank=True)
    risk_level = models.CharField(max_length=24, blank=True)
    urgent = models.BooleanField(default=False)
    medications = models.CharField(max_length=300, blank=True)
    diagnosis = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)


class FollowUp(Base):
    """A post-crisis contact: due, tried, made."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "encounter due_at at by reached way",
        "encounter_narrative.disposition": "outcome",
    }

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="follow_ups")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    way = models.CharField(max_length=16, choices=[(w, w) for w in ("visit", "phone", "text", "letter")])
    reached = models.BooleanField()
    outcome = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(null=True, help_text="When the next contact is due, if one is")
