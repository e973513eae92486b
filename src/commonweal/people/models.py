"""One index of people over agencies' own records, which stay as they came."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Person(Base):
    """A surrogate id that records are linked to. A merged person redirects to its survivor."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "survivor is_placeholder",
        "identity.physical_description": "description",
    }

    survivor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    is_placeholder = models.BooleanField(default=False, help_text="Not yet identified")
    description = models.CharField(max_length=300, blank=True)


class SourceRecord(Base):
    """What one agency knows of one person, exactly as it came; `prior` keeps earlier versions."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency external_id fingerprint person updated_at is_barred",
        "identity.name": "given family aliases given_key family_key",
        "identity.dob": "born",
        "identity.physical_description": "sex description",
        "identity.home_address": "address",
        "identity.phone": "phone",
        "identity.ssn_last4": "ssn_last4",
        "identity.photo": "photo",
        "safety_alerts.communication_needs": "language",
    }

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="records")
    given = models.CharField(max_length=80, blank=True)
    family = models.CharField(max_length=80, blank=True)
    given_key = models.CharField(max_length=80, blank=True, db_index=True)
    family_key = models.CharField(max_length=80, blank=True, db_index=True)
    aliases = models.CharField(max_length=200, blank=True)
    born = models.DateField(null=True, blank=True, db_index=True)
    sex = models.CharField(max_length=16, blank=True)
    description = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=32, blank=True, db_index=True)
    ssn_last4 = models.CharField(max_length=4, blank=True)
    photo = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=40, blank=True)
    fingerprint = models.CharField(max_length=64)
    updated_at = models.DateTimeField(auto_now=True)
    is_barred = models.BooleanField(
        default=False, db_default=False, help_text="Sealed or expunged: in no search and no comparison"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "external_id"], name="source_record_once")]


class LinkDecision(Base):
    """One decision about two records: same person, split, or never again. History is never rewritten."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "left right "
        "verdict probability evidence model decided_by undone_at from_person to_person moved",
    }

    left = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, choices=[(v, v) for v in ("same", "split", "never")])
    probability = models.FloatField(null=True)
    evidence = models.JSONField(default=list, help_text="Weights by field name; no values")
    model = models.CharField(max_length=40, blank=True)
    decided_by = models.CharField(max_length=64)
    from_person = models.UUIDField(null=True)
    to_person = models.UUIDField(null=True)
    moved = models.JSONField(default=list, help_text="Records that changed person by it, as ids")
    undone_at = models.DateTimeField(null=True)


class Proposal(Base):
    """Two records that may be one person, waiting for a steward."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "left right probability evidence model state settled_by settled_at"
    }

    left = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    probability = models.FloatField()
    evidence = models.JSONField(default=list)
    model = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=12, default="open", choices=[(s, s) for s in ("open", "linked", "refused")]
    )
    settled_by = models.CharField(max_length=64, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="proposal_once")]


class ResponsePlan(Base):
    """What helps and what harms, in the person's own words where they gave them."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "person agency author review_due is_current",
        "safety_alerts.deescalation_tips": "helps harms contacts",
        "safety_alerts.communication_needs": "communication",
        "mh_assessment.crisis_plan_summary": "summary",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plans")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    author = models.CharField(max_length=64)
    helps = models.TextField(blank=True)
    harms = models.TextField(blank=True)
    contacts = models.TextField(blank=True)
    communication = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    review_due = models.DateField(null=True)
    is_current = models.BooleanField(default=True)


class Caution(Base):
    """A dated caution, never a permanent label: it expires and is reviewed."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "person agency author observed_at expires_at is_clinical",
        "safety_alerts.weapons_flag": "is_weapon",
        "safety_alerts.caution_text": "text",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cautions")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    author = models.CharField(max_length=64)
    text = models.CharField(max_length=300)
    is_weapon = models.BooleanField(default=False)
    is_clinical = models.BooleanField(default=False)
    observed_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Familiar(Base):
    """A worker who has met this person before: continuity for the dispatcher's recommendation."""

    labels: ClassVar[dict[str, str]] = {"operational": "person account last_met times"}

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="familiars")
    account = models.UUIDField()
    last_met = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "account"], name="familiar_once")]


class LinkageRun(Base):
    """One comparison as it came out, by ids and weights, so that later ones can be held against it."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agencies model notes records joined precision recall filled detail"
    }

    agencies = models.JSONField(default=list, help_text="Whose records were compared, as ids")
    model = models.CharField(max_length=40)
    notes = models.JSONField(default=list)
    records = models.PositiveIntegerField()
    joined = models.PositiveIntegerField(help_text="Pairs that the comparison takes for one person")
    precision = models.FloatField(help_text="Estimated without labels")
    recall = models.FloatField(help_text="Estimated without labels")
    filled = models.JSONField(default=dict, help_text="Share of records with a value, by field")
    detail = models.JSONField(default=dict, help_text="Ids compared, pairs with weights, groups; no values")


class PairJudgement(Base):
    """A pair drawn from a run for a person to judge, to measure with; it links and parts nobody."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "run agency left right probability verdict judged_by judged_at"
    }

    run = models.ForeignKey(LinkageRun, on_delete=models.CASCADE, related_name="judgements")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    left = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField()
    verdict = models.CharField(max_length=8, blank=True, choices=[(v, v) for v in ("one", "two", "unclear")])
    judged_by = models.CharField(max_length=64, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "agency", "left", "right"], name="judgement_once")
        ]
