"""Check-ins after support: only where the person agreed, by whom they chose, never after they said no."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from commonweal import packs
from commonweal.agencies import actions as agencies
from commonweal.cases import actions, aftercare, queries
from commonweal.cases.models import Aftercare, Checkup, Contact
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from factories.cases import Support, support
from factories.cast import SETUP, someone, worker

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WELL = {"goals": "closer", "housing": "settled", "safety": "safe", "help": "no", "again": "yes"}
ASKED = {code: {**one.words, "answers": one.answers} for code, one in aftercare.asking().questions.items()}
WORDS = "A ride to the library"


@pytest.fixture(name="it")
def a_case() -> Support:
    """A case of Open Door's case manager."""
    return support()


def closed(it: Support, reason: str = "goals_met") -> None:
    """Support ends."""
    actions.close_case(by=it.manager, case=it.case, reason=reason)


def agreed(it: Support) -> Aftercare:
    """Closed, and the person agrees to be asked by the worker they know."""
    closed(it)
    return actions.agree_aftercare(by=it.manager, case=it.case, way="phone", account=UUID(it.manager.id))


def due_after(it: Support, days: int) -> list[queries.Asked]:
    """What stands on the worker's list so many days later."""
    with clock.at(clock.now() + days * DAY):
        return queries.checkups_due(it.manager)


def may_read(it: Support) -> bool:
    """Whether the worker may read the plan."""
    about = Subject("case", it.case)
    answer = sharing.ask(by=it.manager, category="case_plan", purpose="care_coordination", about=about)
    return isinstance(answer, sharing.Permit)


def note(it: Support, result: str = "reached", **answers: str) -> Checkup:
    """What came of the first one that is open."""
    one = Checkup.objects.filter(outcome="").order_by("due")[0]
    return actions.note_checkup(
        by=it.manager,
        case=it.case,
        checkup=one.id,
        way="phone",
        result=result,
        answers={**WELL, **answers},
        said=WORDS,
    )


def test_four_check_ins_from_the_day_support_ended(it: Support) -> None:
    agreed(it)
    days = list(Checkup.objects.order_by("due").values_list("days", flat=True))
    assert days == [30, 90, 180, 365] and due_after(it, 29) == []
    [one] = due_after(it, 33)
    assert (one.days, one.case, one.person, one.tries) == (30, it.case, it.person, 0)


def test_the_tie_ends_with_the_case_and_lives_again_as_long_as_there_is_somebody_to_ask(it: Support) -> None:
    closed(it)
    assert not may_read(it)
    actions.agree_aftercare(by=it.manager, case=it.case, way="phone", account=UUID(it.manager.id))
    assert may_read(it)
    actions.end_aftercare(by=it.manager, case=it.case)
    assert not may_read(it) and due_after(it, 400) == []


def test_agreed_while_open_it_outlives_the_case(it: Support) -> None:
    actions.agree_aftercare(by=it.manager, case=it.case, way="phone", account=UUID(it.manager.id))
    closed(it)
    assert may_read(it) and len(due_after(it, 31)) == 1


def test_reached_with_answers_it_stands_among_the_contacts(it: Support) -> None:
    agreed(it)
    note(it)
    about = Subject("case", it.case)
    permit = sharing.ask(by=it.manager, category="case_plan", purpose="care_coordination", about=about)
    assert isinstance(permit, sharing.Permit)
    said = queries.aftercare(it.case, permit=permit)
    assert said and said.asked[0].answers == WELL and said.asked[0].said == WORDS
    assert said.asked[0].outcome == "reached" and not said.why
    bare = queries.aftercare(it.case, permit=None)
    assert bare and bare.asked[0].answers == {} and bare.asked[0].said == ""
    assert Contact.objects.get().reached
    lines = JournalLine.objects.filter(kind__startswith="cases.")
    assert "library" not in str([line.data for line in lines])


def test_not_reached_it_stays_due_and_counts_the_tries(it: Support) -> None:
    agreed(it)
    note(it, "not_reached")
    note(it, "not_reached")
    [one] = due_after(it, 40)
    assert (one.tries, one.days_late) == (2, 0) or one.tries == 2
    assert list(Contact.objects.values_list("reached", flat=True)) == [False, False]


@pytest.mark.parametrize(
    ("result", "again", "why"), [("declined", "yes", "declined"), ("reached", "no", "no_more")]
)
def test_who_says_no_is_asked_no_more(it: Support, result: str, again: str, why: str) -> None:
    agreed(it)
    note(it, result, again=again)
    said = Aftercare.objects.get()
    assert said.why == why and due_after(it, 400) == [] and not may_read(it)
    assert Checkup.objects.filter(outcome="dropped").count() == 3


def test_after_the_last_one_it_ends(it: Support) -> None:
    agreed(it)
    for _ in range(4):
        note(it)
    assert Aftercare.objects.get().why == "done"
    with pytest.raises(NotFound):
        actions.end_aftercare(by=it.manager, case=it.case)


def test_settled_is_settled(it: Support) -> None:
    agreed(it)
    one = note(it)
    with pytest.raises(Conflict, match="settled already"):
        actions.note_checkup(by=it.manager, case=it.case, checkup=one.id, way="phone", result="not_reached")


def test_given_to_the_agency_any_case_manager_of_it_is_asked(it: Support) -> None:
    closed(it)
    actions.agree_aftercare(by=it.manager, case=it.case, way="phone")
    colleague = worker(it.cast.agency["social_service"], "case_manager")
    other = worker(it.cast.agency["health"], "clinician")
    with clock.at(clock.now() + 31 * DAY):
        assert len(queries.checkups_due(colleague)) == 1 and queries.checkups_due(other) == []


def test_agreed_anew_it_counts_once_and_may_change_hands(it: Support) -> None:
    agreed(it)
    colleague = worker(it.cast.agency["social_service"], "case_manager")
    actions.agree_aftercare(by=it.manager, case=it.case, way="visit", account=UUID(colleague.id))
    assert Checkup.objects.filter(outcome="").count() == 4 and due_after(it, 31) == []


def test_opened_again_the_case_goes_on_and_so_do_the_check_ins(it: Support) -> None:
    agreed(it)
    actions.reopen_case(by=it.manager, case=it.case)
    assert len(due_after(it, 31)) == 1


def test_nobody_asks_after_a_death(it: Support) -> None:
    actions.agree_aftercare(by=it.manager, case=it.case, way="phone", account=UUID(it.manager.id))
    closed(it, "deceased")
    assert Aftercare.objects.get().why == "died" and due_after(it, 400) == [] and not may_read(it)
    with pytest.raises(Conflict, match="died"):
        actions.agree_aftercare(by=it.manager, case=it.case, way="phone")


def test_nobody_outside_the_agency_that_led_it(it: Support) -> None:
    agreed(it)
    one = Checkup.objects.order_by("due")[0]
    for by in (it.cast["clinician"], it.cast["patrol_officer"], it.cast["provider_staff"], STRANGER):
        with pytest.raises(NotFound):
            actions.agree_aftercare(by=by, case=it.case, way="phone")
        with pytest.raises(NotFound):
            actions.end_aftercare(by=by, case=it.case)
        with pytest.raises(NotFound):
            actions.note_checkup(by=by, case=it.case, checkup=one.id, way="phone", result="declined")
    assert queries.checkups_due(STRANGER) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"goals": ""}, "goals"),
        ({"again": ""}, "again"),
        ({"housing": "castle"}, "housing"),
        ({"help": "x"}, "help"),
    ],
)
def test_what_was_not_asked_is_no_answer(it: Support, change: dict[str, str], field: str) -> None:
    agreed(it)
    with pytest.raises(Invalid) as refused:
        note(it, **change)
    assert refused.value.field == field and not Checkup.objects.exclude(outcome="").exists()
    with pytest.raises(Invalid):
        note(it, "perhaps")
    one = Checkup.objects.order_by("due")[0]
    with pytest.raises(Invalid) as refused:
        actions.note_checkup(
            by=it.manager,
            case=it.case,
            checkup=one.id,
            way="phone",
            result="reached",
            answers=WELL,
            said="x" * 301,
        )
    assert refused.value.field == "said"


def test_only_who_works_cases_there_is_given_any(it: Support) -> None:
    with pytest.raises(Invalid) as refused:
        actions.agree_aftercare(
            by=it.manager, case=it.case, way="text", account=UUID(it.cast["clinician"].id)
        )
    assert refused.value.field == "account"


def test_the_database_keeps_an_end_with_its_reason(it: Support) -> None:
    agreed(it)
    with pytest.raises(IntegrityError), transaction.atomic():
        Aftercare.objects.update(ended_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Checkup.objects.update(outcome="reached")


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": []}, {"days": [90, 30]}, {"days": [0]}, {"days": ["30"]}, {"days": [30, 30]}, {"more": 1},
        {"questions": {}}, {"questions": []}, {"questions": {**ASKED, "help": {"en": "a", "es": "b"}}},
        {"questions": {**ASKED, "again": ASKED["goals"]}},
        {"questions": {**ASKED, "more": {"en": "a", "es": "b", "answers": {}}}},
        {"questions": {**ASKED, "more": {"en": "a", "es": "b", "answers": {"x": {"en": "x"}}}}},
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_names_the_place(wrong: dict[str, object]) -> None:
    body = packs.read("aftercare.yaml")
    assert isinstance(body, dict) and aftercare.read(body).days == (30, 90, 180, 365)
    with pytest.raises(Invalid, match=r"aftercare\.yaml"):
        aftercare.read({**body, **wrong})


def test_a_site_keeps_days_of_its_own(it: Support, settings: LazySettings, tmp_path: Path) -> None:
    settings.COMMONWEAL_HOME = tmp_path
    shipped = (Path(packs.__file__).parent / "aftercare.yaml").read_text("utf-8")
    (tmp_path / "aftercare.yaml").write_text(shipped.replace("[30, 90, 180, 365]", "[14]"), "utf-8")
    agreed(it)
    assert [one.days for one in Checkup.objects.all()] == [14]


def test_days_of_their_own_by_a_way_of_their_own(it: Support) -> None:
    closed(it)
    actions.agree_aftercare(by=it.manager, case=it.case, way="letter", days=[14, 60])
    assert list(Checkup.objects.order_by("due").values_list("days", flat=True)) == [14, 60]
    with clock.at(clock.now() + 20 * DAY):
        assert [one.way for one in queries.checkups_due(it.manager)] == ["letter"]
    for days in ([60, 14], [0], [14, 14], [9999]):
        with pytest.raises(Invalid) as refused:
            actions.agree_aftercare(by=it.manager, case=it.case, way="letter", days=days)
        assert refused.value.field == "days"
    with pytest.raises(Invalid) as refused:
        actions.agree_aftercare(by=it.manager, case=it.case, way="meeting")
    assert refused.value.field == "way"


def test_days_that_are_all_past_are_refused(it: Support) -> None:
    closed(it)
    with clock.at(clock.now() + 100 * DAY), pytest.raises(Invalid, match="past"):
        actions.agree_aftercare(by=it.manager, case=it.case, way="phone", days=[30])


def test_a_worker_who_left_leaves_theirs_to_the_case_managers(it: Support) -> None:
    agreed(it)
    colleague = worker(it.cast.agency["social_service"], "case_manager")
    with clock.at(clock.now() + 31 * DAY):
        assert queries.checkups_due(colleague) == []
        agencies.change_account(by=SETUP, account=UUID(it.manager.id), is_active=False)
        assert len(queries.checkups_due(colleague)) == 1


def themselves(person: UUID) -> Actor:
    """A person, signed in."""
    return Actor(id=str(UUID(int=5)), role="person", policy_role="subject_self", person=person)


def test_the_person_ends_it_by_themselves_and_the_tie_with_it(it: Support) -> None:
    agreed(it)
    assert may_read(it)
    ended = actions.end_aftercare(by=themselves(it.person), case=it.case)
    assert (ended.why, ended.ended_by) == ("withdrawn", str(UUID(int=5)))
    assert not may_read(it) and due_after(it, 400) == []
    with pytest.raises(NotFound):
        actions.end_aftercare(by=themselves(it.person), case=it.case)


def test_nobody_ends_it_for_another_person(it: Support) -> None:
    agreed(it)
    other, _ = someone(it.cast, "social_service", given="Ana", phone="555-0177")
    for case in (it.case, it.person):
        with pytest.raises(NotFound):
            actions.end_aftercare(by=themselves(other), case=case)
    assert Aftercare.objects.get().ended_at is None


def test_a_worker_sees_ahead_what_was_given_to_them_alone(it: Support) -> None:
    agreed(it)
    today = clock.today()

    def ahead(by: Actor) -> list[queries.Asked]:
        return queries.own_checkups(by, since=today, until=today + 60 * DAY)

    [one] = ahead(it.manager)
    assert (one.days, one.answers) == (30, {})
    assert ahead(worker(it.cast.agency["social_service"], "case_manager")) == []
    actions.end_aftercare(by=it.manager, case=it.case)
    assert ahead(it.manager) == []
