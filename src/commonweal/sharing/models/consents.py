"""A person's decisions to share."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Outsider(Base):
    """Somebody without an account here to whom a person lets something be told by letter: whom, and where."""

    labels: ClassVar[dict[str, str]] = {"operational": "person kind added_by", "staff": "name address"}
    KINDS: ClassVar[tuple[str, ...]] = (
        "landlord", "employer", "court", "school", "benefits_office", "other",
    )  # fmt: skip

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="outsiders")
    kind = models.CharField(max_length=16, choices=[(k, k) for k in KINDS])
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=240)
    added_by = models.CharField(max_length=64)


class Consent(Base):
    """A person's written or witnessed decision to share, with every element of 42 CFR 2.31."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "person form discloser recipients outsider recipient_roles categories purposes "
        "expires_at signed_at "
        "revoked_at method language recorded_by witness includes_counseling_notes is_separate is_tpo "
        "revoked_by revoked_how "
        "was_condition_of_service signed_by_abuser told_right_to_revoke amount spoken acting_as guardian_as",
        "staff": "interpreter papers",
        "identity.name": "signer subject_name guardian",
        "identity.photo": "signature guardian_signature",
        "identity.dob": "age",
    }
    FORMS: ClassVar[tuple[str, ...]] = ("part2", "hipaa_auth", "roi", "hmis_roi", "vawa", "ferpa")
    AUTHORITIES: ClassVar[tuple[str, ...]] = (
        "parent", "guardian", "health_care_proxy", "power_of_attorney", "executor",
    )  # fmt: skip

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="consents")
    form = models.CharField(max_length=16, choices=[(f, f) for f in FORMS])
    discloser = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    recipients = models.JSONField(default=list, help_text="Agency ids as text")
    outsider = models.ForeignKey(
        Outsider, null=True, on_delete=models.PROTECT, related_name="consents",
        help_text="Whom it names in place of agencies",
    )  # fmt: skip
    recipient_roles = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    amount = models.CharField(max_length=120, blank=True)
    purposes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signer = models.CharField(max_length=120, blank=True)
    signature = models.TextField(blank=True, help_text="Drawn strokes as SVG path data, or the name typed")
    age = models.PositiveSmallIntegerField(null=True, help_text="A minor's, at the signing (42 CFR 2.14)")
    guardian = models.CharField(max_length=120, blank=True, help_text="The parent or guardian who signed too")
    guardian_signature = models.TextField(blank=True, help_text="As `signature`")
    guardian_as = models.CharField(
        max_length=24, blank=True, choices=[(a, a) for a in ("parent", "guardian")], db_default=""
    )
    acting_as = models.CharField(
        max_length=24, blank=True, choices=[(a, a) for a in AUTHORITIES], db_default="",
        help_text="What lets the signer act for the person (42 CFR 2.15); empty: the person signed",
    )  # fmt: skip
    subject_name = models.CharField(
        max_length=120, blank=True, db_default="", help_text="The person's, where another signs"
    )
    papers = models.CharField(max_length=160, blank=True, db_default="", help_text="What was seen of it")
    interpreter = models.CharField(
        max_length=64, blank=True, db_default="", help_text="Name, or the number of a telephone service's"
    )
    spoken = models.CharField(max_length=8, blank=True, db_default="", help_text="Language interpreted into")
    method = models.CharField(
        max_length=12, default="drawn", choices=[(m, m) for m in ("drawn", "typed", "verbal", "paper")]
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
    revoked_how = models.CharField(
        max_length=8, blank=True, choices=[(h, h) for h in ("self", "written", "spoken")]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_revoked_by_whom",
                condition=models.Q(revoked_at__isnull=True, revoked_by="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_by=""),
            ),
            models.CheckConstraint(
                name="consent_interpreted_into",
                condition=models.Q(interpreter="", spoken="")
                | ~models.Q(interpreter="") & ~models.Q(spoken=""),
            ),
            models.CheckConstraint(
                name="consent_acted_for_with_papers",
                condition=models.Q(acting_as="") | ~models.Q(papers="") & ~models.Q(subject_name=""),
            ),
        ]
