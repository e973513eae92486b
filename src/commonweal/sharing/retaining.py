"""What the retention schedule would expunge next, counted before it does; records are never named."""

from dataclasses import dataclass
from datetime import timedelta

from commonweal.kernel import clock, days
from commonweal.sharing.models import Holding
from commonweal.sharing.retention import Schedule, retention

SOON = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Outlook:
    """One schedule: records past it now, and those that will be within SOON; holds are not asked yet."""

    schedule: Schedule
    due: int
    soon: int


def outlook() -> list[Outlook]:
    """Every schedule of the site with its counts, whether it is applied or not."""
    return [_of(one) for one in retention().schedules]


def _of(schedule: Schedule) -> Outlook:
    now = clock.now()
    kept = Holding.objects.filter(kind__in=schedule.kinds, is_expunged=False)
    due = kept.filter(created_at__lt=days.years_before(now, schedule.years)).count()
    soon = kept.filter(created_at__lt=days.years_before(now + SOON, schedule.years)).count()
    return Outlook(schedule, due, soon - due)
