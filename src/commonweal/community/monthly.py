"""A month's calls by what they were about, counted for everybody: the table that a liaison releases."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.db import transaction

from commonweal.calls import queries as calls
from commonweal.community.publishing import foreseen_figures, publish_figures, publishable
from commonweal.evaluation import queries as evaluation
from commonweal.evaluation.queries import Opened, Standing
from commonweal.foresight import actions as foresight
from commonweal.foresight import queries as need
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid

CODE, CATEGORY = "calls_by_nature", "call_facts"
MEANS = {
    "en": "Calls by what they were about, as it was first taken down. A count of what was reported, not of "
    "what happened; calls about which a law of its own keeps silent are left out.",
    "es": "Llamadas según su motivo, tal como se anotó primero. Es un recuento de lo que se comunicó, no de "
    "lo que ocurrió; no se cuentan las llamadas sobre las que otra ley manda callar.",
}


@dataclass(frozen=True, slots=True)
class Month:
    """A month as everybody would read it (None: withheld), and the quality of the records it stands on."""

    natures: Mapping[str, int | None]
    standing: Standing

    @property
    def mark(self) -> str:
        """Changes with anything that is shown here."""
        told = [sorted(self.natures.items()), self.standing.open, self.standing.is_known]
        return sha256(json.dumps(told).encode()).hexdigest()


def foreseen_month(*, by: Actor, month: date) -> Month:
    """What publishing this month would show; nothing leaves by it."""
    counts, standing = _counted(by, month)
    return _month(month, counts, standing)


def _month(month: date, counts: Mapping[str, int], standing: Standing) -> Month:
    return Month(foreseen_figures(code=CODE, month=month, counts=counts, category=CATEGORY), standing)


@transaction.atomic
def publish_month(*, by: Actor, month: date, seen: str) -> int:
    """Count a month that is over and release it; returns the cells released.

    `seen` is the mark of the month as it was looked at: Conflict where it is another by now. Invalid where
    the month is not over, or nothing that may go out is on file.
    """
    counts, standing = _counted(by, month) if month in months() else ({}, None)
    if standing is None or not counts:
        raise Invalid("month", month.isoformat(), "Choose a month that is over and has calls on file.")
    if seen != _month(month, counts, standing).mark:
        raise Conflict("The numbers changed since you looked. Look again before you publish them.")
    return publish_figures(
        by=by, code=CODE, month=month, counts=counts, category=CATEGORY, definition_en=MEANS["en"],
        definition_es=MEANS["es"], faults=standing.open if standing.is_known else None,
    )  # fmt: skip


def months() -> list[date]:
    """First days of the months that are over and may have calls on file, newest first."""
    on_file = calls.span_of_history()
    if on_file is None:
        return []
    first = on_file[0].astimezone(clock.zone()).date().replace(day=1)
    month, found = _before(clock.today()), list[date]()
    while month >= first:
        found.append(month)
        month = _before(month)
    return found


def _counted(by: Actor, month: date) -> tuple[dict[str, int], Standing]:
    """Calls that began in the month by the site's clock, of origins whose counts may go out to everybody."""
    opened = foresight.open_set(by=by)
    told = publishable(opened, CATEGORY)
    permits = {origin: permit for origin, permit in opened.items() if origin in told}
    zone = clock.zone()
    later = (month + timedelta(days=31)).replace(day=1)
    first, last = (datetime.combine(day, time(), zone) for day in (month, later))
    seen = need.picture(permits, need.Question(first, last, zone, frozenset(need.HOURS), "all"))
    return dict(seen.natures), evaluation.standing(Opened({CATEGORY: permits}, {}))


def _before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
