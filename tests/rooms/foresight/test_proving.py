"""Which map may be shown: the naive count, unless a model has shown itself on the site's own calls."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import h3
import numpy as np

from commonweal.calls import queries as calls
from commonweal.engines.foresight.hotspots import Standing
from commonweal.engines.numerics import Interval
from commonweal.foresight import queries
from commonweal.foresight.queries import Question
from rooms.foresight.test_pictures import call

END = datetime(2026, 3, 2, tzinfo=UTC)
CELLS = sorted(h3.grid_disk(h3.latlng_to_cell(38.5, -121.5, 8), 3))


def proof(number: int, weeks: int) -> queries.Proof:
    """Calls scattered evenly over the weeks, more in the first cells than in the last."""
    random = np.random.default_rng(1)
    found = [
        call(
            n,
            cell=CELLS[min(int(random.exponential(8)), 36)],
            received=END - timedelta(days=7 * weeks * (n + 1) / number),
        )
        for n in range(number)
    ]
    with patch.object(calls, "extract", lambda *_: iter(found)):
        return queries.proof({}, Question(END - timedelta(days=90), END, ZoneInfo("UTC"), about="all"))


def test_with_little_history_the_naive_count_is_shown() -> None:
    """Too few calls, or too short a time."""
    assert proof(50, 100) == queries.Proof("naive count", 0, ())
    assert proof(400, 12).is_naive and proof(400, 12).trials == 0


def test_a_steady_place_shows_the_naive_count_and_says_of_every_model_why() -> None:
    """Where need does not move no model beats counting it, and none may say so."""
    told = proof(1500, 100)
    naive = next(s for s in told.standings if s.method == "naive count")
    assert told.trials >= told.fewest and naive.ratio == 1 and len(told.standings) > 10
    shown = next(s for s in told.standings if s.method == told.method)
    assert told.is_naive or (shown.interval.low >= 0.95 and shown.ratio > 1)


def test_the_rule_is_the_lower_bound() -> None:
    """0.949 is not shown, 0.95 is."""
    for low, may in ((0.949, False), (0.95, True)):
        assert Standing("kernel", 1.2, Interval(low, 1.5, 0.95), 20).is_shown() is may
