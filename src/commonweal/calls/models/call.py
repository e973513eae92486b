"""The call and its history: stamps, changes, notes, transfers."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base

SOURCES = (
    "911 lifeline_988 non_emergency 211 officer_request provider_request walk_in text self_initiated "
    "other_centre other"
).split()
STATES = "waiting triaged queued dispatched on_scene cleared transferred cancelled".split()
OPEN_STATES = STATES[:5]
STAGES = (  # domain.md 1.2, in the order of the job
    "received answered triage_start triage_end queued dispatched acknowledged enroute staged on_scene "
    "person_contact backup_requested backup_arrived transport_start at_destination handoff_accepted cleared "
    "report_signed followup_due followup_contact"
).split()
PARTNERS = "lifeline_988 911 211 non_emergency ems crisis_centre".split()
CALLER_ROLES = "self family friend business provider school officer passer_by anonymous other".split()


class Call(Base):
    """One call for help, from whichever door, with its timestamp chain (all UTC, null where not set).

    `tier` counts what is not known as the worst; `floor` is what the answers establish by themselves.
    Imported calls keep the source's own id and fingerprint, and `findings` instead of corrections.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "agency source source_system state tier floor response is_overridden protocol "
        "local_label language person discipline priority priority_label caller_role fingerprint run "
        "recommended",
        "call_facts.incident_number": "number external_id",
        "call_facts.nature": "nature nature_label reasons is_bh_intake is_bh_cleared answers outcome "
        "override_reason needs",
        "call_facts.caller_name": "caller_name",
        "call_facts.caller_phone": "caller_phone",
        "call_facts.exact_address": "address address_extra lon lat",
        "call_facts.block_address": "block block_lon block_lat cell area city",
        "call_facts.time": "received answered triage_start triage_end queued dispatched acknowledged enroute "
        "staged on_scene person_contact backup_requested backup_arrived transport_start at_destination "
        "handoff_accepted cleared report_signed followup_due followup_contact findings kept",
        "encounter_narrative.disposition": "dispositions",
    }

    agency = models.ForeignKey(  # its own index would repeat that of call_once_per_source
        "agencies.Agency", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source = models.CharField(max_length=20, choices=[(s, s) for s in SOURCES])
    source_system = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=64, null=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    run = models.UUIDField(null=True, help_text="The import run that brought or last changed it")
    number = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, default="waiting", choices=[(s, s) for s in STATES])

    caller_name = models.CharField(max_length=120, blank=True)
    caller_phone = models.CharField(max_length=32, blank=True)
    caller_role = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=8, default="en")
    needs = models.JSONField(default=dict, help_text="What triage weighs beside answers: wishes, language")
    person = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    address = models.CharField(max_length=200, blank=True)
    address_extra = models.CharField(max_length=80, blank=True, help_text="Apartment, floor, how to get in")
    block = models.CharField(max_length=160, blank=True)
    city = models.CharField(max_length=80, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    block_lon = models.FloatField(null=True)
    block_lat = models.FloatField(null=True)
    cell = models.CharField(max_length=16, blank=True)
    area = models.CharField(max_length=32, blank=True)

    nature = models.CharField(max_length=40, blank=True, help_text="Neutral code (engines.terms)")
    nature_label = models.CharField(max_length=120, blank=True, help_text="The source's own words")
    reasons = models.JSONField(default=list)
    discipline = models.CharField(max_length=20, blank=True)
    priority = models.PositiveSmallIntegerField(null=True)
    priority_label = models.CharField(max_length=24, blank=True)
    is_bh_intake = models.BooleanField(null=True)
    is_bh_cleared = models.BooleanField(null=True)
    dispositions = models.JSONField(default=list)

    protocol = models.ForeignKey(
        "calls.ProtocolVersion", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answers = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict, help_text="Rules that fired, by id, and what it takes")
    tier = models.CharField(max_length=2, blank=True)
    floor = models.CharField(max_length=2, blank=True)
    local_label = models.CharField(max_length=80, blank=True)
    response = models.CharField(max_length=32, blank=True)
    recommended = models.JSONField(default=list, help_text="Unit ids that were recommended at dispatch")
    is_overridden = models.BooleanField(default=False)
    override_reason = models.CharField(max_length=300, blank=True)

    received = models.DateTimeField(db_index=True)
    answered = models.DateTimeField(null=True)
    triage_start = models.DateTimeField(null=True)
    triage_end = models.DateTimeField(null=True)
    queued = models.DateTimeField(null=True)
    dispatched = models.DateTimeField(null=True)
    acknowledged = models.DateTimeField(null=True)
    enroute = models.DateTimeField(null=True)
    staged = models.DateTimeField(null=True)
    on_scene = models.DateTimeField(null=True)
    person_contact = models.DateTimeField(null=True)
    backup_requested = models.DateTimeField(null=True)
    backup_arrived = models.DateTimeField(null=True)
    transport_start = models.DateTimeField(null=True)
    at_destination = models.DateTimeField(null=True)
    handoff_accepted = models.DateTimeField(null=True)
    cleared = models.DateTimeField(null=True)
    report_signed = models.DateTimeField(null=True)
    followup_due = models.DateTimeField(null=True)
    followup_contact = models.DateTimeField(null=True)
    kept = models.JSONField(default=dict, help_text="Further columns of the source, as they came")
    findings = models.JSONField(default=list, help_text="What is odd in an imported row, kept as it came")

    class Meta:
        indexes = [
            models.Index(
                fields=["state", "received"], name="call_open", condition=models.Q(state__in=OPEN_STATES)
            ),
            models.Index(
                fields=["person", "received"], name="call_person", condition=models.Q(person__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agency", "external_id"], name="call_once_per_source"),
            models.CheckConstraint(
                name="call_override_has_reason",
                condition=models.Q(is_overridden=False) | ~models.Q(override_reason=""),
            ),
            models.CheckConstraint(
                name="call_point_is_whole",
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__isnull=False, lat__isnull=False),
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether the call has not ended."""
        return self.state in OPEN_STATES


class Stamp(Base):
    """Who set which moment of a call; a later stamp of the same stage stays beside the first."""

    labels: ClassVar[dict[str, str]] = {"operational": "call stage actor", "call_facts.time": "at"}

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="stamps")
    stage = models.CharField(max_length=20, choices=[(s, s) for s in STAGES])
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)


class Change(Base):
    """One value of a call that was changed on purpose: tier, flag, nature; why, and by whom."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "call field actor",
        "call_facts.nature": "was became reason",
    }

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=24)
    was = models.CharField(max_length=120, blank=True)
    became = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=64)


class Note(Base):
    """What was heard, in plain words, added as the call goes on; never changed."""

    labels: ClassVar[dict[str, str]] = {"operational": "call actor", "call_facts.nature": "text"}

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    actor = models.CharField(max_length=64)


class Document(Base):
    """A document that a call came in or was brought up to date by, whole, as it came: each once.

    It may name anybody and anything; it is read by nobody but who the permit opens the whole call to.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "call standard written_at fingerprint",
        "call_facts.incident_number": "tracking",
        "call_facts.caller_name": "body",
    }

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="documents")
    standard = models.CharField(max_length=12)
    tracking = models.TextField()
    written_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "fingerprint"], name="document_once_per_call")]


class Transfer(Base):
    """The caller handed to or taken from another line: which, how, and whether it was taken.

    Both agencies are set where the other side works in this system or speaks with it by documents: it is
    then offered until the receiver answers, and `due_at` says when it begins to ring. `sent` names the fields
    that the receiver's permit opened when it read the call; `arrived` is the receiver's own call.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "call partner to_agency from_agency is_inbound is_warm is_threat is_accepted actor "
        "answered_at answered_by refusal sent sent_at due_at rung_at taken_back_at arrived key",
    }

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="transfers")
    partner = models.CharField(max_length=20)
    is_inbound = models.BooleanField(default=False)
    is_warm = models.BooleanField(default=True, help_text="Stayed on the line until the other side answered")
    is_threat = models.BooleanField(default=False, help_text="The sender said that a life is at risk")
    is_accepted = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=64)
    to_agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    from_agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    refusal = models.CharField(max_length=24, blank=True, help_text="Why it was not taken, as a code")
    sent = models.JSONField(default=list, help_text="Names of the fields that the other side was given")
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="From here on an offer without an answer rings")
    rung_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    arrived = models.UUIDField(null=True, help_text="The call that the receiver opened of it")
    key = models.CharField(max_length=64, null=True, help_text="Sender, receiver and incident: each once")

    class Meta:
        indexes = [
            models.Index(
                fields=["to_agency", "due_at"], name="transfer_offered",
                condition=models.Q(is_accepted__isnull=True, taken_back_at__isnull=True),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["key"], name="transfer_once_per_incident"),
            models.UniqueConstraint(
                fields=["call"], name="transfer_one_offer_at_a_time",
                condition=models.Q(
                    is_accepted__isnull=True, taken_back_at__isnull=True, due_at__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="transfer_answered_or_taken_back",
                condition=models.Q(is_accepted__isnull=True) | models.Q(taken_back_at__isnull=True),
            ),
        ]  # fmt: skip


class Numbering(models.Model):
    """The last incident number of one centre in one year."""

    labels: ClassVar[dict[str, str]] = {"operational": "id agency year last"}

    agency = models.ForeignKey("agencies.Agency", on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "year"], name="numbering_once")]
