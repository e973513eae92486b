"""A past roster comes in whole; what units have cost is read from it without reading every shift."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commonweal.agencies import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from factories.calls import open_centre
from factories.cast import SETUP

HOUR = timedelta(hours=1)


@pytest.fixture
def centre(db):
    return open_centre()


def bring(centre, *spans, crew=()):
    now = clock.now()
    rows = [(centre.units["T1"], now + HOUR * first, now + HOUR * last, crew) for first, last in spans]
    return actions.bring_roster(by=SETUP, shifts=rows)


def test_a_roster_of_the_past_stands_with_its_crews_under_one_line(centre):
    medic, before = UUID(centre.cast["medic"].id), clock.now()
    assert bring(centre, (-48, -40), (-24, -16), crew=(medic, medic)) == 2
    over = queries.shifts_between(before - 72 * HOUR, before).filter(ends__lte=before)
    found = over.filter(unit=centre.units["T1"])
    assert [[a.id for a in shift.crew.all()] for shift in found] == [[medic], [medic]]
    assert JournalLine.objects.filter(kind="agencies.roster_brought").count() == 1


@pytest.mark.parametrize("span", [(-8, 1), (-8, -8), (-8, -9)])
def test_what_is_not_over_or_not_a_span_is_refused(centre, span):
    with pytest.raises(Invalid, match="before now"):
        bring(centre, (-48, -40), span)
    assert not JournalLine.objects.filter(kind="agencies.roster_brought").exists()


def test_the_same_duty_twice_is_refused_by_the_database(centre):
    now = clock.now()
    row = (centre.units["T1"], now - 9 * HOUR, now - HOUR, ())
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.bring_roster(by=SETUP, shifts=[row, row])


class Duty(TestCase):
    """Hours summed by the database are those of the shifts one by one."""

    @given(
        st.lists(st.tuples(st.integers(-90, 40), st.integers(1, 24)), max_size=6, unique_by=lambda s: s[0])
    )
    def test_time_on_duty_is_the_sum_of_its_shifts(self, spans):
        centre, now = open_centre(), clock.now()
        unit = centre.units["T1"]
        start, end = now - 60 * HOUR, now + 30 * HOUR
        for first, length in spans:
            starts = now + first * HOUR
            actions.set_shift(by=SETUP, unit=unit, starts=starts, ends=starts + length * HOUR)
        inside = [s for s in queries.shifts_between(start, end) if s.unit_id == unit]
        done = sum((max(min(s.ends, now) - s.starts, 0 * HOUR) for s in inside), 0 * HOUR)
        whole = sum((s.ends - s.starts for s in inside), 0 * HOUR)
        found = [d for d in queries.duty(start, end, now) if d.unit.id == unit]
        assert sum((d.done for d in found), 0 * HOUR) == done
        assert sum((d.done + d.ahead for d in found), 0 * HOUR) == whole
