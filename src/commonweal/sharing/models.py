"""What the gate knows: protected records, ties, agreements, consents, break-glass, the register."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Holding(Base):
    """One protected record of any room: whose it is, under which regime, and what bars it.

    Rooms write it downward in the same transaction as the record itself (`sharing.actions.hold`).
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "kind subject person agency source_program call is_sealed is_expunged is_minor is_dv "
        "is_confidential_address is_deceased is_state_stricter on_premises",
    }

    kind = models.CharField(max_length=32)
    subject = models.UUIDField()
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="holdings")
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    source_program = models.CharField(max_length=32, blank=True)
    call = models.UUIDField(
        null=True, db_index=True, help_text="The call it stands under: its assignments count here too"
    )
    is_sealed = models.BooleanField(default=False)
    is_expunged = models.BooleanField(default=False)
    is_minor = models.BooleanField(default=False)
    is_dv = models.BooleanField(default=False)
    is_confidential_address = models.BooleanField(default=False)
    is_deceased = models.BooleanField(default=False)
    is_state_stricter = models.BooleanField(default=False)
    on_premises = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="holding_once")]


class Tie(Base):
    """What binds a worker or an agency to a subject: an incident, care, a conflict, a lapse.

    Exactly one of `account` and `agency` is set. Written and ended by the act that makes or ends it.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "relation kind subject account agency role since until reason"
    }
    RELATIONS: ClassVar[tuple[str, ...]] = (
        "incident",
        "care",
        "conflict",
        "training_lapsed",
        "table",
        "diversion",
    )

    relation = models.CharField(max_length=20, choices=[(r, r) for r in RELATIONS])
    kind = models.CharField(max_length=32)
    subject = models.UUIDField(db_index=True)
    account = models.UUIDField(null=True, db_index=True)
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=32, blank=True, help_text="Narrows an agency's tie to one role")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tie_binds_one",
                condition=models.Q(account__isnull=False, agency__isnull=True)
                | models.Q(account__isnull=True, agency__isnull=False),
            )
        ]


class Agreement(Base):
    """An inter-agency agreement as a structured document; its clauses compile to grants."""

    labels: ClassVar[dict[str, str]] = {
        "public": "title kind text starts ends is_public version",
        "operational": "supersedes state",
    }
    KINDS: ClassVar[tuple[str, ...]] = ("mou", "data_sharing", "qsoa", "baa", "task_force_charter")

    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=24, choices=[(k, k) for k in KINDS])
    text = models.TextField()
    starts = models.DateField()
    ends = models.DateField()
    is_public = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, default="draft", choices=[(s, s) for s in ("draft", "in_force", "ended")]
    )


class Party(Base):
    """One agency that signs an agreement."""

    labels: ClassVar[dict[str, str]] = {"operational": "agreement agency signed_by", "public": "signed_at"}

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    signed_by = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "agency"], name="party_once"),
            models.CheckConstraint(
                name="party_signed_by_whom",
                condition=models.Q(signed_at__isnull=True, signed_by="")
                | models.Q(signed_at__isnull=False) & ~models.Q(signed_by=""),
            ),
        ]


class Clause(Base):
    """One grant in plain words: these fields, to these roles, for these purposes."""

    labels: ClassVar[dict[str, str]] = {
        "public": "text category fields roles purposes conditions",
        "operational": "agreement",
    }

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="clauses")
    text = models.TextField()
    category = models.CharField(max_length=32)
    fields = models.JSONField(default=list)
    roles = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    conditions = models.JSONField(default=list)


class Consent(Base):
    """A person's written or witnessed decision to share, with every element of 42 CFR 2.31."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "person form discloser recipients recipient_roles categories purposes expires_at "
        "signed_at "
        "revoked_at method language recorded_by witness includes_counseling_notes is_separate is_tpo "
        "revoked_by "
        "was_condition_of_service signed_by_abuser told_right_to_revoke amount",
        "identity.name": "signer",
        "identity.photo": "signature",
    }
    FORMS: ClassVar[tuple[str, ...]] = ("part2", "hipaa_auth", "roi", "hmis_roi", "vawa", "ferpa")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="consents")
    form = models.CharField(max_length=16, choices=[(f, f) for f in FORMS])
    discloser = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    recipients = models.JSONField(default=list, help_text="Agency ids as text")
    recipient_roles = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    amount = models.CharField(max_length=120, blank=True)
    purposes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signer = models.CharField(max_length=120, blank=True)
    signature = models.TextField(blank=True, help_text="Drawn strokes as SVG path data")
    method = models.CharField(
        max_length=12, default="drawn", choices=[(m, m) for m in ("drawn", "verbal", "paper")]
    )
    witness = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8, default="en")
    told_right_to_revoke = models.BooleanField(default=False)
    includes_counseling_notes = models.BooleanField(default=False)
    is_separate = models.BooleanField(default=False)
    is_tpo = models.BooleanField(default=False)
    was_condition_of_service = models.BooleanField(default=False)
    signed_by_abuser = models.BooleanField(default=False)
    recorded_by = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_revoked_by_whom",
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by=""),
            )
        ]


class Disclosure(Base):
    """One row of the register: date, recipient, what, purpose, legal basis (45 CFR 164.528)."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "person kind subject category fields purpose account agency source_agency basis "
        "rules line is_accounted is_suspended expires_at consent notice",
    }

    person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="disclosures"
    )
    kind = models.CharField(max_length=32)
    subject = models.UUIDField()
    category = models.CharField(max_length=32)
    fields = models.JSONField(default=list)
    purpose = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    agency = models.UUIDField(null=True)
    source_agency = models.UUIDField(null=True)
    basis = models.JSONField(default=list)
    rules = models.JSONField(default=list)
    consent = models.UUIDField(null=True)
    notice = models.CharField(max_length=32, blank=True)
    is_accounted = models.BooleanField(default=False)
    is_suspended = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    line = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["person", "created_at"], name="register_person")]


class Review(Base):
    """A look-up that a privacy officer must close: break-glass, threat, conflict, an alert."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "why kind subject account agency category purpose closed_at closed_by outcome",
        "staff": "reason note",
    }

    why = models.CharField(max_length=24)
    kind = models.CharField(max_length=32)
    subject = models.UUIDField()
    account = models.CharField(max_length=64)
    agency = models.UUIDField(null=True)
    category = models.CharField(max_length=32)
    purpose = models.CharField(max_length=32)
    reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=24, blank=True)
    note = models.TextField(blank=True)
