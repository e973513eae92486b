"""A crisis team with a roster, for the stories of this folder."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from commonweal.agencies import actions as agencies
from commonweal.kernel import clock
from commonweal.planning.moves import monday
from factories.calls import open_centre
from factories.cast import SETUP

ZONE = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def centre(db):
    """The crisis team on duty eight hours of each day of this week."""
    found = open_centre()
    start = monday(clock.now(), ZONE)
    for day in range(7):
        begins = start + timedelta(days=day, hours=9)
        span = {"starts": begins, "ends": begins + timedelta(hours=8)}
        if not agencies_free(found.units["T1"], **span):
            agencies.set_shift(by=SETUP, unit=found.units["T1"], **span)
    return found


def agencies_free(unit, starts, ends):
    from commonweal.agencies import queries as rosters

    return rosters.shifts_between(starts, ends).filter(unit=unit).exists()
