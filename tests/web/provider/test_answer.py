"""The church hall answers on a phone, without an account: in time, late, twice, by mistake, by guessing."""

from datetime import timedelta

import pytest
from django.test import Client

from commonweal.kernel import clock
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from factories import directory
from factories.cast import SETUP
from factories.referrals import Loop, loop

pytestmark = pytest.mark.django_db


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door and a hall with a mailbox."""
    it = loop()
    it.beds = directory.service("Church hall beds", email="hall@example.org")
    return it


@pytest.fixture(name="link")
def a_link(it: Loop) -> str:
    """The path in the letter."""
    referral = it.refer(note="Bad knee", reasons=["Speaks Spanish"])
    return f"/referrals/answer/{actions.issue_link(by=SETUP, referral=referral)[1]}/"


def state(it: Loop) -> str:
    """Where the one referral stands."""
    return referrals.outbox(it.sender)[0:1][0].state


def test_the_page_shows_a_code_and_nobody(client: Client, it: Loop, link: str) -> None:
    response = client.get(link)
    words = response.content.decode()
    assert response.status_code == 200 and "Church hall beds" in words
    assert referrals.outbox(it.sender)[0:1][0].code in words
    for secret in ("Rosa", "Delgado", "knee", "Speaks Spanish", "Shelter tonight", "555-0142"):
        assert secret not in words
    assert response["Referrer-Policy"] == "same-origin" and "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_looking_often_costs_nothing_answering_works_once(client: Client, it: Loop, link: str) -> None:
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert "Your answer is noted" in client.post(link, {"act": "accept"}).content.decode()
    again = client.get(link).content.decode()
    assert "This referral was answered" in again and "Yes, send them" not in again
    client.post(link, {"act": "decline", "reason": "no_capacity"})
    assert state(it) == "accepted"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"act": "waitlist"}, "waitlisted"),
        ({"act": "decline", "reason": "out_of_area"}, "declined"),
        ({"act": "ask", "note": "Stairs?"}, "info_requested"),
    ],
)
def test_every_button_answers(
    client: Client, it: Loop, link: str, values: dict[str, str], expected: str
) -> None:
    assert client.post(link, values).status_code == 200
    assert state(it) == expected


def test_a_late_reader_is_told_kindly(client: Client, it: Loop, link: str) -> None:
    with clock.at(clock.now() + timedelta(days=5)):
        late = client.get(link)
        assert late.status_code == 410 and "expired" in late.content.decode()
        client.post(link, {"act": "accept"})
    assert state(it) == "sent"


def test_the_wrong_reader_closes_it(client: Client, it: Loop, link: str) -> None:
    assert "Thank you for saying so" in client.post(f"{link}not-mine/").content.decode()
    after = client.get(link)
    assert after.status_code == 410 and "Yes, send them" not in after.content.decode()
    assert state(it) == "sent"


def test_not_mine_needs_a_tap_not_a_look(client: Client, link: str) -> None:
    assert client.get(f"{link}not-mine/").status_code == 405
    assert client.get(link).status_code == 200


def test_guessing_is_braked_and_the_brake_says_so(client: Client, link: str) -> None:
    here = "192.0.2.6"  # of this test alone: wrong tries are counted over all that a process serves
    codes = [client.get(f"/referrals/answer/guess{n}/", REMOTE_ADDR=here).status_code for n in range(25)]
    assert codes[:20] == [404] * 20 and codes[-1] == 429
    assert client.get(link, REMOTE_ADDR=here).status_code == 429
    assert client.get(link, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_forged_form_is_refused(link: str, it: Loop) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, {"act": "accept"}).status_code == 403
    assert state(it) in ("sent", "viewed")


def test_a_bad_answer_is_explained_and_the_link_stays_good(client: Client, it: Loop, link: str) -> None:
    assert client.post(link, {"act": "decline", "reason": "whim"}).status_code == 400
    assert client.post(link, {"act": "accept"}).status_code == 200
    assert state(it) == "accepted"


def test_it_reads_spanish(client: Client, link: str) -> None:
    words = client.get(link, headers={"Accept-Language": "es"}).content.decode()
    assert "Sí, que venga" in words and "Esto no es para mí" in words
