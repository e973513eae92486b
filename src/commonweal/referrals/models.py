"""Nouns of this room: referrals, their steps, links by which a mailbox may answer, reminders."""

from typing import ClassVar

from django.db import models

from commonweal.kernel import clock
from commonweal.kernel.models import Base
from commonweal.referrals.states import LIVE, STATES

REMINDER_WAYS = ("text", "mail", "call")
REMINDER_BEFORE = ("day", "two_hours")
REMINDER_ENDS = ("withdrawn", "replaced", "over", "died", "sealed")


class Referral(Base):
    """One person referred to one service. `person` is None where nobody is known by name.

    `shared` is what the gate said of the receiver when it was last checked: field names, never values.
    A guarded one may stand twice: to refuse the second would say that the first still stands.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "person service encounter parent from_agency to_agency sent_by state pathway code "
        "shared is_anonymous is_guarded due_at sent_at viewed_at answered_at attended_at closed_at "
        "escalated_at version language",
        "referral_status.service_type": "needs reasons",
        "referral_status.status": "decline_reason scheduled_for outcome",
        "referral_status.outcome_detail": "note outcome_note said helped",
    }

    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey("directory.Service", on_delete=models.PROTECT, related_name="+")
    encounter = models.ForeignKey(
        "encounters.Encounter", null=True, on_delete=models.PROTECT, related_name="referrals"
    )
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="rerouted_to")
    from_agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    sent_by = models.CharField(max_length=64)
    state = models.CharField(max_length=16, default="draft", choices=[(s, s) for s in STATES])
    pathway = models.CharField(max_length=24, default="standard")
    code = models.CharField(max_length=8, unique=True, help_text="Hand-off code that the person carries")
    language = models.CharField(max_length=8, default="en")
    is_anonymous = models.BooleanField(default=False, help_text="The receiver learns no name")
    is_guarded = models.BooleanField(
        default=False, db_default=False, help_text="The receiver's law keeps from the sender how it stands"
    )
    needs = models.JSONField(default=list)
    reasons = models.JSONField(default=list, help_text="Why this service, in words")
    note = models.TextField(blank=True)
    shared = models.JSONField(default=dict)
    due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    viewed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    scheduled_for = models.DateTimeField(null=True)
    attended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True, help_text="When a due time passed and the sender was told")
    decline_reason = models.CharField(max_length=24, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    outcome_note = models.TextField(blank=True)
    said = models.TextField(blank=True, help_text="The person's own words")
    helped = models.BooleanField(null=True, help_text="Whether it helped, as the person says")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["to_agency", "state", "due_at"], name="referral_inbox"),
            models.Index(fields=["from_agency", "state"], name="referral_outbox"),
            models.Index(fields=["person"], name="referral_person"),
            models.Index(fields=["state", "due_at"], name="referral_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "service"],
                condition=models.Q(person__isnull=False, is_guarded=False, state__in=LIVE),
                name="referral_live_once",
            ),
            models.CheckConstraint(
                name="referral_declined_why",
                condition=~models.Q(state="declined") | ~models.Q(decline_reason=""),
            ),
            models.CheckConstraint(
                name="referral_sent_when",
                condition=models.Q(state__in=["draft", "consent_checked", "withdrawn"])
                | models.Q(sent_at__isnull=False),
            ),
        ]


class Step(Base):
    """One act on a referral; appended, never changed. `sequence` counts from 1 without gaps."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "referral sequence act before after at by agency party reason",
        "referral_status.service_type": "note",
    }

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField()
    act = models.CharField(max_length=16)
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=64)
    agency = models.UUIDField(null=True)
    party = models.CharField(max_length=12)
    reason = models.CharField(max_length=24, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "sequence"], name="step_once")]


class Arrival(Base):
    """The clock of a hand-off: when the person stood at the door, and when the receiver took over.

    One a referral. `party` and `by` say which side noted the arrival, `handed_by` who noted the hand-off.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "referral arrived_at by party handed_off_at handed_by",
    }

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="arrival")
    arrived_at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=64)
    party = models.CharField(max_length=12)
    handed_off_at = models.DateTimeField(null=True)
    handed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="arrival_handed_by_whom",
                condition=models.Q(handed_off_at__isnull=True, handed_by="")
                | models.Q(handed_off_at__isnull=False) & ~models.Q(handed_by=""),
            ),
            models.CheckConstraint(
                name="arrival_before_hand_off",
                condition=models.Q(handed_off_at__isnull=True)
                | models.Q(handed_off_at__gte=models.F("arrived_at")),
            ),
        ]


class Onward(Base):
    """A person's word that a referral may go on by itself where a service says no: to whom, and until when.

    `current` is the referral of the chain that waits; `stopped` says why it goes no further.
    """

    STOPS: ClassVar[tuple[str, ...]] = ("none_left", "most", "pathway", "answer", "consent")
    labels: ClassVar[dict[str, str]] = {
        "operational": "root current hops agreed_at by withdrawn_at withdrawn_by stopped",
        "referral_status.service_type": "needs services",
    }

    root = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="onward")
    current = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    needs = models.JSONField(default=list, help_text="Any service for these will do")
    services = models.JSONField(default=list, help_text="Service ids as text, named by the person")
    hops = models.PositiveSmallIntegerField(default=0)
    agreed_at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    stopped = models.CharField(max_length=12, blank=True, choices=[(s, s) for s in STOPS])

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="onward_withdrawn_by_whom",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by="")
                | models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_by=""),
            ),
        ]


class AnswerLink(Base):
    """A single-use way to answer one referral by mail; only the hash of its token is kept."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "referral token_hash expires_at used_at revoked_at revoked_why opened_at opens",
        "staff": "email",
    }

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    opens = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="link_used_or_revoked",
                condition=models.Q(used_at__isnull=True) | models.Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="link_revoked_why",
                condition=models.Q(revoked_at__isnull=True, revoked_why="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_why=""),
            ),
        ]


class Reminder(Base):
    """What the person chose for one referral. When it ends its address is emptied in the same act.

    `worker` is who calls, where that was chosen. `is_neutral` where the words name no service.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "referral way before language is_neutral is_safe worker chosen_at by ended_at "
        "ended_by why",
        "identity.phone": "address",
    }

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="reminders")
    way = models.CharField(max_length=8, choices=[(w, w) for w in REMINDER_WAYS])
    before = models.CharField(max_length=12, choices=[(b, b) for b in REMINDER_BEFORE])
    language = models.CharField(max_length=8)
    is_neutral = models.BooleanField(default=True)
    is_safe = models.BooleanField(default=False, help_text="The person says that nobody else reads it")
    address = models.CharField(max_length=254, blank=True)
    worker = models.UUIDField(null=True)
    chosen_at = models.DateTimeField(default=clock.now)
    by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=12, blank=True, choices=[(w, w) for w in REMINDER_ENDS])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(ended_at__isnull=True), name="reminder_one_choice"
            ),
            models.CheckConstraint(
                name="reminder_ended_by_whom_and_forgotten",
                condition=models.Q(ended_at__isnull=True, ended_by="", why="")
                | models.Q(ended_at__isnull=False, address="") & ~models.Q(ended_by="") & ~models.Q(why=""),
            ),
            models.CheckConstraint(
                name="reminder_has_its_address",
                condition=models.Q(ended_at__isnull=False)
                | models.Q(way="call", address="")
                | ~models.Q(way="call") & ~models.Q(address=""),
            ),
        ]


class Reminding(Base):
    """One reminder of one appointment: on its way, or with what became of it.

    `appointment` is the time of which it reminds: a moved appointment has another.
    """

    OUTCOMES: ClassVar[tuple[str, ...]] = (
        "sent", "reached", "not_reached", "late", "night", "moved", "over", "withdrawn", "died", "sealed",
        "nobody", "given_up",
    )  # fmt: skip
    UNTRIED: ClassVar[tuple[str, ...]] = ("moved", "withdrawn")  # after which the person is reminded anew

    labels: ClassVar[dict[str, str]] = {
        "operational": "reminder referral way account due_at tries ended_at ended_by outcome",
        "referral_status.status": "appointment",
    }

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="sent")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="remindings")
    appointment = models.DateTimeField()
    way = models.CharField(max_length=8)
    account = models.UUIDField(null=True, db_index=True, help_text="Who calls")
    due_at = models.DateTimeField(help_text="When it is tried, or tried again")
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=12, blank=True, choices=[(o, o) for o in OUTCOMES])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(ended_at__isnull=True), name="reminding_one_open"
            ),
            models.UniqueConstraint(
                fields=["referral", "appointment"], condition=models.Q(outcome="sent"),
                name="reminding_sent_once",
            ),
            models.CheckConstraint(
                name="reminding_ended_how",
                condition=models.Q(ended_at__isnull=True, outcome="", ended_by="")
                | models.Q(ended_at__isnull=False) & ~models.Q(outcome="") & ~models.Q(ended_by=""),
            ),
        ]  # fmt: skip
