"""Look-ups gathered from the journal, and what an agency recorded so that they can be judged."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class LookUp(Base):
    """One worker at one person: journal lines without a long gap between them.

    `person` is the id that stands for the person (or for a record that is nobody's yet); `subjects` the
    records asked about. `is_tied` and `judged_at` are set once the look-up has settled.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "account role agency person subjects starts_at ends_at categories purposes is_refused "
        "is_foreign is_listed lines is_tied judged_at",
    }

    account = models.UUIDField()
    role = models.CharField(max_length=32)
    agency = models.UUIDField(null=True)
    person = models.UUIDField(db_index=True)
    subjects = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    categories = models.JSONField(default=list)
    purposes = models.JSONField(default=list)
    is_refused = models.BooleanField(default=False)
    is_foreign = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=False)
    lines = models.JSONField(default=list, help_text="The first journal lines of it")
    is_tied = models.BooleanField(default=False)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "starts_at"], name="lookup_account"),
            models.Index(fields=["role", "starts_at"], name="lookup_role"),
            models.Index(
                fields=["ends_at"], name="lookup_unjudged", condition=models.Q(judged_at__isnull=True)
            ),
        ]


class Closeness(Base):
    """What an agency recorded of a worker's own life, read by the detector of look-ups alone."""

    labels: ClassVar[dict[str, str]] = {
        "staff": "surname address lon lat",
        "operational": "account person related recorded_by",
    }

    account = models.UUIDField(unique=True)
    surname = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    person = models.UUIDField(
        null=True, db_index=True, help_text="The worker's own record, where there is one"
    )
    related = models.JSONField(default=list, help_text="Persons recorded as related, as ids")
    recorded_by = models.CharField(max_length=64)


class PublicInterest(Base):
    """A person whom many may be curious about, by the privacy officer's word, for a time."""

    labels: ClassVar[dict[str, str]] = {"operational": "person until marked_by"}

    person = models.UUIDField(unique=True)
    until = models.DateTimeField(null=True)
    marked_by = models.CharField(max_length=64)


class Remark(Base):
    """One message between the privacy officer and the worker whose look-ups are under review."""

    labels: ClassVar[dict[str, str]] = {"operational": "review author", "staff": "text"}

    review = models.ForeignKey("sharing.Review", on_delete=models.PROTECT, related_name="remarks")
    author = models.CharField(max_length=64)
    text = models.TextField()
