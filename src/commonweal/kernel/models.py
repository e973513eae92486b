"""The base of every model, and the tables of the floor: journal, seals, cursors, import runs."""

from typing import ClassVar

from django.db import models

from commonweal.kernel import clock
from commonweal.kernel.ids import new_id


class Base(models.Model):
    """Time-ordered id and the moment of creation. `labels` says what is personal (kernel/labels.py)."""

    labels: ClassVar[dict[str, str]] = {"operational": "id created_at"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True


class JournalLine(models.Model):
    """One thing that happened: appended in the caller's transaction, never changed.

    Four readers: the audit trail, the outbox (`flow.py`), the live feed, outgoing webhooks. `data`
    holds ids and field names, never personal values; `actor` is an opaque id.
    """

    labels: ClassVar[dict[str, str]] = {"operational": "id at actor agency kind about subject purpose data"}

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=64)
    agency = models.CharField(max_length=36, blank=True)
    kind = models.CharField(max_length=64)
    about = models.CharField(max_length=32, blank=True)
    subject = models.CharField(max_length=36, blank=True)
    purpose = models.CharField(max_length=32, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="journal_subject"),
            models.Index(fields=["kind", "at"], name="journal_kind"),
            models.Index(fields=["actor", "at"], name="journal_actor"),
        ]


class Seal(models.Model):
    """The gap-free sequence and hash that the sealer gives a committed line."""

    labels: ClassVar[dict[str, str]] = {"operational": "sequence line digest"}

    sequence = models.BigIntegerField(primary_key=True)
    line = models.OneToOneField(JournalLine, on_delete=models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)


class Cursor(models.Model):
    """How far a reader of the journal has come."""

    labels: ClassVar[dict[str, str]] = {"operational": "name sequence"}

    name = models.CharField(max_length=64, primary_key=True)
    sequence = models.BigIntegerField(default=0)


class ImportRun(Base):
    """One run of an import: source, mapping, counts, rejects. Re-running changes nothing twice.

    It stands from its beginning, so that a run that was cut off is seen as one. `agency` is whose records
    they are (none for what is public), `upload` the file that waits to be read, in the instance's home.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "kind profile sources counts rejects_file finished_at actor fault agency upload "
        "started_at notices findings findings_file",
    }

    kind = models.CharField(max_length=32)
    profile = models.CharField(max_length=64)
    sources = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    rejects_file = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=64)
    agency = models.UUIDField(null=True)
    upload = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    notices = models.JSONField(default=list)
    findings = models.PositiveIntegerField(default=0)
    findings_file = models.CharField(max_length=300, blank=True)

    @property
    def state(self) -> str:
        """waiting, started, failed or finished. One that was cut off stays started."""
        if self.finished_at:
            return "failed" if self.fault else "finished"
        return "started" if self.started_at or not self.upload else "waiting"


class Owed(models.Model):
    """One handler that still has to be run for one sealed line: tried again later, given up at last."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "id sequence handler attempts due_at fault given_up_at",
    }

    sequence = models.BigIntegerField()
    handler = models.CharField(max_length=160)
    attempts = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField(db_index=True)
    fault = models.CharField(max_length=300, blank=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sequence", "handler"], name="owed_once")]


class Answered(Base):
    """What was answered to an act that may be sent again under the same key; it names nobody."""

    labels: ClassVar[dict[str, str]] = {"operational": "name question status body"}

    name = models.CharField(max_length=64, unique=True, help_text="Hash of who, what and the sender's key")
    question = models.CharField(max_length=64, help_text="Hash of what was asked")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="answered_age")]
