"""A letter on somebody's behalf: drafted, read by the person, sent to somebody outside, then unchanged."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commonweal.cases.models.care import Case
from commonweal.kernel.models import Base


class AdvocacyLetter(Base):
    """One letter of a case. `used` is what it tells, record by record; `consents` what it rested on.

    It stands as closed as the plan's notes; sealed, held and expunged with its case.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "case outsider template language written_by approved_at approved_by answer "
        "answered_at answered_by shown sent_at sent_by way used consents notice dropped_at dropped_by",
        "case_plan.plan_notes": "title body",
    }
    WAYS: ClassVar[tuple[str, ...]] = ("post", "fax", "email", "by_hand")
    ANSWERS: ClassVar[tuple[str, ...]] = ("yes", "no")
    SHOWN: ClassVar[tuple[str, ...]] = ("mine", "together")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    outsider = models.ForeignKey("sharing.Outsider", on_delete=models.PROTECT, related_name="+")
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=160)
    body = models.TextField()
    written_by = models.CharField(max_length=64)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=64, blank=True)
    shown = models.CharField(max_length=8, blank=True, choices=[(s, s) for s in SHOWN])
    answer = models.CharField(max_length=3, blank=True, choices=[(a, a) for a in ANSWERS])
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=64, blank=True)
    way = models.CharField(max_length=8, blank=True, choices=[(w, w) for w in WAYS])
    used = models.JSONField(
        default=list, help_text="Category, kind, id of each record, with the fields told"
    )
    consents = models.JSONField(
        default=list, help_text="Ids of those it rested on when it was sent"
    )
    notice = models.TextField(blank=True, help_text="What stood at its foot when it was sent")
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "created_at"], name="letter_case")]
        constraints = [
            models.CheckConstraint(
                name="letter_approved_by_a_second",
                condition=Q(approved_at__isnull=True, approved_by="")
                | Q(approved_at__isnull=False) & ~Q(approved_by="") & ~Q(approved_by=models.F("written_by")),
            ),
            models.CheckConstraint(
                name="letter_answered_by_whom",
                condition=Q(answered_at__isnull=True, answered_by="", answer="", shown="")
                | Q(answered_at__isnull=False) & ~Q(answered_by="") & ~Q(answer="") & ~Q(shown=""),
            ),
            models.CheckConstraint(
                name="letter_sent_as_the_person_said",
                condition=Q(sent_at__isnull=True, sent_by="", way="")
                | Q(sent_at__isnull=False, answer="yes", dropped_at__isnull=True)
                & ~Q(sent_by="")
                & ~Q(way=""),
            ),
            models.CheckConstraint(
                name="letter_dropped_by_whom",
                condition=Q(dropped_at__isnull=True, dropped_by="")
                | Q(dropped_at__isnull=False) & ~Q(dropped_by=""),
            ),
        ]

    @property
    def state(self) -> str:
        """sent, dropped, declined by the person, agreed, or draft."""
        if self.sent_at or self.dropped_at:
            return "sent" if self.sent_at else "dropped"
        return {"yes": "agreed", "no": "declined"}.get(self.answer, "draft")
