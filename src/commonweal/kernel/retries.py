"""What a reader of the journal could not do yet: tried again with growing pauses, given up at last, kept."""

from collections.abc import Sequence
from datetime import timedelta

from commonweal.kernel import clock
from commonweal.kernel.models import JournalLine, Owed

PAUSES = tuple(timedelta(seconds=s) for s in (2, 10, 60, 600, 3_600, 21_600))


def owe(sequence: int, handler: str, fault: str) -> Owed:
    """Note that a handler failed for a line, or failed again; the next try comes later each time."""
    row, is_new = Owed.objects.get_or_create(
        sequence=sequence, handler=handler, defaults={"due_at": clock.now() + PAUSES[0], "fault": fault[:300]}
    )
    if not is_new:
        row.attempts, row.fault = row.attempts + 1, fault[:300]
        if row.attempts > len(PAUSES):
            row.given_up_at = clock.now()
        else:
            row.due_at = clock.now() + PAUSES[row.attempts - 1]
        row.save()
    return row


def due(limit: int = 50) -> Sequence[tuple[Owed, JournalLine]]:
    """Handlers whose time has come again, with the lines they are for, oldest first."""
    rows = list(Owed.objects.filter(given_up_at__isnull=True, due_at__lte=clock.now()).order_by("id")[:limit])
    lines = {
        line.seal.sequence: line
        for line in JournalLine.objects.filter(seal__sequence__in=[r.sequence for r in rows]).select_related(
            "seal"
        )
    }
    return [(row, lines[row.sequence]) for row in rows if row.sequence in lines]


def settle(row: Owed) -> None:
    """The handler ran: nothing is owed."""
    row.delete()


def given_up() -> Sequence[Owed]:
    """What was given up: for the administrator, newest first."""
    return list(Owed.objects.filter(given_up_at__isnull=False).order_by("-given_up_at")[:200])
