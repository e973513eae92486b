"""The sender follows what was sent, and sends it elsewhere when it was not taken."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.directory import actions as directory_actions
from commonweal.kernel import clock
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.referrals.models import Referral
from factories import directory
from factories.cast import SETUP
from factories.heard import alike
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door, the Lantern, and Rosa."""
    return loop()


@pytest.fixture(name="desk")
def senders_desk(it: Loop) -> Client:
    """The case manager's browser."""
    return visit(it.sender)


def page(client: Client, name: str, *args: object) -> str:
    """A page's words."""
    response = client.get(reverse(f"provider:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_whoever_only_sends_is_led_to_what_they_sent(it: Loop, desk: Client) -> None:
    assert desk.get("/referrals/").headers["Location"] == "/referrals/sent/"
    assert "Nothing sent yet" in page(desk, "sent")
    it.refer()
    assert "Lantern night beds" in page(desk, "sent")


def test_what_was_sent_last_stands_first_and_folders_part_the_rest(it: Loop, desk: Client) -> None:
    """Whatever the order in which they were written down."""
    first, second = it.refer(), it.refer(person=None)
    Referral.objects.filter(id=first).update(sent_at=clock.now(), created_at=clock.now() - timedelta(days=9))
    Referral.objects.filter(id=second).update(sent_at=clock.now() - timedelta(days=3))
    words = page(desk, "sent")
    assert not alike(words), "two to one service are heard apart"
    assert words.index(str(first)) < words.index(str(second))
    actions.accept(by=it.night, referral=first)
    waiting, current = (
        desk.get(reverse("provider:sent"), {"folder": f}).content.decode() for f in ("waiting", "current")
    )
    assert str(second) in waiting and str(first) not in waiting
    assert str(first) in current and str(second) not in current
    ended = desk.get(reverse("provider:sent"), {"folder": "ended"}).content.decode()
    assert "None here" in ended and str(first) not in ended
    assert str(first) in desk.get(reverse("provider:sent"), {"folder": "nonsense"}).content.decode()


def test_the_card_tells_what_travels(it: Loop, desk: Client) -> None:
    referral = it.refer()
    words = page(desk, "sent_card", referral)
    assert "What travels with it" in words and "date of birth" in words and "Rosa Delgado" in words


def test_a_declined_referral_offers_other_houses_those_with_room_first(it: Loop, desk: Client) -> None:
    full, free = directory.service("Ash shelter"), directory.service("Zinnia shelter")
    directory_actions.post_capacity(by=SETUP, service=full, available=0)
    directory_actions.post_capacity(by=SETUP, service=free, available=2)
    referral = it.refer()
    actions.decline(by=it.night, referral=referral, reason="no_capacity")
    words = page(desk, "sent_card", referral)
    assert words.index("Zinnia shelter") < words.index("Ash shelter") and "No room now" in words
    moved = desk.post(reverse("provider:sent_act", args=[referral, "reroute"]), {"service": str(free)})
    assert moved.status_code == 302
    assert referrals.row(it.sender, referral).state == "rerouted"
    assert len(referrals.outbox(it.sender)) == 2


def test_questions_are_answered_and_outcomes_noted(it: Loop, desk: Client) -> None:
    referral = it.refer()
    actions.ask_info(by=it.night, referral=referral, note="Is there a dog?")
    assert "Is there a dog?" in page(desk, "sent_card", referral)
    desk.post(reverse("provider:sent_act", args=[referral, "inform"]), {"note": "A small one"})
    actions.accept(by=it.night, referral=referral)
    actions.attended(by=it.night, referral=referral)
    desk.post(reverse("provider:sent_act", args=[referral, "settle"]), {"result": "resolved"})
    desk.post(reverse("provider:sent_act", args=[referral, "close"]))
    assert referrals.row(it.sender, referral).state == "closed"


def test_the_slip_names_nobody_and_speaks_the_persons_language(it: Loop, desk: Client) -> None:
    referral = it.refer(language="es")
    words = page(desk, "slip", referral)
    assert referrals.row(it.sender, referral).code in words and "Rosa" not in words
    assert "Diga o muestre este código" in words and "12 Quay St" in words


def test_the_receiver_and_others_have_no_senders_page(it: Loop) -> None:
    referral = it.refer()
    for role, status in (("shelter_worker", 403), ("clinician", 404), ("analyst", 403)):
        client = visit(it.cast[role])
        for name in ("sent_card", "slip"):
            assert client.get(reverse(f"provider:{name}", args=[referral])).status_code == status
        tapped = client.post(reverse("provider:sent_act", args=[referral, "withdraw"]))
        assert tapped.status_code == status
    assert referrals.row(it.sender, referral).state == "sent"
    assert visit(it.sender).get(reverse("provider:sent_card", args=[uuid4()])).status_code == 404


def test_taking_it_back_and_an_unknown_act(it: Loop, desk: Client) -> None:
    referral = it.refer()
    assert desk.post(reverse("provider:sent_act", args=[referral, "explode"])).status_code == 404
    desk.post(reverse("provider:sent_act", args=[referral, "withdraw"]))
    assert referrals.row(it.sender, referral).state == "withdrawn"
