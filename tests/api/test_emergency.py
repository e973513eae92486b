"""Break-glass by programs: offered, opened on a word, read through the gate, ended, reviewed."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from commonweal import flow
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Subject
from commonweal.kernel.models import JournalLine
from commonweal.messages.models import Notification
from commonweal.people import actions as people
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Disclosure, Opening, Review
from factories.caller import Program
from factories.cast import SETUP, Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PLAN = "Keeps pills in the kitchen; her sister can come."
SENT = {"emergency": "self_harm", "danger": "the_person", "reason": "Her son says she took pills"}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather()


def known(cast: Cast, role: str = "call_taker", agency: str = "social_service") -> UUID:
    """A person with a crisis plan of one agency, and a worker who is on the call about them."""
    person, _ = someone(cast)
    people.keep_plan(by=SETUP, person=person, agency=cast.agency[agency], summary=PLAN, helps="Speak low.")
    sharing.tie(by=SETUP, relation="incident", subject=Subject("person", person), account=cast.account(role))
    return person


def opened(program: Program, person: UUID, **said: object) -> Any:
    answer = program.post(f"emergency/people/{person}", **{**SENT, **said})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_from_the_offer_to_the_closed_review(cast: Cast) -> None:
    person, desk, officer = known(cast), Program(cast["call_taker"]), Program(cast["privacy_officer"])
    offer = desk.seen(f"emergency/people/{person}")
    assert offer["opens"] == ["mh_assessment"] and offer["privacy_officers_told"] == 1
    assert PLAN not in str(offer) and not Opening.objects.exists(), "an offer opens nothing"
    opening = opened(desk, person)
    assert opening["is_in_force"] and opening["categories"] == ["mh_assessment"] and PLAN not in str(opening)
    parts = desk.seen(f"emergency/{opening['id']}/records")
    assert [p["fields"]["crisis_plan_summary"] for p in parts if "crisis_plan_summary" in p["fields"]] == [
        PLAN
    ]
    rows = Disclosure.objects.filter(opening=opening["id"])
    assert "mh_assessment" in {row.category for row in rows}
    assert all(JournalLine.objects.filter(id=row.line).exists() for row in rows)
    journal.seal_all()
    flow.drain()
    assert Notification.objects.filter(
        kind="review_break_glass", account=cast.account("privacy_officer")
    ).exists()
    [review] = officer.seen("trust/reviews")
    assert (review["why"], review["reason"]) == ("break_glass", SENT["reason"])
    closing = {"outcome": "disciplinary", "note": "Asked, and explained."}
    officer.done(f"trust/reviews/{review['id']}/close", **closing)
    assert Review.objects.get().outcome == "disciplinary"
    page = visit(cast["privacy_officer"]).get(f"/trust/reviews/{review['id']}/").content.decode()
    assert SENT["reason"] in page, "one queue for the screen and for programs"


def test_four_hours_and_not_a_minute_more(cast: Cast) -> None:
    person, desk = known(cast), Program(cast["call_taker"])
    opening = opened(desk, person)
    with clock.at(clock.now() + timedelta(hours=3, minutes=59)):
        assert PLAN in str(desk.seen(f"emergency/{opening['id']}/records"))
    with clock.at(clock.now() + timedelta(hours=4, minutes=1)):
        assert desk.seen(f"emergency/{opening['id']}/records") == []
        assert not desk.seen(f"emergency/{opening['id']}")["is_in_force"]


def test_ended_at_once_and_again_changes_nothing(cast: Cast) -> None:
    person, desk = known(cast), Program(cast["call_taker"])
    opening = opened(desk, person)
    first = desk.done(f"emergency/{opening['id']}/end")
    assert not first["is_in_force"] and desk.done(f"emergency/{opening['id']}/end") == first
    assert desk.seen(f"emergency/{opening['id']}/records") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "now"},
        {"reason": "  " * 12},
        {"emergency": "curiosity"},
        {"danger": "nobody"},
        {"reason": ""},
    ],
)
def test_half_a_plea_opens_nothing(cast: Cast, wrong: dict[str, str]) -> None:
    person, desk = known(cast), Program(cast["call_taker"])
    answer = desk.post(f"emergency/people/{person}", **{**SENT, **wrong})
    assert answer.status_code == 400 and answer.json()["field"].endswith(next(iter(wrong)))
    assert not Opening.objects.exists()


def test_hidden_records_none_and_nobody_are_the_same_bytes(cast: Cast) -> None:
    """Also for whoever pleads: what a victim service or a programme keeps is never opened by an emergency."""
    desk = Program(cast["call_taker"])
    ids = [someone(cast, kind)[0] for kind in ("part2_program", "victim_service_provider")]
    for ask in (
        lambda one: desk.get(f"emergency/people/{one}"),
        lambda one: desk.post(f"emergency/people/{one}", **SENT),
    ):
        seen = {(a.status_code, a.content) for a in map(ask, [*ids, uuid4()])}
        assert len(seen) == 1 and next(iter(seen))[0] == 404
    assert not Opening.objects.exists() and not Review.objects.exists()


@pytest.mark.parametrize("role", ["analyst", "administrator", "privacy_officer", "records_steward"])
def test_roles_that_serve_nobody_have_no_way_in(cast: Cast, role: str) -> None:
    person = known(cast)
    assert Program(cast[role]).get(f"emergency/people/{person}").status_code == 403
    assert Program(cast[role]).post(f"emergency/people/{person}", **SENT).status_code == 403


def test_an_opening_is_its_worker_s_own(cast: Cast) -> None:
    person, desk = known(cast), Program(cast["call_taker"])
    opening = opened(desk, person)
    for role in ("supervisor", "clinician", "case_manager"):
        other = Program(cast[role])
        for path in (f"emergency/{opening['id']}", f"emergency/{opening['id']}/records"):
            assert other.get(path).content == other.get(f"emergency/{uuid4()}").content
        assert other.post(f"emergency/{opening['id']}/end").status_code == 404
    assert Opening.objects.get().is_in_force
    assert Program(None).get(f"emergency/{opening['id']}").status_code == 401


def test_two_taps_of_one_key_are_one_opening(cast: Cast) -> None:
    person, desk = known(cast), Program(cast["call_taker"])
    keys = {"Idempotency-Key": "tap"}
    first, again = (desk.post(f"emergency/people/{person}", keys, **SENT) for _ in range(2))
    assert first.content == again.content and Opening.objects.count() == 1 and PLAN not in str(first.content)
