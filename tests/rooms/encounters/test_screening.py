"""A screener at the door: asked, scored, followed by what it sets off; and who may not ask or read."""

import pytest
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.cases import actions as cases
from commonweal.encounters import actions
from commonweal.encounters import queries as encounters
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import actions as sharing
from factories.calls import TROUBLED, open_centre
from factories.cast import someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db

NO = {f"asq_{n}": "no" for n in range(1, 5)}
LOW = {f"phq9_{n}": "several_days" for n in range(1, 9)} | {"phq9_9": "not_at_all"}


@pytest.fixture
def door():
    """The centre, the pair at the door, the person, and the open record."""
    centre = open_centre()
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    officer, clinician = centre.crews["CO1"]
    person, _ = someone(centre.cast, "health")
    calls.identify(by=centre.desk, call=call, person=person)
    record = actions.open_encounter(by=clinician, call=call, person=person)
    return centre, officer, clinician, person, record.id


def read(by, person, purpose="emergency"):
    """Screeners as this worker reads them."""
    about = encounters.assessments_of_person(person)
    answers = sharing.ask_many(by=by, category="mh_assessment", purpose=purpose, about=about)
    return encounters.screenings(sharing.permitted(answers))


def test_eight_times_several_days_is_eight_and_mild(door):
    _centre, _officer, clinician, person, record = door
    kept = actions.screen(by=clinician, encounter=record, instrument="phq9", answers=LOW)
    assert (kept.score, kept.band, kept.urgent) == (8, "mild", False)
    [shown] = read(clinician, person)
    assert (shown.total, shown.most, shown.result, shown.is_positive) == (8, 27, "Mild", False)


def test_one_yes_to_the_last_question_begins_the_suicide_pathway_whatever_the_sum(door):
    _centre, _officer, clinician, person, record = door
    answers = {f"phq9_{n}": "not_at_all" for n in range(1, 9)} | {"phq9_9": "several_days"}
    assert actions.screen(by=clinician, encounter=record, instrument="phq9", answers=answers).urgent
    [shown] = read(clinician, person)
    [(title, steps)] = shown.follows
    assert title == "Suicide risk found" and steps[0][0].startswith("Stay with the person")


def test_what_was_not_asked_is_neither_nought_nor_guessed(door):
    _centre, _officer, clinician, _person, record = door
    asked = {"phq9_1": "several_days"}
    kept = actions.screen(by=clinician, encounter=record, instrument="phq9", answers=asked)
    assert kept.score is None and kept.band == ""


@pytest.mark.parametrize(
    ("instrument", "answers"),
    [("vi_spdat", {"a": 1}), ("cssrs_screener", {"cssrs_1": "yes"}), ("phq9", {}),
     ("phq9", {"phq9_1": "maybe"}),
     ("../needs_matrix", {"a": 1})],
)  # fmt: skip
def test_what_is_not_offered_or_no_answer_is_refused_by_name(door, instrument, answers):
    _centre, _officer, clinician, _person, record = door
    with pytest.raises(Invalid):
        actions.screen(by=clinician, encounter=record, instrument=instrument, answers=answers)
    assert encounters.assessments_of([record]) == []


def test_only_a_clinician_of_the_team_asks(door):
    centre, officer, _clinician, _person, record = door
    with pytest.raises(Invalid):
        actions.screen(by=officer, encounter=record, instrument="asq", answers=NO)
    with pytest.raises(NotFound):
        actions.screen(by=centre.crews["T1"][0], encounter=record, instrument="asq", answers=NO)


def test_the_officer_and_the_shelter_never_read_it(door):
    centre, officer, clinician, person, record = door
    actions.screen(by=clinician, encounter=record, instrument="asq", answers={**NO, "asq_1": "yes"})
    for stranger in (officer, centre.cast["shelter_worker"], centre.cast["analyst"]):
        for purpose in ("emergency", "care_coordination", "enforcement"):
            assert read(stranger, person, purpose) == []


class TestOnThePhone:
    """The same in the field app."""

    def test_what_was_noted_comes_first_and_the_answer_follows_at_once(self, door):
        _centre, _officer, clinician, _person, record = door
        actions.record(by=clinician, encounter=record, risks=["self_harm_thoughts"])
        phone, every = visit(clinician, "phone"), reverse("field:screens", args=[record])
        menu = phone.get(every).content.decode()
        assert menu.index("ASQ") < menu.index("worth asking") < menu.index("PHQ-2")
        asked = reverse("field:screen", args=[record, "asq"])
        form = phone.get(asked).content.decode()
        assert "have you wished you were dead?" in form and 'data-only-if="asq_1 asq_2 asq_3 asq_4"' in form
        assert phone.post(asked, {**NO, "asq_2": "yes", "asq_5": "no"}).status_code == 302
        after = phone.get(every).content.decode()
        assert "Positive, not acute" in after and "Stay with the person" in after
        assert f"{reverse('field:refer', args=[record])}?need=mental_health" in after

    def test_in_spanish_word_for_word(self, door):
        _centre, _officer, clinician, _person, record = door
        phone = visit(clinician, "phone")
        phone.post("/language/", {"language": "es"})
        form = phone.get(reverse("field:screen", args=[record, "asq"])).content.decode()
        assert "¿has deseado estar" in form and "have you" not in form

    def test_officers_and_others_find_no_such_page(self, door):
        centre, officer, clinician, _person, record = door
        for name, extra in (("screens", []), ("screen", ["asq"])):
            url = reverse(f"field:{name}", args=[record, *extra])
            assert visit(officer).get(url).status_code == 404
            assert visit(centre.crews["T1"][0]).get(url).status_code == 404
        assert reverse("field:screens", args=[record]) not in visit(officer).get(
            reverse("field:encounter", args=[record])
        ).content.decode()  # fmt: skip


def test_on_a_case_two_scores_show_a_change_over_time(door):
    centre, _officer, clinician, person, _record = door
    health = centre.cast.agency["health"]
    case = cases.open_case(by=clinician, person=person, agency=health)
    cases.join_team(by=clinician, case=case.id, account=centre.cast.account("clinician"))
    colleague = centre.cast["clinician"]
    desk, every = visit(colleague), reverse("casework:screens", args=[case.id])
    form = reverse("casework:screen", args=[case.id, "phq9"])
    worse = {f"phq9_{n}": "more_than_half" for n in range(1, 9)}
    assert desk.post(form, {**worse, "phq9_9": "not_at_all"}).status_code == 302
    desk.post(form, LOW)
    page = desk.get(every).content.decode()
    assert "16 of 27" in page and "8 of 27" in page and "cw-screen__trend" in page
    manager = centre.cast["case_manager"]
    cases.join_team(by=clinician, case=case.id, account=centre.cast.account("case_manager"))
    told = visit(manager).get(every)
    assert told.status_code in (200, 403) and "16 of 27" not in told.content.decode()
    assert visit(manager).post(form, LOW).status_code in (403, 404)
