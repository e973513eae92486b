"""Training: one's own standing, a seat, a scenario on the desk's protocol; the coordinator; a lapse."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.kernel import clock
from commonweal.training import actions, queries
from factories.calls import CALM, demand, open_centre
from factories.cast import gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return gather()


@pytest.fixture
def course(cast):
    by = cast["training_coordinator"]
    demand("crisis_worker", "crisis_40h")
    return actions.keep_course(
        by=by, code="crisis40", title_en="Crisis work", title_es="Trabajo en crisis", certificate="crisis_40h"
    )


def planned(cast, course, seats=20, days=2):
    return actions.plan_session(
        by=cast["training_coordinator"], course=course.id, starts=clock.now() + timedelta(days=days),
        place="Hall 2", seats=seats,
    )  # fmt: skip


def test_a_worker_sees_what_lapsed_takes_a_seat_and_is_current_after_it(cast, course):
    session, worker = planned(cast, course), cast["crisis_worker"]
    client, url = visit(worker), reverse("trainer:index")
    text = client.get(url).content.decode()
    assert "Crisis work" in text and "lapsed" in text and "not sent to calls" in text
    client.post(reverse("trainer:enrol", args=[session.id]))
    assert "you have a seat" in client.get(url).content.decode()
    lead = visit(cast["training_coordinator"])
    page = reverse("trainer:session", args=[session.id])
    with clock.at(session.starts + timedelta(hours=8)):
        lead.post(page, {"act": "held", "account": [worker.id]})
    assert [c.kind for c in queries.certificates(UUID(worker.id))] == ["crisis_40h"]


def test_the_coordinator_plans_a_session_and_sees_who_needs_it(cast, course):
    worker, lead = cast["crisis_worker"], visit(cast["training_coordinator"])
    text = lead.get(reverse("trainer:everyone")).content.decode()
    assert "Crisis_Worker" in text or worker.role in text.lower()
    starts = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT10:00")
    done = lead.post(
        reverse("trainer:plan"), {"course": str(course.id), "starts": starts, "place": "Hall 1", "seats": "5"}
    )
    assert done.status_code == 302
    [session] = queries.sessions()
    page = reverse("trainer:session", args=[session.id])
    lead.post(page, {"act": "enrol", "account": [worker.id]})
    enrolled = lead.get(page).content.decode().split("Who is enrolled")[1].split("</form>")[0]
    assert agencies.names([worker.id])[worker.id] in enrolled
    bad = lead.post(reverse("trainer:plan"), {"course": str(course.id), "starts": "soon", "place": "x"})
    assert bad.status_code == 400


def test_a_full_session_takes_nobody_more(cast, course):
    session = planned(cast, course, seats=1)
    visit(cast["crisis_worker"]).post(reverse("trainer:enrol", args=[session.id]))
    assert visit(cast["medic"]).post(reverse("trainer:enrol", args=[session.id])).status_code == 409


@pytest.mark.parametrize("found", queries.scenarios(), ids=lambda s: s.code)
def test_every_scenario_fits_its_protocol_and_is_told_in_both_languages(found):
    protocol = call_queries.find_protocol(found.protocol)
    assert found.fits(protocol)
    assert set(found.truth) == {q.id for q in protocol.questions}
    for words in (found.title, found.story):
        assert words["en"] and words["es"] and words["en"] != words["es"]
    assert queries.verdict(protocol, found.truth, "en") != queries.verdict(protocol, found.truth, "es")


def test_playing_well_earns_all_and_says_why(cast):
    found = queries.scenario("rooftop")
    client = visit(cast["call_taker"])
    url = reverse("trainer:play", args=["rooftop"])
    assert "flat roof" in client.get(url).content.decode()
    right = {f"q-{q}": a for q, a in found.truth.items()}
    text = client.post(url, {**right, "tier": "T2"}).content.decode()
    assert "100 of 100" in text and "The person has a plan to end their life." in text
    worse = client.post(url, {**right, "tier": "T5"}).content.decode()
    assert "50 of 100" in worse
    assert client.post(url, {**right, "tier": "T9"}).status_code == 400
    assert client.get(reverse("trainer:play", args=["nowhere"])).status_code == 404


def test_a_lapse_closes_dispatch_and_the_recommendation_says_so():
    centre = open_centre()
    demand("crisis_worker", "crisis_40h")
    advice = calls.recommend(by=centre.desk, call=centre.call(CALM))
    assert advice is not None and "crisis_40h" in repr(advice)


@pytest.mark.parametrize("role", ["call_taker", "case_manager", "administrator"])
def test_only_the_coordinator_sees_everyone(cast, course, role):
    session, client = planned(cast, course), visit(cast[role])
    assert client.get(reverse("trainer:index")).status_code == 200
    assert client.get(reverse("trainer:everyone")).status_code == 403
    assert client.get(reverse("trainer:session", args=[session.id])).status_code == 403
    assert client.post(reverse("trainer:plan"), {}).status_code == 403


def test_a_stranger_signs_in_first(client, db):
    assert client.get(reverse("trainer:index")).status_code == 302


def test_a_coordinator_keeps_a_course_requires_it_and_lets_it_go(cast):
    """A new requirement closes dispatch for the role at once; taken back, it opens again."""
    client, medic = visit(cast["training_coordinator"]), UUID(cast["medic"].id)
    address = reverse("trainer:courses")
    sent = {"act": "keep", "code": "airway", "title_en": "Airway", "title_es": "Vía aérea", "hours": "6"}
    assert client.post(address, sent, follow=True).status_code == 200
    demanded = {"act": "require", "role": "medic", "certificate": "airway", "closes_dispatch": "yes"}
    text = client.post(address, demanded, follow=True).content.decode()
    assert "Airway" in text and "Paramedic" in text
    assert not queries.standing_of([medic])[medic].may_be_sent
    [need] = queries.requirements("medic")
    client.post(address, {"act": "release", "requirement": str(need.id)})
    assert queries.standing_of([medic])[medic].may_be_sent


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"act": "keep", "code": " ", "title_en": "Airway"}, "code"),
        ({"act": "keep", "code": "a", "title_en": "Airway", "hours": "-1"}, "hours"),
        ({"act": "require", "role": "medic", "certificate": "nothing"}, "certificate"),
        ({"act": "require", "role": "nobody", "certificate": "crisis_40h"}, "role"),
        ({"act": "burn"}, "act"),
    ],
)
def test_a_course_that_makes_no_sense_names_its_field(cast, course, sent, field):
    answer = visit(cast["training_coordinator"]).post(reverse("trainer:courses"), sent)
    assert answer.status_code == 400 and field in answer.content.decode().lower()


def test_only_a_coordinator_keeps_courses(cast):
    for role in ("medic", "supervisor", "administrator"):
        assert visit(cast[role]).get(reverse("trainer:courses")).status_code == 403


def test_nobody_earns_a_certificate_before_the_session(cast, course):
    """Two days early the page offers no such button, and a forged press is refused with the reason."""
    session, worker = planned(cast, course), cast["crisis_worker"]
    lead, page = visit(cast["training_coordinator"]), reverse("trainer:session", args=[session.id])
    lead.post(page, {"act": "enrol", "account": [worker.id]})
    text = lead.get(page).content.decode()
    assert "Who is enrolled" in text and "give the certificates" not in text
    early = lead.post(page, {"act": "held", "account": [worker.id]})
    assert early.status_code == 409 and "has not begun" in early.content.decode()
    assert not queries.certificates(UUID(worker.id)).exists()


def test_after_the_session_it_is_still_found_said_to_be_held_and_corrected(cast, course):
    """Planned for yesterday; one was enrolled, another came unannounced, and both have their certificate."""
    session, worker, medic = planned(cast, course, days=-1), cast["crisis_worker"], cast["medic"]
    lead, page = visit(cast["training_coordinator"]), reverse("trainer:session", args=[session.id])
    everyone = reverse("trainer:everyone")
    assert "say who was there" in lead.get(everyone).content.decode()
    lead.post(page, {"act": "enrol", "account": [worker.id]})
    lead.post(page, {"act": "held", "account": [worker.id]})
    overview = lead.get(everyone).content.decode()
    assert page in overview and "say who was there" not in overview
    text = lead.get(page).content.decode()
    assert "Correct the list" in text and "Somebody else was there" in text and 'value="enrol"' not in text
    said = lead.post(page, {"act": "also", "account": [medic.id]}, follow=True).content.decode()
    assert "1 certificate earned." in said
    for one in (worker, medic):
        assert queries.certificates(UUID(one.id)).count() == 1
    assert set(queries.attended(session.id)) == {UUID(worker.id), UUID(medic.id)}


def test_whoever_needs_the_session_is_named_first_with_role_and_agency(cast, course):
    """Of hundreds of names the coordinator is shown those whose role needs it, and the way to the session."""
    session, lead = planned(cast, course), visit(cast["training_coordinator"])
    worker, medic = cast["crisis_worker"], cast["medic"]
    address = reverse("trainer:session", args=[session.id])
    text = lead.get(address).content.decode()
    needing = text.split("Their role needs it")[1].split("</optgroup>")[0]
    assert worker.id in needing and medic.id not in needing and medic.id in text
    assert "Crisis team member" in needing and "20 seats left" in text
    assert f'<a href="{address}">Next session:' in lead.get(reverse("trainer:everyone")).content.decode()


def test_a_session_that_is_not_accepted_comes_back_as_it_was_typed(cast, course):
    lead = visit(cast["training_coordinator"])
    sent = {"course": str(course.id), "starts": "2030-03-04T09:30", "place": "  ", "seats": "7"}
    answer = lead.post(reverse("trainer:plan"), sent)
    text = answer.content.decode()
    assert answer.status_code == 400 and "Say where it is held." in text
    assert 'value="2030-03-04T09:30"' in text and 'value="7"' in text and "selected" in text


def test_a_scenario_without_a_tier_keeps_what_was_heard(cast):
    """Eleven answers given, the tier forgotten: the page says so above the same answers."""
    found = queries.scenario("rooftop")
    answers = {f"q-{q}": a for q, a in found.truth.items()}
    answer = visit(cast["call_taker"]).post(reverse("trainer:play", args=["rooftop"]), answers)
    text = answer.content.decode()
    assert answer.status_code == 400 and "Choose one tier" in text
    assert text.count(" checked>") == len(found.truth)


def test_a_certificate_that_the_role_does_not_need_is_shown_too(cast, course):
    """A medic who sat through the forty hours sees what was earned and until when."""
    medic = UUID(cast["medic"].id)
    actions.award(by=cast["training_coordinator"], account=medic, kind="crisis_40h", valid_from=clock.today())
    text = visit(cast["medic"]).get(reverse("trainer:index")).content.decode()
    assert "What you hold besides" in text and "Crisis work" in text
    assert (
        "What you hold besides" not in visit(cast["analyst"]).get(reverse("trainer:index")).content.decode()
    )


def test_people_helped_are_no_role_to_train(cast, course):
    text = visit(cast["training_coordinator"]).get(reverse("trainer:courses")).content.decode()
    assert '<option value="medic">' in text and '<option value="person">' not in text
