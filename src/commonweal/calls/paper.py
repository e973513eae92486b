"""Numbers of paper sheets: `P26-000042`, from one series a year for the whole site; and their entry."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from commonweal.calls import events
from commonweal.calls.models import Pack, PaperEntry, PaperSeries
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid

PRINTED_LATE = timedelta(minutes=15)  # how far clocks on a wall and on the server may differ
_NUMBER = re.compile(r"P?(\d{2})-?0*(\d{1,7})(?:-?([A-Z]))?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A number taken apart; `copy` is the letter that a photocopied sheet was given, if it is one."""

    year: int
    serial: int
    copy: str = ""

    def __str__(self) -> str:
        return said(self.year, self.serial) + (f"-{self.copy}" if self.copy else "")


def said(year: int, serial: int) -> str:
    """A number as it is printed."""
    return f"P{year % 100:02d}-{serial:06d}"


def read(text: str) -> Sheet:
    """What was written down, spaces and small letters forgiven; Invalid for anything else."""
    found = _NUMBER.fullmatch(re.sub(r"\s", "", text).upper())
    if found is None:
        raise Invalid("paper", text, "Write the number at the top of the sheet, like P26-000042.")
    return Sheet(2000 + int(found[1]), int(found[2]), found[3] or "")


def reserve(year: int, count: int) -> tuple[int, int]:
    """The next block of numbers, first and last; whoever asks at the same time gets the one after."""
    PaperSeries.objects.get_or_create(year=year)
    series = PaperSeries.objects.select_for_update().get(year=year)
    first, series.last = series.last + 1, series.last + count
    series.save(update_fields=["last"])
    return first, series.last


def pack_of(sheet: Sheet) -> Pack:
    """The pack that a sheet came from; Invalid where no pack ever held the number."""
    found = Pack.objects.filter(year=sheet.year, first__lte=sheet.serial, last__gte=sheet.serial).first()
    if found is None:
        says = "No pack holds this number. Look at the sheet again: the number is at its top right."
        raise Invalid("paper", str(sheet), says)
    return found


def claim(by: Actor, text: str, kind: str, record: UUID | None, happened_at: datetime) -> PaperEntry:
    """Enter a sheet once, in the caller's transaction. Conflict names when and as what it was entered before.

    Invalid for a sheet of a pack made after what it tells (nobody writes on paper that is not yet printed).
    """
    sheet = read(text)
    pack = pack_of(sheet)
    past(happened_at, "happened_at")
    _refuse_mixed(sheet, pack, kind)
    if happened_at < pack.created_at - PRINTED_LATE:
        says = "This sheet was printed later than that. Check the day and the time."
        raise Invalid("received" if kind == "call" else "started", happened_at, says)
    _refuse_twice(sheet)
    try:
        with transaction.atomic():
            made = PaperEntry.objects.create(
                number=str(sheet), kind=kind, record=record, pack=pack, happened_at=happened_at,
                entered_by=by.id,
            )  # fmt: skip
    except IntegrityError:
        _refuse_twice(sheet)
        raise
    journal.write(by=by, event=events.PaperEntered(paper=made.id, record=record, what=kind))
    return made


def _refuse_mixed(sheet: Sheet, pack: Pack, kind: str) -> None:
    """Practice stays practice, and nothing that was meant in earnest is used up by a drill."""
    if pack.reason == "drill" and kind != "practice":
        says = "This sheet is from a drill: it is for practice and becomes no record."
        raise Invalid("paper", str(sheet), says)
    if pack.reason != "drill" and kind == "practice":
        says = "This sheet is for real calls. Take one from the drill's own pack."
        raise Invalid("paper", str(sheet), says)


def _refuse_twice(sheet: Sheet) -> None:
    before = PaperEntry.objects.filter(number=str(sheet)).first()
    if before is not None:
        says = (
            "Sheet %(number)s was entered already, on %(day)s. Nothing was entered twice. "
            "A photocopy with another story gets a letter: %(number)s-B."
        )
        raise Conflict(says, number=str(sheet), day=clock.day(before.created_at))


def past(moment: datetime, field: str) -> None:
    """Invalid for a moment that has not come."""
    if moment > clock.now():
        raise Invalid(field, moment, "This time has not come yet. Check the day and the time.")
