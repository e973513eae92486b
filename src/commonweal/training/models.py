"""Requirements by role, courses, sessions, certificates, and scenarios played."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Course(Base):
    """What is taught, and the certificate that attending (and passing) earns."""

    labels: ClassVar[dict[str, str]] = {
        "public": "code title_en title_es hours certificate valid_months about"
    }

    code = models.CharField(max_length=32, unique=True)
    title_en = models.CharField(max_length=160)
    title_es = models.CharField(max_length=160, blank=True)
    about = models.TextField(blank=True)
    hours = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    certificate = models.CharField(max_length=32, db_index=True)
    valid_months = models.PositiveIntegerField(default=24)


class Requirement(Base):
    """A certificate that a role must hold; lapse closes dispatch for that role where `closes_dispatch`."""

    labels: ClassVar[dict[str, str]] = {"public": "role certificate closes_dispatch narrows_sight grace_days"}

    role = models.CharField(max_length=32, db_index=True)
    certificate = models.CharField(max_length=32)
    closes_dispatch = models.BooleanField(default=True)
    narrows_sight = models.BooleanField(default=False, help_text="Lapse narrows what the gate opens")
    grace_days = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "certificate"], name="requirement_once")]


class Session(Base):
    """One time and place where a course is held."""

    labels: ClassVar[dict[str, str]] = {"staff": "place trainer", "operational": "course starts seats state"}

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    starts = models.DateTimeField()
    place = models.CharField(max_length=120)
    trainer = models.CharField(max_length=120, blank=True)
    seats = models.PositiveIntegerField(default=20)
    state = models.CharField(
        max_length=10, default="planned", choices=[(s, s) for s in ("planned", "held", "cancelled")]
    )


class Attendance(Base):
    """A worker's place in a session: enrolled, attended, or absent, with the score where there is one."""

    labels: ClassVar[dict[str, str]] = {"staff": "account score", "operational": "session state"}

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    account = models.UUIDField(db_index=True)
    state = models.CharField(
        max_length=10, default="enrolled", choices=[(s, s) for s in ("enrolled", "attended", "absent")]
    )
    score = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "account"], name="attendance_once")]


class Certificate(Base):
    """Proof that a worker holds a skill from one day to another."""

    labels: ClassVar[dict[str, str]] = {
        "staff": "account withdrawn_why",
        "operational": "kind valid_from valid_until session withdrawn_at",
    }

    account = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=32)
    valid_from = models.DateField()
    valid_until = models.DateField(db_index=True)
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="certificates")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True, default="", db_default="")


class Settled(Base):
    """What was last settled of a worker's standing: what had lapsed, and what of it narrows their sight."""

    labels: ClassVar[dict[str, str]] = {"staff": "account lapsed narrowing"}

    account = models.UUIDField(unique=True)
    lapsed = models.JSONField(default=list)
    narrowing = models.JSONField(default=list)


class ScenarioRun(Base):
    """A scenario played on the same protocol as the desk, with what was chosen and what the protocol says."""

    labels: ClassVar[dict[str, str]] = {
        "staff": "account answers score chosen_tier",
        "operational": "scenario right_tier",
    }

    account = models.UUIDField(db_index=True)
    scenario = models.CharField(max_length=48)
    answers = models.JSONField(default=dict)
    chosen_tier = models.CharField(max_length=2)
    right_tier = models.CharField(max_length=2)
    score = models.PositiveIntegerField()
