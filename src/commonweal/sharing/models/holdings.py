"""What is protected, and who is tied to it."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class Holding(Base):
    """One protected record of any room: whose it is, under which regime, and what bars it.

    Rooms write it downward in the same transaction as the record itself (`sharing.actions.hold`).
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "kind subject person agency source_program call part_of is_sealed is_expunged "
        "is_minor is_dv is_confidential_address is_deceased is_state_stricter on_premises",
    }

    kind = models.CharField(max_length=32)
    subject = models.UUIDField()
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="holdings")
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    source_program = models.CharField(max_length=32, blank=True)
    call = models.UUIDField(
        null=True, db_index=True, help_text="The call it stands under: its assignments count here too"
    )
    part_of = models.UUIDField(
        null=True, db_index=True, help_text="The record it hangs from: what bars or holds that one reaches it"
    )
    is_sealed = models.BooleanField(default=False)
    is_expunged = models.BooleanField(default=False)
    is_minor = models.BooleanField(default=False)
    is_dv = models.BooleanField(default=False)
    is_confidential_address = models.BooleanField(default=False)
    is_deceased = models.BooleanField(default=False)
    is_state_stricter = models.BooleanField(default=False)
    on_premises = models.BooleanField(default=False)

    class Meta:
        # the subject leads: the gate asks by ids alone, of whatever kinds they are
        constraints = [models.UniqueConstraint(fields=["subject", "kind"], name="holding_once")]


class Tie(Base):
    """What binds a worker or an agency to a subject: an incident, care, a conflict, a lapse.

    Exactly one of `account` and `agency` is set. Written and ended by the act that makes or ends it.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "relation kind subject account agency role since until reason"
    }
    RELATIONS: ClassVar[tuple[str, ...]] = (
        "incident",
        "care",
        "conflict",
        "training_lapsed",
        "table",
        "diversion",
    )

    relation = models.CharField(max_length=20, choices=[(r, r) for r in RELATIONS])
    kind = models.CharField(max_length=32)
    subject = models.UUIDField(db_index=True)
    account = models.UUIDField(null=True, db_index=True)
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=32, blank=True, help_text="Narrows an agency's tie to one role")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tie_binds_one",
                condition=models.Q(account__isnull=False, agency__isnull=True)
                | models.Q(account__isnull=True, agency__isnull=False),
            )
        ]
