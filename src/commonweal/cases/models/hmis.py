"""Rows of an agency's homeless-services system (HUD HMIS), kept so that they can be given back."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class HmisRow(Base):
    """One row of one file of an agency's HMIS export; `key` tells it from others of its file.

    `record` is the person's record in the index of people, where the row speaks of a client. Rows of victim
    service providers never come here. Of a social security number the last four digits stand.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency year file key project record fingerprint",
        "identity.name": "identity",
        "location.shelter_stay": "content",
    }

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="Fiscal year of the format it came in")
    file = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    project = models.CharField(max_length=64, blank=True)
    record = models.ForeignKey(
        "people.SourceRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    identity = models.JSONField(default=dict, help_text="Names, birthday and last four digits of a client")
    content = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "file", "key"], name="hmis_row_once")]
        indexes = [models.Index(fields=["record"], name="hmis_row_record")]
