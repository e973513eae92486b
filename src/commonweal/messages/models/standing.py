"""Threads on a call, case or referral; notifications; check-in timers; duress."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Thread(Base):
    """Words between agencies about one subject; who may read follows the gate on that subject."""

    labels: ClassVar[dict[str, str]] = {"operational": "kind subject category closed_at"}

    kind = models.CharField(max_length=32)
    subject = models.UUIDField()
    category = models.CharField(max_length=32, help_text="The data category whose permit opens the thread")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="thread_once")]


class Message(Base):
    """One message; its text may speak of a person, so it leaves only under the thread's permit."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "thread author agency",
        "encounter_narrative.narrative": "text",
    }

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    author = models.CharField(max_length=64)
    agency = models.UUIDField(null=True)
    text = models.TextField()


class Receipt(Base):
    """Who has read a thread up to when."""

    labels: ClassVar[dict[str, str]] = {"operational": "thread account read_at"}

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="receipts")
    account = models.UUIDField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "account"], name="receipt_once")]


class Reading(Base):
    """That a worker read a message, and when for the first time: kept once, never moved."""

    labels: ClassVar[dict[str, str]] = {"operational": "message account at"}

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="readings")
    account = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "account"], name="reading_once")]
        indexes = [models.Index(fields=["account"], name="reading_of_account")]


class Addressed(Base):
    """A worker whom a message names, or whom it asks to confirm that they read it."""

    labels: ClassVar[dict[str, str]] = {"operational": "message account by_name asked confirmed_at"}

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="addressed")
    account = models.UUIDField(db_index=True)
    by_name = models.BooleanField(default=False)
    asked = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "account"], name="addressed_once"),
            models.CheckConstraint(
                name="addressed_for_something", condition=models.Q(by_name=True) | models.Q(asked=True)
            ),
            models.CheckConstraint(
                name="addressed_confirms_what_was_asked",
                condition=models.Q(confirmed_at__isnull=True) | models.Q(asked=True),
            ),
        ]


class Notification(Base):
    """A line in someone's bell: a kind of event and an opaque subject, never a person's values."""

    labels: ClassVar[dict[str, str]] = {"operational": "account kind about subject link urgent read_at"}

    account = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=48)
    about = models.CharField(max_length=32, blank=True)
    subject = models.UUIDField(null=True)
    link = models.CharField(max_length=120, blank=True)
    urgent = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "subject", "link"], name="notification_once")
        ]


class CheckIn(Base):
    """A safety timer of a unit on scene: due, answered, or escalated."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "unit call due_at answered_at escalated_at step ended_at"
    }

    unit = models.UUIDField(db_index=True)
    call = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    step = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Rung(Base):
    """One step of a site's own ladder: after so many minutes a role near or everywhere, or a team."""

    labels: ClassVar[dict[str, str]] = {"operational": "occasion step after who reach pressing agency team"}

    occasion = models.CharField(max_length=32)
    step = models.PositiveSmallIntegerField()
    after = models.PositiveIntegerField(help_text="Minutes since the step before")
    who = models.CharField(max_length=32, blank=True, help_text="A role; empty for everybody there")
    reach = models.CharField(max_length=10, choices=[(r, r) for r in ("near", "everywhere")])
    pressing = models.BooleanField(help_text="Quiet hours do not hold it back")
    agency = models.UUIDField(null=True, help_text="Its workers alone, whatever is near")
    team = models.UUIDField(null=True, help_text="Its members alone, whatever is near")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["occasion", "step"], name="rung_once"),
            models.CheckConstraint(
                name="rung_reaches_somebody",
                condition=~models.Q(who="") | models.Q(agency__isnull=False) | models.Q(team__isnull=False),
            ),
        ]


class Climb(Base):
    """One occasion that climbs its ladder until somebody says "I have it", or it is over."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "occasion about subject link near without step due_at acknowledged_at acknowledged_by "
        "ended_at",
    }

    occasion = models.CharField(max_length=32)
    about = models.CharField(max_length=32)
    subject = models.UUIDField(db_index=True)
    link = models.CharField(max_length=120)
    near = models.JSONField(default=list, help_text="Ids of the agencies concerned")
    without = models.JSONField(default=list, help_text="Accounts that never hear of it")
    step = models.PositiveSmallIntegerField(default=0, help_text="How many steps were told")
    due_at = models.DateTimeField(null=True, help_text="When the next step is told; empty after the last")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(ended_at__isnull=True), name="climb_due")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["occasion", "subject"],
                condition=models.Q(ended_at__isnull=True),
                name="climb_once",
            ),
            models.CheckConstraint(
                name="climb_answered_by_somebody",
                condition=models.Q(acknowledged_at__isnull=True, acknowledged_by="")
                | (models.Q(acknowledged_at__isnull=False) & ~models.Q(acknowledged_by="")),
            ),
        ]


class Told(Base):
    """Who was told at which step of a climb, and when."""

    labels: ClassVar[dict[str, str]] = {"operational": "climb step account"}

    climb = models.ForeignKey(Climb, on_delete=models.CASCADE, related_name="told")
    step = models.PositiveSmallIntegerField()
    account = models.UUIDField(db_index=True)


class HandOver(Base):
    """A shift given by one person and taken by another: what was open then, by opaque ids."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency given_by items taken_by taken_at told_at",
        "staff": "note",
    }

    agency = models.UUIDField(db_index=True)
    given_by = models.CharField(max_length=64)
    items = models.JSONField(default=list, help_text="[kind, id] of what was open")
    note = models.CharField(max_length=1000, blank=True)
    taken_by = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="When the supervisors heard that nobody had taken it")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="hand_over_taken_by_somebody",
                condition=models.Q(taken_at__isnull=True, taken_by="")
                | (models.Q(taken_at__isnull=False) & ~models.Q(taken_by="")),
            )
        ]


class Duress(Base):
    """A silent call for help by a worker; it stays open until a supervisor closes it."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "account unit call closed_at closed_by",
        "staff": "lon lat",
    }

    account = models.UUIDField()
    unit = models.UUIDField(null=True)
    call = models.UUIDField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)


class Choice(Base):
    """How one worker wants to hear of things outside the product; none is the site's own choice."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "account channels quiet_from quiet_until time_zone",
        "staff": "phone",
    }

    account = models.UUIDField(unique=True)
    channels = models.JSONField(default=dict, help_text="Group of notices to a list of channels")
    phone = models.CharField(max_length=20, blank=True)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    time_zone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quiet_begins_and_ends",
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
            )
        ]


class Leaving(Base):
    """A notice on its way out by one channel. `batch` gathers what one message told of."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "notification account channel group due_at batch tries ended_at outcome"
    }

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="leavings")
    account = models.UUIDField()
    channel = models.CharField(max_length=8)
    group = models.CharField(max_length=16)
    due_at = models.DateTimeField()
    batch = models.UUIDField(null=True, help_text="The message that it leaves with, the same at every try")
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, help_text="left, read, closed, nowhere, given_up")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(ended_at__isnull=True), name="leaving_due")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"],
                condition=models.Q(ended_at__isnull=True),
                name="leaving_once_a_ring",
            ),
            models.CheckConstraint(
                name="leaving_ended_how",
                condition=models.Q(ended_at__isnull=True, outcome="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(outcome="")),
            ),
        ]


class Endpoint(Base):
    """Where another system of an agency hears of events; its secret is kept sealed and shown once."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency url events with_facts secret old_secret old_until failures disabled_at "
        "disabled_why removed_at registered_by",
    }

    agency = models.UUIDField(db_index=True)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list, help_text="Names of events, of messages.hooks.EVENTS")
    with_facts = models.BooleanField(default=False, help_text="With what the agency's own permit opens")
    secret = models.TextField(help_text="Sealed with the instance's key")
    old_secret = models.TextField(blank=True, help_text="Signs beside the new one until old_until")
    old_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="Tries in a row that failed")
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.CharField(max_length=40, blank=True)
    removed_at = models.DateTimeField(null=True)
    registered_by = models.CharField(max_length=64)


class Delivery(Base):
    """One event for one endpoint: ids and codes alone; what a call says is asked for when it is sent."""

    STATES = ("waiting", "delivered", "dead", "withheld")

    labels: ClassVar[dict[str, str]] = {
        "operational": "endpoint name about subject ids digest state due_at attempts status fault settled_at",
    }

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    name = models.CharField(max_length=40)
    about = models.CharField(max_length=32)
    subject = models.UUIDField()
    ids = models.JSONField()
    digest = models.CharField(max_length=32)
    state = models.CharField(max_length=10, default="waiting", choices=[(s, s) for s in STATES])
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, help_text="What the endpoint last answered")
    fault = models.CharField(max_length=80, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["endpoint", "digest"], name="delivery_same"),
        ]
