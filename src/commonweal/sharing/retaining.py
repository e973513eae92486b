"""What the retention schedule would expunge next, counted before it does; records are never named."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

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
    """Every schedule of the site with its counts, whether it is applied or not; the records are read once."""
    schedules, now = retention().schedules, clock.now()
    counts: dict[str, Count] = {}
    for number, one in enumerate(schedules):
        counts[f"due_{number}"] = _before(one, days.years_before(now, one.years))
        counts[f"by_then_{number}"] = _before(one, days.years_before(now + SOON, one.years))
    found = Holding.objects.filter(is_expunged=False).aggregate(**counts)
    return [
        Outlook(one, found[f"due_{n}"], found[f"by_then_{n}"] - found[f"due_{n}"])
        for n, one in enumerate(schedules)
    ]


def _before(schedule: Schedule, moment: datetime) -> Count:
    return Count("pk", filter=Q(kind__in=schedule.kinds, created_at__lt=moment))
