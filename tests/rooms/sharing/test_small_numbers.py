"""The site's small-cell number holds wherever is counted: map, figures, comparisons, voices, publications."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from commonweal.community import actions as community
from commonweal.community import queries as voices
from commonweal.community.models import Figure
from commonweal.evaluation import actions as evaluation
from commonweal.evaluation import queries as figures
from commonweal.evaluation.series import Days, compared
from commonweal.foresight import actions as foresight
from commonweal.foresight import queries as maps
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.site import Rules
from commonweal.web.analyst.clock import sentence
from factories.calls import Centre, open_centre
from factories.cast import SETUP, Cast

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo(settings.TIME_ZONE)


def set_number(cast: Cast, number: int) -> None:
    """The site's own number, drafted by the privacy officer and approved by counsel."""
    said = sharing.PolicyDraft(Rules(numbers={"small_cell": number}), "Small towns", clock.today())
    found = sharing.draft_policy(by=cast["privacy_officer"], said=said)
    stands = queries.in_force()
    read = queries.exact(queries.policy(found.id))
    against = stands.number if stands else 0
    sharing.approve_policy(by=cast["counsel"], policy=found.id, read=read, against=against)


@pytest.fixture(name="centre")
def a_centre() -> Iterator[Centre]:
    """Twelve calls from one corner."""
    centre = open_centre(staffed=False)
    for _ in range(12):
        centre.call()
    yield centre


def picture(centre: Centre) -> maps.Picture:
    now = clock.now()
    asked = maps.Question(now - timedelta(days=1), now + timedelta(minutes=1), ZONE, about="all")
    return maps.picture(foresight.open_set(by=centre.cast["analyst"]), asked)


def test_map_and_clock(centre: Centre) -> None:
    before = picture(centre)
    assert before.need and sum(c.count or 0 for c in before.need.cells) == 12
    assert sum(h.count or 0 for h in before.hours) in (0, 12)  # an hour may have turned between two calls
    set_number(centre.cast, 13)
    after = picture(centre)
    assert after.need and all(cell.hidden for cell in after.need.cells) and after.need.total is None
    assert not [hour for hour in after.hours if hour.count]
    assert "Too few" in sentence(after)


def test_natures_one_alone_is_never_hidden_alone(centre: Centre) -> None:
    analyst, counts = centre.cast["analyst"], {"welfare_check": 40, "overdose": 30, "trespass": 12}
    assert foresight.shown(by=analyst, counts=counts) == set(counts)
    set_number(centre.cast, 20)
    assert foresight.shown(by=analyst, counts=counts) == {"welfare_check"}


def test_figures_and_what_a_cohort_keeps(centre: Centre) -> None:
    evaluator, end = centre.cast["evaluator"], clock.now() + timedelta(seconds=1)
    opened = evaluation.open_sets(by=evaluator)

    def told() -> int | None:
        found = figures.overview(opened, end - timedelta(days=1), end, "behavioural_health_share")
        return found.sizes["call"]

    assert told() == 12
    set_number(centre.cast, 13)
    assert told() is None, "also where the same question was counted a moment ago"
    cohort = evaluation.freeze_cohort(
        by=evaluator, name="Day", start=end - timedelta(days=1), end=clock.now()
    )
    assert cohort.sizes["call"] is None
    assert not [f for f in cohort.figures if f["denominator"] == 12]


def test_a_comparison_says_which_number_hid_it(centre: Centre) -> None:
    day = date(2025, 3, 10)
    calls = Counter({day + timedelta(days=n): 2 for n in range(-7, 7)})
    days = Days(calls, calls, {})
    window = figures.Window(day, 1, 1, settings.TIME_ZONE)
    assert not compared("all", days, window)["is_hidden"]
    set_number(centre.cast, 15)
    hidden = compared("all", days, window)
    assert hidden["is_hidden"] and hidden["smallest"] == 15 and hidden["rate_before"] is None


def test_voices_and_published_figures(centre: Centre) -> None:
    for _ in range(12):
        community.receive_feedback(text="x", scores={"respect": 4})
    assert voices.voice().respect == 75.0
    set_number(centre.cast, 13)
    assert voices.voice().respect is None
    counts = {"north": 12, "south": 40, "west": 60}
    month, said = date(2025, 3, 1), {"category": "call_facts", "definition_en": "Calls"}
    community.publish_figures(by=SETUP, code="calls", month=month, counts=counts, **said)
    shown = dict(Figure.objects.values_list("cell", "number"))
    assert shown == {"north": None, "south": None, "west": 60}, "the smallest of the others goes with it"


def test_a_number_below_the_law_s_is_refused(centre: Centre) -> None:
    with pytest.raises(Invalid):
        set_number(centre.cast, 10)
    assert queries.floor() == 11
