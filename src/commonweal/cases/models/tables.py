"""Hub tables: seats, discussions through four filters, who was in the room at each."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Table(Base):
    """A joint task force with a charter."""

    labels: ClassVar[dict[str, str]] = {"public": "name objectives", "operational": "charter"}

    name = models.CharField(max_length=120, unique=True)
    objectives = models.TextField(blank=True)
    charter = models.ForeignKey("sharing.Agreement", null=True, on_delete=models.PROTECT, related_name="+")


class Seat(Base):
    """A worker who sits for an agency."""

    labels: ClassVar[dict[str, str]] = {"operational": "table agency account since until"}

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="seats")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    account = models.UUIDField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)


class Discussion(Base):
    """One situation through the four filters. Names exist only from filter three, for those who stay.

    A rejected discussion keeps limited data: its multi-valued fields are emptied.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "table number origin stage kind person age_band is_aer lead plan_due conclusion "
        "concluded_at meetings reopened",
        "identity.physical_description": "sex",
        "case_plan.plan_notes": "situation risk_factors protective_factors aer_reasons plan",
    }

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="discussions")
    number = models.PositiveIntegerField()
    origin = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=16, default="person")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    age_band = models.CharField(max_length=12, blank=True)
    sex = models.CharField(max_length=16, blank=True)
    situation = models.TextField(blank=True, help_text="De-identified: no name, date of birth or address")
    risk_factors = models.JSONField(default=list)
    protective_factors = models.JSONField(default=list)
    is_aer = models.BooleanField(null=True, help_text="Acutely elevated risk")
    aer_reasons = models.JSONField(default=list)
    lead = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    plan = models.TextField(blank=True)
    plan_due = models.DateTimeField(null=True)
    conclusion = models.CharField(max_length=32, blank=True)
    concluded_at = models.DateTimeField(null=True)
    meetings = models.PositiveIntegerField(default=1)
    reopened = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="discussion_number_once"),
            models.CheckConstraint(name="discussion_stage", condition=models.Q(stage__gte=1, stage__lte=4)),
        ]


class Presence(Base):
    """A seat in the room of one discussion; leaving drops access at once."""

    labels: ClassVar[dict[str, str]] = {"operational": "discussion account agency part joined_at left_at"}

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="presences")
    account = models.UUIDField()
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(
        max_length=12, default="present", choices=[(p, p) for p in ("present", "lead", "assisting")]
    )
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)


class StageMove(Base):
    """When a filter was passed, by whom, and who was in the room."""

    labels: ClassVar[dict[str, str]] = {"operational": "discussion stage at by present"}

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="moves")
    stage = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    present = models.JSONField(default=list)
