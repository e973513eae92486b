"""What a team found and did, recorded once; three readers see three views of it; and what phones send."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from commonweal.kernel.attached import Attached
from commonweal.kernel.models import Base


class Encounter(Base):
    """One meeting with one person: at most twenty required fields, narrative split as it is written.

    `narrative` is the police part, `clinical_impression` the clinical part, behaviours, needs and
    disposition the shared part (policy.md: redacting free text afterwards leaks).
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "call person agency clinical_agency opened_by team started_at ended_at closed_at "
        "follow_up_due follow_up_by state written "
        "version contact_type consent_to_talk consent_to_photograph language",
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
    consent_to_photograph = models.BooleanField(null=True)
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
    follow_up_by = models.UUIDField(null=True, help_text="Whose the next contact is; nobody's yet if empty")
    written = models.JSONField(null=True, help_text="By field: version, account, moment, operation")

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


class Photograph(Attached):
    """What a team member saw, in the part of the record that what it shows belongs to.

    The label of `caption` is that of the police part, the least closed it may be; `category` and `part` say
    which field of a permit opens it, and none opens part of a photograph.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "encounter kind category part",
        "encounter_narrative.narrative": "caption",
    }
    KINDS: ClassVar[tuple[str, ...]] = ("injury", "scene", "property", "identification", "document")
    PARTS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("encounter_narrative", "narrative"),
        ("encounter_narrative", "behaviours_observed"),
        ("encounter_narrative", "force_used"),
        ("encounter_narrative", "clinical_impression"),
        ("identity", "photo"),
    )

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="photographs")
    kind = models.CharField(max_length=16, choices=[(k, k) for k in KINDS])
    category = models.CharField(max_length=24, choices=[(c, c) for c in ("encounter_narrative", "identity")])
    part = models.CharField(max_length=24, choices=[(p, p) for _c, p in PARTS])
    caption = models.CharField(max_length=200, blank=True)


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


class Lease(Base):
    """A phone's leave to work without network until the shift ends; its keys are derived, never stored."""

    labels: ClassVar[dict[str, str]] = {"operational": "account device expires_at ended_at"}

    account = models.UUIDField()
    device = models.ForeignKey("agencies.Device", on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="Signed out, or shut out, before its time")

    class Meta:
        indexes = [models.Index(fields=["device", "account", "expires_at"], name="lease_of_device")]


class Operation(Base):
    """One change that a phone sent: applied once, however often it comes. `operation` is the phone's id."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "operation lease account kind record encounter field outcome happened_at skew_ms "
        "version",
        "mh_assessment.assessment_notes": "reason",
    }
    OUTCOMES = ("applied", "conflict", "refused", "quarantined", "discarded")

    operation = models.UUIDField()
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="operations")
    account = models.UUIDField()
    kind = models.CharField(max_length=16)
    record = models.UUIDField(null=True, help_text="The encounter as the phone calls it")
    encounter = models.ForeignKey(Encounter, null=True, on_delete=models.PROTECT, related_name="operations")
    field = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=12, choices=[(o, o) for o in OUTCOMES])
    reason = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField()
    skew_ms = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=0, db_default=0, help_text="Of the record, as it made it")

    class Meta:
        indexes = [models.Index(fields=["record", "kind"], name="operation_record")]
        constraints = [models.UniqueConstraint(fields=["operation"], name="operation_once")]


class Divergence(Base):
    """Two versions of one answer: what stands, and what a phone offered without having seen it.

    Kept until a person of the team chooses; both stay readable afterwards.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "encounter field account operation standing_by standing_at offered_at settled_at "
        "settled_by kept",
        "encounter_narrative.clinical_impression": "offered standing",
    }
    KEPT = ("", "offered", "standing")

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="divergences")
    field = models.CharField(max_length=32)
    account = models.UUIDField()
    operation = models.UUIDField()
    offered = models.JSONField(null=True)
    offered_at = models.DateTimeField()
    standing = models.JSONField(null=True)
    standing_by = models.CharField(max_length=64, blank=True)
    standing_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True)
    kept = models.CharField(max_length=8, blank=True, choices=[(k, k) for k in KEPT])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["encounter", "field", "account"],
                condition=models.Q(settled_at__isnull=True),
                name="divergence_open_once",
            ),
            models.CheckConstraint(
                name="divergence_settled_by_somebody",
                condition=models.Q(settled_at__isnull=True, settled_by="", kept="")
                | (models.Q(settled_at__isnull=False) & ~models.Q(settled_by="") & ~models.Q(kept="")),
            ),
        ]


class Held(Base):
    """A change from a phone that was shut out: as it came, sealed, until a person releases or discards it."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "operation lease skew_ms decided_at decided_by decision",
        "encounter_narrative.clinical_impression": "sealed",
        "staff": "why",
    }
    DECISIONS = ("", "released", "discarded")

    operation = models.UUIDField(unique=True)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="held")
    sealed = models.TextField(help_text="Base64 of nonce and AES-256-GCM ciphertext under the lease's key")
    skew_ms = models.BigIntegerField(default=0)
    decision = models.CharField(max_length=10, blank=True, choices=[(d, d) for d in DECISIONS])
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="held_decided_by_somebody",
                condition=models.Q(decided_at__isnull=True, decided_by="", decision="")
                | (models.Q(decided_at__isnull=False) & ~models.Q(decided_by="") & ~models.Q(decision="")),
            ),
        ]
