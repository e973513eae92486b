"""A document on a case: sealed bytes, and whose class of data they are."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.attached import Attached


class Document(Attached):
    """A paper or picture that belongs to a case. Its category says who may read it, title and bytes alike.

    The label of `title` is that of the plan, the least closed it may be; `GUARDS` names the field of a permit
    that opens it, and none opens part of a file.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "case kind category",
        "case_plan.plan_notes": "title",
    }
    KINDS: ClassVar[tuple[str, ...]] = (
        "identification", "benefit_letter", "court_paper", "discharge_paper", "consent_form", "photograph",
        "other",
    )  # fmt: skip
    # most closed first; each opens by the one field of its category that only full readers are given
    GUARDS: ClassVar[dict[str, str]] = {
        "sud_record": "diagnosis",
        "mh_assessment": "assessment_notes",
        "case_plan": "plan_notes",
        "identity": "photo",
    }

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=16, choices=[(k, k) for k in KINDS])
    category = models.CharField(max_length=16, choices=[(c, c) for c in GUARDS])
    title = models.CharField(max_length=120, blank=True)

    class Meta(Attached.Meta):
        indexes = [models.Index(fields=["case", "created_at"], name="document_case")]

    @property
    def guard(self) -> str:
        """The field of a permit that opens it."""
        return self.GUARDS[self.category]
