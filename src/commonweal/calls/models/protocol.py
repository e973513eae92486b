"""Protocol versions: data that two people approved, in force by date, adopted by a centre."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class ProtocolVersion(Base):
    """One version of a triage protocol. Its body is the file as it was read; it is never changed."""

    labels: ClassVar[dict[str, str]] = {
        "public": "code version title title_es source body effective_from effective_to",
        "operational": "digest",
    }

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=160)
    title_es = models.CharField(max_length=160)
    source = models.TextField(blank=True)
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="protocol_version_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Approval(Base):
    """One of the two signatures that put a version in force."""

    labels: ClassVar[dict[str, str]] = {"operational": "protocol", "staff": "account"}

    protocol = models.ForeignKey(ProtocolVersion, on_delete=models.CASCADE, related_name="approvals")
    account = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["protocol", "account"], name="approval_once_each")]


class ProtocolDraft(Base):
    """A version in the making: its body changes until two people can sign it; then it is closed."""

    labels: ClassVar[dict[str, str]] = {
        "public": "code body based_on became",
        "operational": "begun_by changed_by changed_at revision closed_at",
    }

    code = models.CharField(max_length=40)
    body = models.JSONField()
    based_on = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    begun_by = models.CharField(max_length=64)
    changed_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    closed_at = models.DateTimeField(null=True)
    became = models.ForeignKey(ProtocolVersion, null=True, on_delete=models.PROTECT, related_name="+")


class ProtocolCase(Base):
    """A test beside a protocol: these answers must lead to this tier, under every version to come."""

    labels: ClassVar[dict[str, str]] = {"public": "code name answers tier", "operational": "account"}

    code = models.CharField(max_length=40, db_index=True)
    name = models.CharField(max_length=120)
    answers = models.JSONField(default=dict)
    tier = models.CharField(max_length=2)
    account = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "name"], name="protocol_case_once")]


class Adoption(Base):
    """A centre works by a protocol from a day on; the newest adoption counts."""

    labels: ClassVar[dict[str, str]] = {"public": "agency code since"}

    agency = models.ForeignKey("agencies.Agency", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    since = models.DateField()
