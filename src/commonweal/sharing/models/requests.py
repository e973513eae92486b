"""What people ask of those who keep their record, what is on hold, and who may speak for a person."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Representative(Base):
    """Somebody with authority to act for a person, and who saw the papers, when (45 CFR 164.502(g))."""

    labels: ClassVar[dict[str, str]] = {
        "identity.name": "name",
        "identity.home_address": "address",
        "operational": "person relation authority scope evidence seen_by seen_at expires_on limits "
        "ended_at ended_by",
    }
    AUTHORITIES: ClassVar[tuple[str, ...]] = (
        "parent", "guardian", "health_care_proxy", "executor", "power_of_attorney",
    )  # fmt: skip
    LIMITS: ClassVar[tuple[str, ...]] = ("minor_part2", "endangerment")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="representatives")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=240, blank=True)
    relation = models.CharField(max_length=60)
    authority = models.CharField(max_length=24, choices=[(a, a) for a in AUTHORITIES])
    scope = models.JSONField(default=list, help_text="Kinds of request; empty for all")
    limits = models.JSONField(default=list, help_text="minor_part2: 42 CFR 2.14; endangerment: 164.502(g)(5)")
    evidence = models.CharField(max_length=160)
    seen_by = models.CharField(max_length=64)
    seen_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)


class Request(Base):
    """One request with its day: received, verified, in work, answered, closed."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "number kind state person representative language received_on due_on extended_at "
        "worked_by verified_how verified_by outcome grounds withheld answered_on is_late closed_at code_hash",
        "identity.name": "name",
        "identity.home_address": "contact",
        "encounter_narrative.narrative": "text",
    }
    STATES: ClassVar[tuple[str, ...]] = ("received", "verified", "in_work", "answered", "closed")

    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=24)
    state = models.CharField(max_length=12, default="received", choices=[(s, s) for s in STATES])
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="requests")
    representative = models.ForeignKey(
        Representative, null=True, on_delete=models.PROTECT, related_name="requests"
    )
    name = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=240, blank=True)
    language = models.CharField(max_length=8, default="en")
    text = models.TextField(blank=True)
    received_on = models.DateField()
    due_on = models.DateField(db_index=True)
    extended_at = models.DateTimeField(null=True)
    worked_by = models.CharField(max_length=64, blank=True)
    verified_how = models.CharField(max_length=24, blank=True)
    verified_by = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    grounds = models.JSONField(default=list)
    withheld = models.JSONField(default=dict, help_text="Class of data: ground, of an access request")
    answered_on = models.DateField(null=True)
    is_late = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    code_hash = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="request_due_after_receipt", condition=models.Q(due_on__gte=models.F("received_on"))
            )
        ]


class Step(Base):
    """One step of a request, by whom, with the note that was given."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "request step by",
        "encounter_narrative.narrative": "note",
    }

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    by = models.CharField(max_length=64)
    note = models.TextField(blank=True)


class Letter(Base):
    """A letter as it was written, in the person's language; never changed."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "request letter language by",
        "identity.name": "addressee",
        "identity.home_address": "address",
        "encounter_narrative.narrative": "title body",
    }

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="letters")
    letter = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    addressee = models.CharField(max_length=160, blank=True)
    address = models.CharField(max_length=240, blank=True)
    title = models.CharField(max_length=160)
    body = models.TextField()
    by = models.CharField(max_length=64)


class Statement(Base):
    """Words beside a record for whoever reads it: the person's disagreement, or how it was amended.

    45 CFR 164.526(d)(2), (5); (c)(1).
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "request person kind subject by what",
        "encounter_narrative.narrative": "text",
    }
    WHAT: ClassVar[tuple[str, ...]] = ("disagreement", "amendment")

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="statements")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    subject = models.UUIDField(db_index=True)
    what = models.CharField(
        max_length=12, default="disagreement", db_default="disagreement", choices=[(w, w) for w in WHAT]
    )
    text = models.TextField()
    by = models.CharField(max_length=64)


class Redaction(Base):
    """A withheld field of a record answered to the public: its exemption, never its value."""

    labels: ClassVar[dict[str, str]] = {"operational": "request record kind subject field exemption rules"}

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="redactions")
    record = models.CharField(max_length=40)
    kind = models.CharField(max_length=32)
    subject = models.UUIDField()
    field = models.CharField(max_length=40)
    exemption = models.CharField(max_length=24)
    rules = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "subject", "kind", "field"], name="redaction_once")
        ]


class LegalHold(Base):
    """Records that may not be deleted while a proceeding is expected: of a person, call, case,
    record, encounter, referral or thread, or of a span of days."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "scope subject first last since set_by lifted_at lifted_by",
        "staff": "name reason lifted_why",
    }
    SCOPES: ClassVar[tuple[str, ...]] = (
        "person", "call", "case", "record", "encounter", "referral", "thread", "span",
    )  # fmt: skip

    name = models.CharField(max_length=120)
    reason = models.TextField()
    scope = models.CharField(max_length=16, choices=[(s, s) for s in SCOPES])
    subject = models.UUIDField(null=True, db_index=True)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    since = models.DateTimeField()
    set_by = models.CharField(max_length=64)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=64, blank=True)
    lifted_why = models.TextField(blank=True)
