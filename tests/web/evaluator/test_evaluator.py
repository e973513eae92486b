"""Evaluation pages: metrics with definitions, comparison with warnings, freezing; refusals."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal.evaluation import queries
from commonweal.kernel import clock
from factories.calls import open_centre
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(db):
    return open_centre(staffed=False)


def test_every_metric_stands_with_its_definition_and_dispute(centre) -> None:
    client = visit(centre.cast["evaluator"])
    front = client.get(reverse("evaluator:index")).content.decode()
    for code, metric in queries.metrics().items():
        assert reverse("evaluator:metric", args=[code]) in front
        assert metric.numerator["en"][:20] in client.get(reverse("evaluator:report")).content.decode()
    page = client.get(reverse("evaluator:metric", args=["behavioural_health_share"])).content.decode()
    assert "Published shares run from 3 to 20 percent" in page
    assert client.get(reverse("evaluator:metric", args=["gold"])).status_code == 404


def test_a_comparison_shows_its_warnings_beside_it(centre) -> None:
    client, now = visit(centre.cast["evaluator"]), clock.now()
    for ago in (1, 1, 1, 9, 9):
        with clock.at(now - timedelta(days=ago)):
            centre.call()
    day = (now - timedelta(days=5)).date().isoformat()
    asked = {
        "series": "all",
        "change_on": day,
        "before_weeks": "1",
        "after_weeks": "1",
        "title": "Second van",
    }
    answer = client.post(reverse("evaluator:compare"), asked, follow=True).content.decode()
    assert "No comparison group" in answer and "Second van" in answer and "Fewer than 11" in answer
    assert client.post(reverse("evaluator:compare"), {**asked, "before_weeks": "0"}).status_code == 400


def test_figures_are_frozen_and_checked(centre) -> None:
    client = visit(centre.cast["evaluator"])
    centre.call()
    page = client.post(reverse("evaluator:freeze"), {"name": "Spring"}, follow=True)
    assert queries.cohorts().get().fingerprint in page.content.decode()
    checked = client.get(reverse("evaluator:cohort", args=[queries.cohorts().get().id]), {"check": "1"})
    assert "same seal today" in checked.content.decode()


@pytest.mark.parametrize("query", ["first=gold", "first=0001-01-01", "first=2025-05-05&last=2025-05-01"])
def test_senseless_days_are_refused_in_words(centre, query) -> None:
    assert visit(centre.cast["evaluator"]).get(reverse("evaluator:index") + "?" + query).status_code == 400


@pytest.mark.parametrize("role", ["analyst", "patrol_officer", "case_manager", "privacy_officer"])
def test_other_roles_do_not_evaluate(centre, role) -> None:
    client = visit(centre.cast[role])
    for name in ("index", "report", "quality", "compare"):
        assert client.get(reverse(f"evaluator:{name}")).status_code == 403, name


def test_a_stranger_is_sent_to_sign_in(client, db) -> None:
    assert client.get(reverse("evaluator:index")).status_code == 302
