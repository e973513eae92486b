"""Accountings that are suspended for a law-enforcement or oversight agency (45 CFR 164.528(a)(2))."""

from typing import ClassVar

from django.db import models

from commonweal.kernel import clock
from commonweal.kernel.models import Base


class Suspension(Base):
    """A term in which a person's accounting leaves out what one agency was given, before or during it."""

    MANNERS: ClassVar[tuple[str, ...]] = ("in_writing", "by_mouth")
    labels: ClassVar[dict[str, str]] = {
        "operational": "persons agency manner until set_by lifted_at lifted_by",
        "staff": "official statement lifted_why",
    }

    persons = models.JSONField(help_text="Every id of the person, as ids")
    agency = models.UUIDField()
    manner = models.CharField(max_length=12, choices=[(m, m) for m in MANNERS])
    official = models.CharField(max_length=120, help_text="Who stated it: name and office")
    statement = models.TextField()
    until = models.DateTimeField()
    set_by = models.CharField(max_length=64)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=64, blank=True)
    lifted_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="suspension_lifted_by_somebody",
                condition=models.Q(lifted_at__isnull=True, lifted_by="")
                | (models.Q(lifted_at__isnull=False) & ~models.Q(lifted_by="")),
            )
        ]

    @property
    def is_in_force(self) -> bool:
        """Whether it hides anything now; its term ends by itself."""
        return self.lifted_at is None and self.until > clock.now()
