"""Units on calls: assignments with their own times, and where each unit stands now."""

from typing import ClassVar

from django.db import models

from commonweal.calls.models.call import Call
from commonweal.kernel.models import Base

UNIT_STATUSES = (
    "available assigned acknowledged enroute staged on_scene transporting at_destination out_of_service"
).split()


class Assignment(Base):
    """One unit on one call, from the word to the clearing, with the crew it had."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "call role",
        "call_facts.units": "unit",
        "staff": "crew",
        "call_facts.time": "dispatched acknowledged enroute staged on_scene transport_start at_destination "
        "cleared",
    }

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="assignments")
    unit = models.ForeignKey("agencies.Unit", on_delete=models.PROTECT, related_name="+")
    crew = models.JSONField(default=list, help_text="Account ids aboard when it was sent")
    role = models.CharField(max_length=24, blank=True)
    dispatched = models.DateTimeField()
    acknowledged = models.DateTimeField(null=True)
    enroute = models.DateTimeField(null=True)
    staged = models.DateTimeField(null=True)
    on_scene = models.DateTimeField(null=True)
    transport_start = models.DateTimeField(null=True)
    at_destination = models.DateTimeField(null=True)
    cleared = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(cleared__isnull=True), name="unit_on_one_call_at_a_time"
            )
        ]


class UnitStatus(Base):
    """Where a unit stands now and on which call. Positions are kept only as the present."""

    labels: ClassVar[dict[str, str]] = {"operational": "unit status lon lat seen_at call since"}

    unit = models.OneToOneField("agencies.Unit", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=16, default="available", choices=[(s, s) for s in UNIT_STATUSES])
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    seen_at = models.DateTimeField(null=True)
    call = models.ForeignKey(Call, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField()
