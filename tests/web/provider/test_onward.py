"""The sender's page asks what the person agrees to, shows the way it went, and says why it stopped."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.directory import actions as directory
from commonweal.kernel import clock
from commonweal.kernel.actors import system
from commonweal.referrals import actions, queries
from commonweal.referrals.models import Onward, Referral
from factories import directory as entries
from factories.cast import SETUP, worker
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door and the Lantern; the Zinnia has room too."""
    it = loop()
    other = entries.service("Zinnia shelter", topics=("shelter",))
    directory.post_capacity(by=SETUP, service=other, available=3)
    return it


def post(client: Client, referral: UUID, act: str, **sent: object) -> str:
    """One act of the sender's, and the page it leads back to."""
    done = client.post(reverse("provider:sent_act", args=[referral, act]), sent, follow=True)
    assert done.status_code == 200, done.content[:400]
    return done.content.decode()


def no_and_on(it: Loop, referral: UUID) -> None:
    """The Lantern says no; two minutes later the timer looks."""
    actions.decline(by=it.night, referral=referral, reason="no_capacity")
    with clock.at(clock.now() + timedelta(minutes=2)):
        actions.sweep_onward(by=system("flow"))


def test_agreed_sent_on_and_seen_by_both_sides(it: Loop) -> None:
    sender, referral = visit(it.sender), it.refer()
    page = sender.get(f"/referrals/sent/{referral}/").content.decode()
    assert "May it go on by itself?" in page and "Zinnia shelter" in page
    page = post(sender, referral, "agree-onward", onward_need=["shelter"], asked="yes")
    assert "the person agreed that it may go on by itself" in page and "At most 2 times" in page
    no_and_on(it, referral)
    page = sender.get(f"/referrals/sent/{referral}/").content.decode()
    assert "Zinnia shelter" in page and "Sent elsewhere" in page and "Waiting for an answer" in page
    child = Referral.objects.get(parent=referral)
    assert "1. " in sender.get(f"/referrals/sent/{child.id}/").content.decode()


def test_without_the_tick_nothing_is_agreed(it: Loop) -> None:
    sender, referral = visit(it.sender), it.refer()
    where = reverse("provider:sent_act", args=[referral, "agree-onward"])
    refused = sender.post(where, {"onward_need": ["shelter"]})
    assert refused.status_code == 400 and "Ask the person first" in refused.content.decode()
    refused = sender.post(where, {"asked": "yes"})
    assert refused.status_code == 400 and "Choose what the person agrees to" in refused.content.decode()
    assert not Onward.objects.exists()


def test_taken_back_and_why_it_stopped(it: Loop) -> None:
    sender, referral = visit(it.sender), it.refer(pathway="treatment")
    post(sender, referral, "agree-onward", onward_need=["shelter"], asked="yes")
    assert "May it go on by itself?" in post(sender, referral, "withdraw-onward")
    post(sender, referral, "agree-onward", onward_need=["shelter"], asked="yes")
    no_and_on(it, referral)
    page = sender.get(f"/referrals/sent/{referral}/").content.decode()
    assert "It goes no further by itself: on this pathway a person chooses" in page


def test_in_spanish(it: Loop) -> None:
    referral = it.refer()
    agencies.change_account(by=SETUP, account=UUID(it.sender.id), language="es")
    page = visit(it.sender).get(f"/referrals/sent/{referral}/").content.decode()
    assert "¿Puede seguir por sí sola?" in page


def test_who_has_no_part_agrees_to_nothing(it: Loop) -> None:
    referral, sent = it.refer(), {"onward_need": ["shelter"], "asked": "yes"}
    other = worker(it.cast.agency["health"], "clinician")
    for client in (visit(other), visit(it.night), Client()):
        where = reverse("provider:sent_act", args=[referral, "agree-onward"])
        assert client.post(where, sent).status_code in (302, 403, 404)
    assert queries.onward(it.sender, referral).agreed is None
