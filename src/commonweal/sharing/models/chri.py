"""The dissemination log of criminal history record information."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Dissemination(Base):
    """One giving of criminal history: to whom, under which purpose code (28 CFR 20.33, CJISSECPOL)."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "account agency source_agency person kind subject fields purpose "
        "purpose_code line ori",
    }

    account = models.CharField(max_length=64)
    agency = models.UUIDField(null=True)
    source_agency = models.UUIDField(null=True)
    person = models.UUIDField(null=True)
    kind = models.CharField(max_length=32)
    subject = models.UUIDField()
    fields = models.JSONField(default=list)
    purpose = models.CharField(max_length=32)
    purpose_code = models.CharField(max_length=4)
    line = models.BigIntegerField()
    ori = models.CharField(max_length=9, blank=True, help_text="Of the receiving agency, as it was then")

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="dissemination_at")]


class Onward(Base):
    """A secondary dissemination: what was given once was given on, to whom and why."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "dissemination ori purpose_code recorded_by",
        "staff": "recipient agency reason",
    }

    dissemination = models.ForeignKey(Dissemination, on_delete=models.PROTECT, related_name="onward")
    recipient = models.CharField(max_length=120)
    agency = models.CharField(max_length=120)
    ori = models.CharField(max_length=9, blank=True)
    purpose_code = models.CharField(max_length=4)
    reason = models.TextField()
    recorded_by = models.CharField(max_length=64)
