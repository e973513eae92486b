"""Bulletins between agencies: what is said, to whom, and who read and acknowledged it."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base

KINDS = (
    "missing_person", "dangerous_drugs", "place_closed", "street_closed", "protocol_changed", "other"
)  # fmt: skip
URGENCIES = ("immediate", "today", "routine")
ENDINGS = ("withdrawn", "superseded")


class Bulletin(Base):
    """One bulletin. One of a missing person stands under the gate: its words are `words`, nothing else is."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "kind urgency agency author starts_at ends_at asks about subject purpose follows "
        "told_at ended_at ended_how ended_by",
        "staff": "headline text why_ended",
        "identity.name": "words",
    }

    kind = models.CharField(max_length=20, choices=[(one, one) for one in KINDS])
    urgency = models.CharField(max_length=12, choices=[(one, one) for one in URGENCIES])
    agency = models.UUIDField(db_index=True)
    author = models.CharField(max_length=64)
    headline = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    words = models.TextField(blank=True, help_text="Of the person: leaves under a permit alone")
    about = models.CharField(max_length=32, blank=True)
    subject = models.UUIDField(null=True)
    purpose = models.CharField(max_length=32, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    asks = models.BooleanField(default=False, help_text="Its receivers are asked to acknowledge it")
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    told_at = models.DateTimeField(null=True, help_text="When its receivers heard of it")
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=10, blank=True, choices=[(one, one) for one in ENDINGS])
    ended_by = models.CharField(max_length=64, blank=True)
    why_ended = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["ends_at"], condition=models.Q(ended_at__isnull=True), name="bulletin_standing"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="bulletin_of_a_person_says_it_under_the_gate",
                condition=models.Q(subject__isnull=True, about="", purpose="")
                | (
                    models.Q(subject__isnull=False, headline="", text="")
                    & ~models.Q(words="") & ~models.Q(about="") & ~models.Q(purpose="")
                ),
            ),
            models.CheckConstraint(
                name="bulletin_ends_after_it_starts", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
            models.CheckConstraint(
                name="bulletin_ended_how",
                condition=models.Q(ended_at__isnull=True, ended_how="", ended_by="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_how="") & ~models.Q(ended_by="")),
            ),
        ]  # fmt: skip


class Receiver(Base):
    """To whom a bulletin goes: an agency, a role, a team, each empty for any; several rows add up."""

    labels: ClassVar[dict[str, str]] = {"operational": "bulletin agency role team"}

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="to")
    agency = models.UUIDField(null=True)
    role = models.CharField(max_length=32, blank=True)
    team = models.UUIDField(null=True)


class Sight(Base):
    """That a receiver read a bulletin, when for the first time, and when they acknowledged it."""

    labels: ClassVar[dict[str, str]] = {"operational": "bulletin account at acknowledged_at"}

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="seen")
    account = models.UUIDField(db_index=True)
    at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulletin", "account"], name="sight_once")]
