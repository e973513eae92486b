"""The county brought into an instance, and its live day: real rows through the doors, gate and all."""

from uuid import UUID

import pytest
from django.db import connection

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.cases import queries as cases
from commonweal.demo import geography
from commonweal.demo.credentials import DESKS, issue
from commonweal.demo.filling.build import SEED, build
from commonweal.demo.filling.names import Ids
from commonweal.demo.live import KINDS, City
from commonweal.directory import queries as directory
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Subject
from commonweal.kernel.models import JournalLine
from commonweal.people import queries as people
from commonweal.referrals import actions as referrals
from commonweal.referrals import queries as referral_queries
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as register
from factories.calls import open_centre

pytestmark = pytest.mark.django_db


def test_the_city_rings_sends_and_clears():
    centre = open_centre()
    city = City(geography.generate(SEED), UUID(centre.desk.id), pace=60)
    for _ in range(240):
        city.tick(0.5)
    kinds = set(JournalLine.objects.values_list("kind", flat=True))
    assert {
        "calls.received",
        "calls.triaged",
        "calls.dispatched",
        "calls.unit_status",
        "calls.cleared",
    } <= kinds
    assert len(calls.open_calls()) <= 22


def test_a_mishap_of_the_city_is_one_line(caplog, monkeypatch):
    city = City(geography.generate(SEED), open_centre().desk.id, pace=60)

    def stumble(_minutes: float) -> None:
        city.stop()
        raise RuntimeError("the van has a flat tyre")

    monkeypatch.setattr("commonweal.demo.live.BEAT", 0.0)
    monkeypatch.setattr(city, "tick", stumble)
    city.start().join(10)
    [said] = [r for r in caplog.records if "city" in r.message]
    assert "flat tyre" in said.message and said.exc_info is None


def test_every_kind_of_call_that_the_city_rings_is_known_to_the_desk():
    known = {code for code, _words in calls.natures()}
    assert {nature for nature, *_rest in KINDS} <= known


def test_a_held_city_does_nothing():
    centre = open_centre()
    City(geography.generate(SEED), UUID(centre.desk.id), pace=0).tick(0)
    assert not calls.open_calls()


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="once is enough: the doors are tested on both")
def test_the_county_stands_whole(instance):
    told: list[str] = []
    ids = build(told.append, scale=0.02)
    assert len(told) >= 7
    assert {a.kind for a in agencies.agencies()} >= {
        "ecc",
        "lifeline_988",
        "police",
        "sheriff",
        "health",
        "school",
    }
    assert directory.search(need="shelter").total >= 3
    assert register.agreements(public_only=True).count() == 3
    assert len(people.proposals()) > 10, "pairs wait for a steward"
    assert register.reviews().count() >= 2, "a broken glass waits for the privacy officer"
    _own_clients_have_names()

    person = next(iter(ids.person.values()))
    record = people.records_of(person)[0]
    patrol = ids.actor("harlow_pd.patrol_officer.1")
    refused = sharing.ask(by=patrol, category="identity", purpose="emergency", about=record)
    assert isinstance(refused, sharing.Refusal), "nobody sees a person without a tie"

    found = issue(instance, person)
    assert {c.desk for c in found} == set(DESKS)
    assert (instance / "demo-credentials.json").stat().st_mode & 0o077 == 0
    herself = agencies.actor(agencies.account_named("person").id)
    encounters = [s for s in _encounters(person)]
    for subject in encounters[:1]:
        own = sharing.ask(by=herself, category="encounter_narrative", purpose="subject_access", about=subject)
        assert isinstance(own, sharing.Permit)
    _every_provider_has_something_to_answer(ids)
    _a_past_referral_goes_on(ids)
    kinds = set(JournalLine.objects.values_list("kind", flat=True))
    assert kinds >= {
        "messages.posted",
        "evaluation.cohort_frozen",
        "cases.concluded",
        "training.past_brought",
    }
    journal.seal_all()
    assert journal.verify().is_sound


def _own_clients_have_names() -> None:
    """A case manager is shown the names of those whom their own agency helps."""
    managers = [agencies.actor(a.id) for a in agencies.accounts().filter(role="case_manager")]
    mine = [(by, row.person) for by in managers for row in cases.mine(by) if row.agency == by.agency]
    assert len(mine) > 20
    for by, person in mine:
        about = people.records_of(person)
        answers = sharing.ask_many(by=by, category="identity", purpose="care_coordination", about=about)
        assert sharing.permitted(answers)


def _every_provider_has_something_to_answer(ids: Ids) -> None:
    """The desks of the demonstration are not empty where nobody moves the city on: one waits too long."""
    workers = agencies.accounts().filter(role__in=["shelter_worker", "provider_staff"])
    desks = [referral_queries.inbox(ids_actor) for ids_actor in (agencies.actor(w.id) for w in workers)]
    now = clock.now()
    full = [rows for rows in desks if len(rows) >= 2 and any(r.due_at and r.due_at < now for r in rows)]
    assert len(full) == len(desks)


def _a_past_referral_goes_on(ids: Ids) -> None:
    """What the year left open is answered today: the next step follows the last one that was brought in."""
    workers = agencies.accounts().filter(role__in=["shelter_worker", "provider_staff"])
    waiting = {r.id: by for by in (agencies.actor(w.id) for w in workers) for r in referral_queries.inbox(by)}
    assert waiting
    for referral, by in waiting.items():
        assert referrals.accept(by=by, referral=referral).state == "accepted"


def _encounters(person: UUID) -> list[Subject]:
    from commonweal.encounters import queries

    return [Subject("encounter", outline.id) for outline in queries.of_person(person)]
