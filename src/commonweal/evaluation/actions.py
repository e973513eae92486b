"""Verbs of this room: open the sets, freeze a cohort, compare before with after, register and analyse."""

import hashlib
import hmac
import secrets
from datetime import date, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from commonweal.calls import queries as calls
from commonweal.engines.measures import Grain
from commonweal.evaluation import events
from commonweal.evaluation.drawing import draw_lots
from commonweal.evaluation.faults import numbers, series
from commonweal.evaluation.figures import counted, kept, sizes
from commonweal.evaluation.foreseeing import foresee
from commonweal.evaluation.mending import (
    correct_fault,
    explain_fault,
    give_back_fault,
    look_for_faults,
    look_if_due,
    take_fault,
)
from commonweal.evaluation.models import Cohort, Comparison
from commonweal.evaluation.opening import may_evaluate, open_sets
from commonweal.evaluation.registering import analyse, register
from commonweal.evaluation.rows import Rows, gathered
from commonweal.evaluation.series import Window, by_day, compared
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.days import said
from commonweal.kernel.errors import Invalid

__all__ = [
    "LONGEST_WEEKS", "analyse", "compare", "correct_fault", "draw_lots", "explain_fault", "fingerprint",
    "foresee", "freeze_cohort", "give_back_fault", "look_for_faults", "look_if_due", "numbers",
    "open_sets", "register",
    "series", "take_fault",
]  # fmt: skip

LONGEST_WEEKS = 260
SEALED = {  # what a seal covers: a field added here would break every seal made before
    Grain.CALL: "id received arrived behavioural_health source tier response remote_accepted cancelled "
    "duplicate",
    Grain.ENCOUNTER: "id ended contacted disposition ed_transport arrested follow_up_owed followed_up",
    Grain.REFERRAL: "id sent accepted attended duplicate",
    Grain.CONTACT: "person at left",
}


@transaction.atomic
def freeze_cohort(*, by: Actor, name: str, start: datetime, end: datetime) -> Cohort:
    """Count every metric over a span and seal it; Invalid for a span that is empty or not yet over."""
    may_evaluate(by)
    now = clock.now()
    if not start < end <= now:
        raise Invalid("end", end.date(), "Choose a span that ends after it starts and is already over.")
    opened = open_sets(by=by)
    rows = gathered(opened, start, end)
    salt = secrets.token_hex(32)
    cohort = Cohort.objects.create(
        name=name.strip()[:120] or f"{said(start)}\N{EN DASH}{said(end)}",
        start=start, end=end, as_of=now, salt=salt, fingerprint=fingerprint(rows, salt), sizes=sizes(rows),
        left_out=sorted({o for found in opened.left_out.values() for o in found}),
        figures=kept(counted(rows, now)), by=by.id, agency_id=by.agency,
    )  # fmt: skip
    journal.write(by=by, event=events.CohortFrozen(cohort=cohort.id, fingerprint=cohort.fingerprint))
    return cohort


def fingerprint(rows: Rows, salt: str) -> str:
    """SHA-256 over the rows in order, each hashed with the cohort's salt: the same rows, the same seal."""
    lines = sorted(
        hmac.digest(salt.encode(), f"{grain}|{values(row)!r}".encode(), "sha256").hex()
        for grain, names in SEALED.items()
        for values in [attrgetter(*names.split())]
        for row in rows.of(grain)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@transaction.atomic
def compare(*, by: Actor, series: str, window: Window, title: str = "") -> Comparison:
    """Rates before and after a day, kept with interval and warnings; Invalid where a side has no calls."""
    may_evaluate(by)
    _checked(window)
    opened = open_sets(by=by)
    start, end = window.moments()
    days = by_day(series, calls.extract(opened.of("call_facts"), start, end), ZoneInfo(window.zone))
    made = Comparison.objects.create(
        title=title.strip()[:160], series=series, zone=window.zone, change_on=window.change_on,
        before_weeks=window.before_weeks, after_weeks=window.after_weeks,
        result=compared(series, days, window), by=by.id, agency_id=by.agency,
    )  # fmt: skip
    journal.write(by=by, event=events.Compared(comparison=made.id))
    return made


def _checked(window: Window) -> None:
    for name, weeks in (("before_weeks", window.before_weeks), ("after_weeks", window.after_weeks)):
        if not 1 <= weeks <= LONGEST_WEEKS:
            raise Invalid(name, weeks, "Give 1 to %(most)s weeks.", most=LONGEST_WEEKS)
    change = window.change_on  # looked at first: a window of weeks around the year 1 cannot be reckoned
    if not 1970 <= change.year <= 2200 or window.first <= date(1970, 1, 1) or window.last.year > 2200:
        raise Invalid("change_on", window.change_on, "Choose a day on which calls are stored.")
    try:
        ZoneInfo(window.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise Invalid("zone", window.zone, "Give a zone such as America/New_York.") from fault
