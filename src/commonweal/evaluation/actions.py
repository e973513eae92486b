"""Verbs of this room: open the sets, freeze a cohort, compare before with after."""

import hashlib
import hmac
import secrets
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.engines.measures import ROW_TYPES
from commonweal.evaluation import events
from commonweal.evaluation.figures import counted, kept, sizes
from commonweal.evaluation.models import Cohort, Comparison
from commonweal.evaluation.rows import CATEGORIES, Opened, Rows, gathered
from commonweal.evaluation.series import Window, by_day, compared
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.days import said
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions as sharing

LONGEST_WEEKS = 260


def open_sets(*, by: Actor) -> Opened:
    """Ask the gate for de-identified rows of every origin, journalled; who may not gets empty sets."""
    origins = sorted({agency.source_program for agency in agencies.agencies()})
    claim = sharing.Circumstances(deidentified=True)
    permits, left_out = {}, {}
    for category in CATEGORIES:
        answers = sharing.ask_set(
            by=by, category=category, purpose="evaluation", source_programs=origins, circumstances=claim
        )
        permits[category] = {o: a for o, a in answers.items() if isinstance(a, sharing.Permit)}
        left_out[category] = tuple(o for o in origins if o not in permits[category])
    return Opened(permits, left_out)


def _may_evaluate(by: Actor) -> None:
    if not by.may("evaluate"):
        raise Invalid("by", by.role, "Ask an evaluator: this takes the permission to evaluate.")


@transaction.atomic
def freeze_cohort(*, by: Actor, name: str, start: datetime, end: datetime) -> Cohort:
    """Count every metric over a span and seal it; Invalid for a span that is empty or not yet over."""
    _may_evaluate(by)
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
        for grain, found in rows.by_grain.items()
        for values in [attrgetter(*(f.name for f in fields(ROW_TYPES[grain])))]
        for row in found
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@transaction.atomic
def compare(*, by: Actor, series: str, window: Window, title: str = "") -> Comparison:
    """Rates before and after a day, kept with interval and warnings; Invalid where a side has no calls."""
    _may_evaluate(by)
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
