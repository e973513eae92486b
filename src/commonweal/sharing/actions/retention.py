"""Records past their schedule are expunged; held ones stay; one line a schedule says how many."""

from dataclasses import dataclass

from commonweal.kernel import clock, days, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict
from commonweal.sharing import events
from commonweal.sharing.actions.sealing import bar
from commonweal.sharing.models import Holding
from commonweal.sharing.retention import Retention, Schedule, retention

MOST = 1_000  # records of one schedule in one run; the rest goes with the next


@dataclass(frozen=True, slots=True)
class Applied:
    """What one schedule did: records that went, records that a litigation hold keeps."""

    schedule: str
    gone: int
    held: int


def apply_retention(*, by: Actor, kept: Retention | None = None) -> list[Applied]:
    """Expunge what is past its schedule; empty where none is in force.

    Each record goes in a transaction of its own, which journals it and asks the litigation holds.
    """
    rules = kept or retention()
    return [_applied(by, one) for one in rules.schedules] if rules.is_in_force else []


def _applied(by: Actor, schedule: Schedule) -> Applied:
    before, gone, held = days.years_before(clock.now(), schedule.years), 0, 0
    due = Holding.objects.filter(kind__in=schedule.kinds, is_expunged=False, created_at__lt=before)
    rows = list(due.order_by("created_at").values_list("kind", "subject"))
    for kind, subject in rows:
        if gone == MOST:
            break
        try:
            bar(by=by, subject=Subject(kind, subject), expunged=True)
            gone += 1
        except Conflict:
            held += 1
    if gone or held:
        journal.write(by=by, event=events.RetentionApplied(schedule=schedule.id, gone=gone, held=held))
    return Applied(schedule.id, gone, held)
