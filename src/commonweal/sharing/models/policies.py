"""The site's own policy: versions that two people made, each in force from its day until the next."""

from typing import ClassVar

from django.db import models

from commonweal.kernel.models import Base


class SitePolicy(Base):
    """One version of what the site set for itself, within the law; see packs/site_policy.yaml.

    A draft changes; an approved version never does. In force is the approved one whose day came last.
    """

    labels: ClassVar[dict[str, str]] = {
        "operational": "number rules why state starts_at drafted_by approved_by approved_at digest back_to",
    }
    STATES: ClassVar[tuple[str, ...]] = ("draft", "approved", "withdrawn")

    number = models.PositiveIntegerField(unique=True)
    rules = models.JSONField(default=dict, help_text="What the site sets, in the form of sharing.site.Rules")
    why = models.CharField(max_length=400, help_text="Why it is changed, in a sentence")
    state = models.CharField(max_length=12, default="draft", choices=[(s, s) for s in STATES])
    starts_at = models.DateTimeField(help_text="The first moment of its first day")
    drafted_by = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of exactly what was approved")
    back_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        indexes = [models.Index(fields=["state", "starts_at"], name="site_policy_in_force")]
        constraints = [
            models.CheckConstraint(
                name="site_policy_two_people",
                condition=~models.Q(approved_by=models.F("drafted_by")),
            ),
            models.CheckConstraint(
                name="site_policy_approved_by_whom",
                condition=models.Q(state="approved", approved_at__isnull=False) & ~models.Q(approved_by="")
                | models.Q(state="draft", approved_by="", approved_at__isnull=True)
                | models.Q(state="withdrawn"),
            ),
        ]
