"""What helps a person, and what was seen, written in calm by those who know them, for the first minutes."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.kernel import clock
from commonweal.kernel.errors import NotFound
from commonweal.kernel.models import JournalLine
from commonweal.people import actions, queries
from commonweal.people.models import Caution, ResponsePlan
from factories.cases import Support, support
from factories.cast import SETUP, gather, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="it")
def a_case() -> Support:
    """A case manager with a case."""
    return support(gather())


def url(it: Support) -> str:
    return reverse("casework:minutes", args=[it.case])


def post(it: Support, act: str, **given: str) -> str:
    answer = visit(it.manager).post(url(it), {"act": act, **given})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_a_plan_is_written_changed_word_by_word_and_stands_once(it: Support) -> None:
    """What the writer's role may not read (tips, of a case manager) is not shown again, and not wiped out."""
    page = visit(it.manager).get(reverse("casework:case", args=[it.case])).content.decode()
    assert url(it) in page
    assert not post(it, "plan", helps="Her sister Ana; sit down first", communication="Slowly, in Spanish")
    shown = visit(it.manager).get(url(it)).content.decode()
    assert "Slowly, in Spanish" in shown and "sit down first" not in shown and 'name="helps"' not in shown
    assert not post(it, "plan", communication="Slowly; she hears badly")
    [plan] = ResponsePlan.objects.filter(is_current=True)
    assert plan.helps == "Her sister Ana; sit down first" and plan.communication == "Slowly; she hears badly"
    assert JournalLine.objects.filter(kind="people.plan_kept").count() == 2


def test_a_caution_is_dated_read_and_ended(it: Support) -> None:
    day = clock.today() - timedelta(days=3)
    assert not post(it, "caution", text="A dog at the back door", observed=day.isoformat())
    shown = visit(it.manager).get(url(it)).content.decode()
    assert "A dog at the back door" in shown
    [caution] = Caution.objects.all()
    assert clock.day(caution.observed_at) == day and not caution.is_weapon
    for _twice in range(2):
        assert not post(it, "end", caution=str(caution.id))
    assert "A dog at the back door" not in visit(it.manager).get(url(it)).content.decode()
    assert JournalLine.objects.filter(kind="people.caution_ended").count() == 1


@pytest.mark.parametrize(
    ("act", "given", "told"),
    [
        ("plan", {}, "Write at least one of the four"),
        ("plan", {"helps": "x" * 1001}, "Shorten it to 1000"),
        ("caution", {"text": " "}, "Say what was seen"),
        ("caution", {"text": "A dog", "observed": "soon"}, "Write a day as"),
        ("caution", {"text": "A dog", "observed": "0001-01-01"}, "Give a day that has been"),
        ("caution", {"text": "A dog", "observed": "2999-01-01"}, "Give a day that has been"),
        ("paint", {}, "Use a button of the page"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(it: Support, act: str, given: dict[str, str], told: str) -> None:
    text = post(it, act, **given)
    assert told in text and 'role="alert"' in text
    assert all(value in text for name, value in given.items() if name == "text" and value.strip())
    assert not Caution.objects.exists() and not ResponsePlan.objects.exists()


def test_another_agencys_words_are_not_taken_over_nor_its_cautions_ended(it: Support) -> None:
    person, police = it.person, it.cast.agency["police"]
    actions.keep_plan(by=SETUP, person=person, agency=police, helps="Words of the police")
    theirs = actions.note_caution(by=SETUP, person=person, agency=police, text="Words of theirs")
    shown = visit(it.manager).get(url(it)).content.decode()
    assert "<textarea" in shown and "Words of the police</textarea>" not in shown
    assert visit(it.manager).post(url(it), {"act": "end", "caution": str(theirs.id)}).status_code == 404
    with pytest.raises(NotFound):
        actions.end_caution(by=it.manager, caution=theirs.id, agency=UUID(int=3))
    assert queries.cautions_of(person)


@pytest.mark.parametrize("role", ["patrol_officer", "shelter_worker", "evaluator", "administrator"])
def test_who_does_not_work_the_case_reads_and_writes_nothing(it: Support, role: str) -> None:
    other = visit(it.cast[role])
    assert other.get(url(it)).status_code in (403, 404)
    assert other.post(url(it), {"act": "plan", "helps": "x"}).status_code in (403, 404)
    assert Client().get(url(it)).status_code == 302
    assert not ResponsePlan.objects.exists()


def test_a_case_manager_without_this_case_finds_none(it: Support) -> None:
    stranger = visit(worker(it.cast.agency["social_service"], "case_manager"))
    none = stranger.get(reverse("casework:minutes", args=[uuid4()]))
    assert stranger.get(url(it)).status_code in (403, 404) and none.status_code == 404
    assert stranger.post(url(it), {"act": "plan", "helps": "x"}).status_code in (403, 404)
    assert not ResponsePlan.objects.exists()
