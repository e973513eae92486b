"""A past roster comes in whole; what units have cost is read from it without reading every shift."""

from contextlib import suppress
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
from commonweal.kernel.ids import new_id
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

    @classmethod
    def setUpTestData(cls):
        cls.centre = open_centre()

    @given(
        st.lists(st.tuples(st.integers(-90, 40), st.integers(1, 24)), max_size=6, unique_by=lambda s: s[0])
    )
    def test_time_on_duty_is_the_sum_of_its_shifts(self, spans):
        now, unit = clock.now(), self.centre.units["T1"]
        start, end = now - 60 * HOUR, now + 30 * HOUR
        for first, length in spans:
            starts = now + first * HOUR
            with suppress(Invalid):  # two at once are refused
                actions.set_shift(by=SETUP, unit=unit, starts=starts, ends=starts + length * HOUR)
        inside = [s for s in queries.shifts_between(start, end) if s.unit_id == unit]
        done = sum((max(min(s.ends, now) - s.starts, 0 * HOUR) for s in inside), 0 * HOUR)
        whole = sum((s.ends - s.starts for s in inside), 0 * HOUR)
        found = [d for d in queries.duty(start, end, now) if d.unit.id == unit]
        assert sum((d.done for d in found), 0 * HOUR) == done
        assert sum((d.done + d.ahead for d in found), 0 * HOUR) == whole


def test_a_roster_to_come_replaces_what_stood_at_the_same_start(centre):
    now, unit, medic = clock.now(), centre.units["T1"], UUID(centre.cast["medic"].id)
    starts = [now + n * 12 * HOUR for n in (1, 2)]
    old = actions.set_shift(by=SETUP, unit=unit, starts=starts[0], ends=starts[0] + HOUR)
    rows = [(unit, at, at + 10 * HOUR, (medic, medic, new_id())) for at in starts]
    assert actions.set_shifts(by=SETUP, shifts=[*rows, rows[1]]) == 2
    found = list(queries.shifts_between(starts[0], starts[1] + HOUR).filter(unit=unit).order_by("starts"))
    assert [(s.ends, [a.id for a in s.crew.all()]) for s in found] == [
        (at + 10 * HOUR, [medic]) for at in starts
    ]
    assert found[0].id == old.id
    lines = JournalLine.objects.filter(kind="agencies.shift_set", subject=str(unit)).order_by("-id")
    assert [UUID(line.data["shift"]) for line in lines[:3]] == [found[1].id, old.id, old.id]


def test_one_shift_that_ends_before_it_starts_keeps_the_roster_out(centre):
    now, unit = clock.now(), centre.units["T1"]
    there = set(queries.shifts_between(now, now + 9 * HOUR))
    rows = [(unit, now + HOUR, now + 2 * HOUR, ()), (unit, now + 4 * HOUR, now + 3 * HOUR, ())]
    with pytest.raises(Invalid, match="end after it starts"):
        actions.set_shifts(by=SETUP, shifts=rows)
    assert set(queries.shifts_between(now, now + 9 * HOUR)) == there
