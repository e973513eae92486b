"""Views of a caseload that a worker keeps by name, for themself or for their agency's team."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class SavedView(Base):
    """What a list is narrowed to and sorted by; it holds no case and opens none."""

    labels: ClassVar[dict[str, str]] = {"operational": "account agency shared wanted", "staff": "name"}

    account = models.UUIDField(db_index=True)
    agency = models.UUIDField(null=True, db_index=True)
    name = models.CharField(max_length=60)
    shared = models.BooleanField(default=False, help_text="Whether colleagues of the agency see it too")
    wanted = models.JSONField(default=dict, help_text="In the form of cases.queries.Wanted")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="saved_view_once")]
