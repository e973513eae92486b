"""Look-ups become reviews: once each, a day and a pattern at a time, and never where a tie explains them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import watching
from commonweal.sharing.models import LookUp, Review
from factories.cast import SETUP, gather, someone, worker

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast():
    return gather()


@pytest.fixture(name="later")
def a_clock(monkeypatch):
    """Hours that have passed since the test began."""
    hours = [0.0]
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(hours=hours[0]))

    def pass_(more):
        hours[0] += more

    return pass_


def look(by, *about, category="identity", purpose="emergency"):
    """Ask, at the moment that the test's clock says."""
    before = journal.newest()
    for one in about:
        sharing.ask(by=by, category=category, purpose=purpose, about=one)
    JournalLine.objects.filter(id__gt=before).update(at=clock.now())


def watched():
    """Seal and watch, as the worker does."""
    journal.seal_all()
    sharing.watch(by=SETUP)
    return {(r.why, r.account): r for r in Review.objects.filter(day__isnull=False)}


def test_a_look_up_with_nothing_behind_it_waits_for_the_officer_once_it_has_settled(cast, later):
    _, record = someone(cast, "police")
    officer = cast["patrol_officer"]
    look(officer, record)
    assert watched() == {}  # the call may still come
    later(3)
    [review] = watched().values()
    assert (review.why, review.account, review.kind) == ("untied", officer.id, "person")
    assert {code for code, _ in review.evidence} >= {"no_tie", "alone", "refused"}
    assert [str(row.id) for row in LookUp.objects.all()] == review.looks
    assert JournalLine.objects.filter(kind="sharing.alerted", subject=str(review.id)).count() == 1


def test_watching_again_opens_and_changes_nothing(cast, later):
    _, record = someone(cast)
    look(cast["clinician"], record)
    later(3)
    before = {key: (r.id, r.looks, r.evidence) for key, r in watched().items()}
    assert before and before == {key: (r.id, r.looks, r.evidence) for key, r in watched().items()}
    assert LookUp.objects.count() == 1


def test_a_second_person_the_same_day_joins_the_open_review(cast, later):
    records = [someone(cast, "police", given=name)[1] for name in ("Rosa", "Ana")]
    for record in records:
        look(cast["patrol_officer"], record)
        later(0.3)
    later(3)
    found = watched()
    assert len(found) == 1 and len(next(iter(found.values())).looks) == 2


def test_a_closed_review_stays_closed_and_a_new_look_up_opens_another(cast, later):
    _, record = someone(cast)
    look(cast["patrol_officer"], record)
    later(3)
    [review] = watched().values()
    sharing.close_review(by=cast["privacy_officer"], review=review.id, outcome="explained", note="A slip.")
    watched()
    assert Review.objects.filter(day__isnull=False, closed_at__isnull=True).count() == 0
    look(cast["patrol_officer"], record)
    later(3)
    watched()
    assert Review.objects.filter(closed_at__isnull=True, why="untied").count() == 1


@pytest.mark.parametrize(("hours", "opened_by"), [(0, "own"), (7, "own"), (0, "colleague")])
def test_what_was_opened_in_an_emergency_is_reviewed_once(cast, later, hours, opened_by):
    """While it was open, for whoever opened it; what they look at later waits for the officer as ever."""
    person, record = someone(cast, "police")
    by = cast["clinician"]
    opener = by if opened_by == "own" else worker(cast.agency["health"], "clinician", "sam")
    plea = sharing.Plea(code="self_harm", danger="the_person", reason="On the bridge, will not say a name")
    sharing.break_glass(by=opener, person=person, plea=plea, about={"identity": [record]})
    later(hours)
    look(by, record)
    later(3)
    is_open_then = hours == 0 and opened_by == "own"
    assert [r.why for r in watched().values() if r.account == by.id] == ([] if is_open_then else ["untied"])
    assert Review.objects.filter(why="break_glass").count() == 1


@pytest.mark.parametrize("when", ["before", "soon after"])
def test_a_call_before_or_soon_after_explains_it(cast, later, when):
    person, record = someone(cast)
    officer, call = cast["patrol_officer"], Subject("call", uuid4())

    def called():
        sharing.hold(by=SETUP, subject=call, agency=cast.agency["ecc"], person=person)
        sharing.tie(by=SETUP, relation="incident", subject=call, account=UUID(officer.id))

    if when == "before":
        called()
    look(officer, record)
    if when == "soon after":
        later(1)
        called()
    later(3)
    assert watched() == {} and LookUp.objects.get().is_tied


def test_a_referral_to_the_agency_ties_the_role_that_works_cases_and_nobody_else(cast, later):
    person, record = someone(cast, "social_service")
    sharing.tie(
        by=SETUP, relation="care", subject=Subject("person", person),
        agency=cast.agency["social_service"], role="case_manager",
    )  # fmt: skip
    look(cast["case_manager"], record, purpose="care_coordination")
    other = worker(cast.agency["social_service"], "shelter_worker")
    look(other, record, purpose="care_coordination")
    later(3)
    assert {account for _, account in watched()} == {other.id}


def test_a_workers_own_life_is_seen(cast, later):
    officer, other = cast["patrol_officer"], cast["cit_officer"]
    home = "412 Cedar Ave"
    me, mine = someone(cast, "police", given="Jo", family="Reyes", address=home)
    _, brother = someone(cast, "health", given="Luz", family="Reyes", address=home)
    _, neighbour = someone(cast, "health", given="Ada", family="King", address="418 Cedar Ave")
    _, stranger = someone(cast, "health", given="Sam", family="Reyes", address="9 Elm St")
    sharing.record_closeness(by=SETUP, account=UUID(officer.id), surname="Reyes", address=home, person=me)
    for record in (mine, brother, neighbour, stranger):
        look(officer, record)
        later(1)
    look(other, mine)
    later(3)
    found = watched()
    kinds = {why for why, account in found if account == officer.id}
    assert kinds == {"untied", "self", "household", "neighbour"}
    assert len(found["household", officer.id].looks) == 1  # a namesake across town is no family
    assert ("colleague", other.id) in found


def test_a_person_of_public_interest_is_watched_over_while_marked(cast, later):
    person, record = someone(cast)
    sharing.mark_public_interest(by=cast["privacy_officer"], person=person)
    look(cast["medic"], record, purpose="treatment")
    later(3)
    assert ("celebrity", cast["medic"].id) in watched()
    sharing.unmark_public_interest(by=cast["privacy_officer"], person=person)
    look(cast["clinician"], record, purpose="treatment")
    later(3)
    assert ("celebrity", cast["clinician"].id) not in watched()


def test_the_same_person_on_three_days(cast, later):
    _, record = someone(cast)
    for _day in range(3):
        look(cast["crisis_worker"], record)
        later(24)
    assert ("repetition", cast["crisis_worker"].id) in watched()


def test_a_list_of_names_and_the_own_page_of_the_person_are_no_look_ups(cast, later):
    records = [someone(cast, "police", given=name)[1] for name in ("Ana", "Bea", "Cleo", "Dora")]
    sharing.ask_many(by=cast["patrol_officer"], category="identity", purpose="emergency", about=records)
    look(SETUP, records[0])
    later(3)
    assert watched() == {}
    assert all(row.is_listed for row in LookUp.objects.all()) and LookUp.objects.count() == 4


def test_batches_of_one_line_make_one_look_up(cast, later, monkeypatch):
    monkeypatch.setattr("commonweal.sharing.actions.watching.BATCH", 1)
    _, record = someone(cast)
    for category in ("identity", "safety_alerts", "mh_assessment"):
        look(cast["clinician"], record, category=category, purpose="treatment")
    journal.seal_all()
    sharing.watch(by=SETUP)
    row = LookUp.objects.get()
    assert row.categories == ["identity", "mh_assessment", "safety_alerts"] and len(row.lines) == 3


def test_a_site_may_keep_its_own_thresholds(settings, tmp_path, cast, later):
    from commonweal import packs

    source = (packs._locate("watching.yaml")).read_text(encoding="utf-8")
    (tmp_path / "watching.yaml").write_text(
        source.replace("threshold: 0.6", "threshold: 1"), encoding="utf-8"
    )
    settings.COMMONWEAL_HOME = tmp_path
    watching.rules.cache_clear()
    try:
        look(cast["patrol_officer"], someone(cast)[1])
        later(3)
        assert watched() == {}
    finally:
        watching.rules.cache_clear()


def test_a_point_off_the_globe_is_refused(cast):
    with pytest.raises(Invalid):
        sharing.record_closeness(by=SETUP, account=uuid4(), point=(200.0, 0.0))
