"""Communication tests: whom a supervisor asked to confirm, by which ways, and who did within how long."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Drill(Base):
    """One test: everybody on duty then, at these agencies and teams, was asked to confirm."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency by agencies teams channels within ends_at again_at follows"
    }

    agency = models.UUIDField(db_index=True)
    by = models.CharField(max_length=64)
    agencies = models.JSONField(default=list, help_text="Ids of whole agencies")
    teams = models.JSONField(default=list, help_text="Ids of teams")
    channels = models.JSONField(default=list, help_text="Ways beside the bell: mail, text")
    within = models.PositiveSmallIntegerField(help_text="Minutes in which an answer counts as in time")
    ends_at = models.DateTimeField()
    again_at = models.DateTimeField(null=True, help_text="When the same test is held again by itself")
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="followed_by")


class DrillAsked(Base):
    """One worker who was asked: by which ways it went to them, and when they confirmed."""

    labels: ClassVar[dict[str, str]] = {"operational": "drill account agency channels confirmed_at"}

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, related_name="asked")
    account = models.UUIDField(db_index=True)
    agency = models.UUIDField()
    channels = models.JSONField(default=list)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drill", "account"], name="drill_asked_once")]
