"""Files that stand beside a record: the columns every room's row of one has, and what may be done with it.

The bytes are `sealed`; what they are about, who may read them and what they are called is the room's own.
"""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models

from commonweal.kernel import clock, sealed
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.kernel.models import Base

SCANS = ("none", "waiting", "clean", "refused")
REASONS = ("wrong_person", "duplicate", "not_needed", "person_asked")
WAITS = "Nobody can open this file yet: it waits for the check against malware. Try again in a few minutes."
REFUSED = "Nobody can open this file: the check against malware refused it. Ask for a clean copy."
WITHDRAWN = "This file was withdrawn. Bring it back first."
GONE = "This file was destroyed for good."


class Attached(Base):
    """A sealed file: its type and size, its digest, the check against malware, and being withdrawn."""

    labels: ClassVar[dict[str, str]] = {
        "operational": "media size digest scan scanned_at added_by withdrawn_at withdrawn_by withdrawn_why "
        "gone_at"
    }

    media = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes as they came")
    scan = models.CharField(max_length=8, default="none", choices=[(s, s) for s in SCANS])
    scanned_at = models.DateTimeField(null=True)
    added_by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    withdrawn_why = models.CharField(max_length=16, blank=True, choices=[(r, r) for r in REASONS])
    gone_at = models.DateTimeField(null=True, help_text="Its bytes were destroyed")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_withdrawn_when_by_whom_why",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by="", withdrawn_why="")
                | models.Q(withdrawn_at__isnull=False)
                & ~models.Q(withdrawn_by="")
                & ~models.Q(withdrawn_why=""),
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether its bytes may be given to whoever may read it."""
        return not (self.gone_at or self.withdrawn_at) and self.scan in ("none", "clean")


def first_scan() -> str:
    """How a new file begins: waiting where the site has a scanner, else never scanned."""
    return "waiting" if settings.SCANNER else "none"


def content(row: Attached) -> bytes:
    """The bytes; Conflict says why nobody may have them now."""
    if row.gone_at or row.withdrawn_at:
        raise Conflict(GONE if row.gone_at else WITHDRAWN)
    if row.scan in ("waiting", "refused"):
        raise Conflict(WAITS if row.scan == "waiting" else REFUSED)
    return sealed.read(row.id, row.digest)


def withdraw(row: Attached, by: Actor, why: str) -> bool:
    """Take it out of sight, with a reason of REASONS; False where it is out already."""
    if why not in REASONS:
        raise Invalid("reason", why, f"Use one of: {', '.join(REASONS)}.")
    if row.withdrawn_at:
        return False
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = clock.now(), by.id, why
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    return True


def bring_back(row: Attached) -> bool:
    """Undo it; Conflict for one that was destroyed, False where it is not withdrawn."""
    if row.gone_at:
        raise Conflict(GONE)
    if not row.withdrawn_at:
        return False
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = None, "", ""
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    return True


def judged(row: Attached, is_clean: bool) -> None:
    """What the scanner found."""
    row.scan, row.scanned_at = ("clean" if is_clean else "refused"), clock.now()
    row.save(update_fields=["scan", "scanned_at"])


def destroy(row: Attached, *words: str) -> bool:
    """Take the bytes off the disk and empty these columns of words; False where that was done."""
    sealed.drop(row.id)
    if row.gone_at:
        return False
    row.gone_at = clock.now()
    for name in words:
        setattr(row, name, "")
    row.save(update_fields=["gone_at", *words])
    return True


def waiting(rows: models.QuerySet[Attached], most: int = 20) -> list[UUID]:
    """Files that the scanner has not seen, those that wait first, oldest first."""
    left = rows.filter(scan__in=("waiting", "none"), gone_at__isnull=True)
    return list(left.order_by("-scan", "created_at").values_list("id", flat=True)[:most])
