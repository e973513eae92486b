"""Evaluation pages: metrics with definitions, comparison with warnings, freezing; refusals."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from commonweal.calls.models import Assignment
from commonweal.evaluation import actions, queries
from commonweal.kernel import clock
from commonweal.places import actions as places
from factories.calls import open_centre
from factories.cast import SETUP
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(db):
    return open_centre(staffed=False)


def test_every_metric_stands_with_its_definition_and_dispute(centre) -> None:
    client = visit(centre.cast["evaluator"])
    front = client.get(reverse("evaluator:index")).content.decode()
    report = client.get(reverse("evaluator:report")).content.decode()
    for code, metric in queries.metrics().items():
        assert reverse("evaluator:metric", args=[code]) in front
        assert metric.numerator["en"][:20] in report
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
    client.post(reverse("evaluator:compare"), {**asked, "series": "behavioural", "title": ""})
    for name in ("index", "compare", "report"):
        listed = client.get(reverse(f"evaluator:{name}")).content.decode()
        assert "Calls about behavioural health" in listed and ">behavioural<" not in listed, name


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
    for name in ("index", "report", "quality", "compare", "diversion"):
        assert client.get(reverse(f"evaluator:{name}")).status_code == 403, name


def test_a_stranger_is_sent_to_sign_in(client, db) -> None:
    assert client.get(reverse("evaluator:index")).status_code == 302


def test_the_seven_rates_stand_side_by_side_with_why_they_differ(centre) -> None:
    """Sixty calls to police, forty to the team alone: the widest reading says 40 %, the narrowest none."""
    now = clock.now()
    centre.unit("P9", "patrol", "police", "patrol_officer")
    team = centre.unit("T9", "crisis_team", "health", "crisis_worker medic")
    with clock.at(now - timedelta(hours=2)):
        fresh = [centre.call() for _ in range(40)]
    for number, call in enumerate(fresh):
        if number < 20:
            rode(call, centre.units["P9"], now)
        else:
            rode(call, team, now)
    client = visit(centre.cast["evaluator"])
    page = client.get(reverse("evaluator:diversion")).content.decode()
    assert "50.0 %" in page and "20 / 40" in page and "37.0 %" in page
    assert "109,854" in page and "Why they differ" in page and "How 17 % and 5 to 8 %" in page
    assert "From 3 to 4: 20 are of the team&#x27;s three commonest kinds" in page
    client.post("/language/", {"language": "es", "next": "/"})
    spanish = client.get(reverse("evaluator:diversion")).content.decode()
    assert "Desvío, de siete maneras" in spanish and "Por qué difieren" in spanish


def rode(call, unit, now) -> None:
    """One unit's part in a call, as the record keeps it."""
    start = now - timedelta(hours=1)
    Assignment.objects.create(
        call_id=call, unit_id=unit, dispatched=start, on_scene=start + timedelta(minutes=9),
        cleared=start + timedelta(minutes=40),
    )  # fmt: skip


def test_two_calls_are_told_by_none_of_the_seven(centre) -> None:
    centre.call()
    page = visit(centre.cast["evaluator"]).get(reverse("evaluator:diversion")).content.decode()
    assert "not shown" in page and "1 / " not in page and "too small" in page


def a_plan() -> queries.Plan:
    """Everywhere at once."""
    return queries.Plan(
        question="Did it help?", series="all", expected="unsure", rollout="everywhere",
        starts={"": date(2026, 2, 2)}, first=date(2026, 1, 5), last=date(2026, 3, 15), step=7, zone="UTC",
    )  # fmt: skip


def answers(**other: str) -> dict[str, str]:
    """The questions of a study, answered: everywhere at once, half way through ten weeks."""
    return {
        "question": "Did the second van lower calls?", "series": "all", "expected": "fewer",
        "rollout": "everywhere", "area0": "2026-02-02", "first": "2026-01-05", "last": "2026-03-15",
        "step": "7",
        "groups": "by language", "analysis": "", "act": "propose", **other,
    }  # fmt: skip


def test_a_study_is_proposed_frozen_and_answered_in_words(centre, monkeypatch) -> None:
    client, url = visit(centre.cast["evaluator"]), reverse("evaluator:plan")
    page = client.post(url, answers()).content.decode()
    assert "interrupted time series" in page
    assert "What it cannot show" in page and "outcome is already on file" in page
    wrong = client.post(url, answers(rollout="steps"))
    assert wrong.status_code == 400 and "All areas began on one day" in wrong.content.decode()
    assert not queries.studies().exists(), "nothing is kept before it is frozen"
    page = client.post(url, answers(act="freeze"), follow=True).content.decode()
    [study] = queries.studies()
    assert study.fingerprint in page and "Registered after its last day" in page and "by language" in page
    turn = reverse("evaluator:analyse", args=[study.id])
    assert client.post(turn).status_code == 400, "there is nothing on file to count"
    noon = datetime(2026, 1, 5, 20, tzinfo=UTC)
    weekly = [
        SimpleNamespace(
            received=noon + timedelta(days=n % 70 if n < 560 else n * n % 69), area="", nature="x",
            is_behavioural=True, is_cancelled=False, is_duplicate=False, discipline="police",
        )
        for n in range(700)
    ]  # fmt: skip
    monkeypatch.setattr("commonweal.evaluation.registering.calls.extract", lambda *_: iter(weekly))
    page = client.post(turn, {"design": "its"}, follow=True).content.decode()
    assert "Answer, as planned" in page and "Nothing departed from the plan" in page
    assert "Not told apart from no effect" in page and "That is a result" in page
    for asked in ("moving apart before", "pretended earlier", "one area or period decide"):
        assert asked in page, "always all three"
    client.post("/language/", {"language": "es", "next": "/"})
    spanish = client.get(reverse("evaluator:study", args=[study.id])).content.decode()
    assert "Respuesta, según el plan" in spanish and "No se distingue de ningún efecto" in spanish


@pytest.mark.parametrize("role", ["analyst", "patrol_officer", "case_manager", "privacy_officer"])
def test_other_roles_register_and_analyse_nothing(centre, role) -> None:
    made = actions.register(by=centre.cast["evaluator"], plan=a_plan())
    client = visit(centre.cast[role])
    assert client.post(reverse("evaluator:plan"), answers(act="freeze")).status_code == 403
    for name in ("study", "analyse"):
        address = reverse(f"evaluator:{name}", args=[made.id])
        assert (client.post if name == "analyse" else client.get)(address).status_code == 403
    assert queries.studies().count() == 1


def test_a_stranger_sees_no_study(client, db) -> None:
    for name, args in (("plan", []), ("study", [uuid4()]), ("diversion", [])):
        assert client.get(reverse(f"evaluator:{name}", args=args)).status_code == 302


AREAS = ["E1", "W1"]


@pytest.fixture
def beats(centre) -> None:
    """Two areas to draw among."""
    ring = [[-122.0, 38.0], [-121.9, 38.0], [-121.9, 38.1], [-122.0, 38.0]]
    for code in AREAS:
        shape = {"type": "Polygon", "coordinates": [ring]}
        places.draw_area(by=SETUP, code=code, name=f"Beat {code}", kind="beat", geometry=shape)


def ahead(weeks: int) -> str:
    """A day so many weeks from now, as browsers write it."""
    return (clock.today() + timedelta(weeks=weeks)).isoformat()


def test_lots_are_drawn_shown_and_planned_with(centre, beats) -> None:
    """Two areas, two days: the lot decides, the page says how to check it, the plan takes its days over."""
    client, url = visit(centre.cast["evaluator"]), reverse("evaluator:lots")
    assert 'name="areas"' in client.get(url).content.decode()
    wrong = client.post(url, {"areas": AREAS, "day1": ahead(-1), "day2": ahead(3), "compared": "0"})
    assert wrong.status_code == 400 and "a lot is drawn before anybody begins" in wrong.content.decode()
    assert ahead(3) in wrong.content.decode(), "what was typed is kept"
    lone = client.post(url, {"areas": AREAS[:1], "day1": ahead(3), "day2": ahead(6), "compared": "0"})
    assert lone.status_code == 400 and not queries.draws().exists()
    given = {"areas": AREAS, "day1": ahead(3), "day2": ahead(6), "compared": "0", "title": "Second team"}
    page = client.post(url, given, follow=True).content.decode()
    [made] = queries.draws()
    assert made.seed in page and made.fingerprint in page and "How to check it" in page
    client.post(url, given)
    assert "were drawn 2 times" in client.get(reverse("evaluator:draw", args=[made.id])).content.decode()
    form = client.get(reverse("evaluator:plan"), {"draw": str(made.id)}).content.decode()
    assert made.fingerprint in form and ahead(3) in form and ahead(6) in form
    asked = {**answers(rollout="lot", first=ahead(-20), last=ahead(30)), "draw": made.fingerprint}
    starts = {f"area{n}": made.result[code] for n, code in enumerate(AREAS)}
    proposed = client.post(reverse("evaluator:plan"), asked | starts).content.decode()
    assert "stepped wedge" in proposed and "in the long run" in proposed and "No p below" in proposed
    assert "What it could show" in proposed and "Too little is on file" in proposed
    kept = client.post(reverse("evaluator:plan"), asked | starts | {"act": "freeze"}, follow=True)
    assert reverse("evaluator:draw", args=[made.id]) in kept.content.decode()
    [study] = queries.studies()
    assert study.plan["power"] == {"why": "empty"} and "What it could show" in kept.content.decode()
    swapped = dict(zip(starts, reversed(starts.values()), strict=True))
    refused = client.post(reverse("evaluator:plan"), asked | swapped | {"act": "freeze"})
    assert refused.status_code == 400 and "Keep to the days that were drawn" in refused.content.decode()
    client.post("/language/", {"language": "es", "next": "/"})
    spanish = client.get(reverse("evaluator:draw", args=[made.id])).content.decode()
    assert "Semilla" in spanish and "Quién empieza y cuándo" in spanish


@pytest.mark.parametrize("role", ["analyst", "patrol_officer", "case_manager", "privacy_officer"])
def test_other_roles_draw_and_see_no_lot(centre, beats, role) -> None:
    day = clock.today() + timedelta(weeks=3)
    made = actions.draw_lots(by=centre.cast["evaluator"], areas=AREAS, days=[day], compared=1)
    client = visit(centre.cast[role])
    given = {"areas": AREAS, "day1": ahead(3), "day2": ahead(6), "compared": "0"}
    assert client.post(reverse("evaluator:lots"), given).status_code == 403
    assert client.get(reverse("evaluator:lots")).status_code == 403
    assert client.get(reverse("evaluator:draw", args=[made.id])).status_code == 403
    assert queries.draws().count() == 1


def test_a_stranger_sees_no_lot_and_an_unknown_one_is_nowhere(client, centre) -> None:
    for name, args in (("lots", []), ("draw", [uuid4()])):
        assert client.get(reverse(f"evaluator:{name}", args=args)).status_code == 302
    assert visit(centre.cast["evaluator"]).get(reverse("evaluator:draw", args=[uuid4()])).status_code == 404


def test_the_report_carries_null_results_and_the_data_it_stands_on(centre, monkeypatch) -> None:
    """A study that showed nothing stands in it as plainly as any other; small counts are hidden."""
    by = centre.cast["evaluator"]
    made = actions.register(by=by, plan=a_plan(), title="Second van")
    client, url = visit(by), reverse("evaluator:report")
    page = client.get(url).content.decode()
    assert "Second van" in page and "Not analysed yet." in page and "Nothing odd in these days" in page
    noon = datetime(2026, 1, 5, 20, tzinfo=UTC)
    calls = [
        SimpleNamespace(
            received=noon + timedelta(days=n % 70 if n < 560 else n * n % 69), area="", nature="x",
            is_behavioural=True, is_cancelled=False, is_duplicate=False, discipline="police",
        )
        for n in range(700)
    ]  # fmt: skip
    monkeypatch.setattr("commonweal.evaluation.registering.calls.extract", lambda *_: iter(calls))
    actions.analyse(by=by, study=made.id)
    odd = [queries.Finding("cad", "on_scene", "before enroute", n) for n in (40, 3)]
    monkeypatch.setattr("commonweal.evaluation.queries.findings", lambda *_: odd)
    page = client.get(url).content.decode()
    assert "Not told apart from no effect" in page and "Not shown: " in page
    stands = page[page.index("The data it stands on") : page.index("Definitions")]
    assert ">40<" in stands and "too few to show" in stands and ">3<" not in stands
    client.post("/language/", {"language": "es", "next": "/"})
    spanish = client.get(url).content.decode()
    assert "Los datos en que se apoya" in spanish and "No se distingue de ningún efecto" in spanish
