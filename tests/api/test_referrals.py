"""Referrals over the API: made, read through the gate, answered; and who gets nothing."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from commonweal.agencies import actions as agencies
from commonweal.directory import actions as directory
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP
from factories.referrals import Loop, loop

pytestmark = pytest.mark.django_db
BASE = "/api/v1/referrals/"


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door and the Lantern."""
    return loop()


class Caller:
    """One token's holder."""

    def __init__(self, it: Loop, role: str, *scopes: str) -> None:
        account = it.cast.account(role)
        _, secret = agencies.issue_token(by=SETUP, account=account, name="t", scopes=scopes)
        self.client, self.head = Client(), {"Authorization": f"Bearer {secret}"}

    def get(self, path: str = "", **query: Any) -> Any:
        """A GET."""
        return self.client.get(BASE + path, query, headers=self.head)

    def post(self, path: str = "", **body: Any) -> Any:
        """A POST with JSON."""
        return self.client.post(BASE + path, body, content_type="application/json", headers=self.head)


@pytest.fixture(name="sender")
def senders_token(it: Loop) -> Caller:
    """Open Door's system."""
    return Caller(it, "case_manager", "send_referrals")


@pytest.fixture(name="night")
def nights_token(it: Loop) -> Caller:
    """The Lantern's system."""
    return Caller(it, "shelter_worker", "answer_referrals")


def refer(it: Loop, sender: Caller, **more: Any) -> UUID:
    """A referral made over the API."""
    made = sender.post(service=str(it.beds), person=str(it.person), needs=["shelter"], **more)
    assert made.status_code == 201, made.content
    return UUID(made.json()["id"])


def test_made_read_and_answered(it: Loop, sender: Caller, night: Caller) -> None:
    referral = refer(it, sender, note="Bad knee")
    [row] = night.get().json()
    assert (row["id"], row["state"]) == (str(referral), "sent")
    card = night.get(str(referral)).json()
    assert card["acts"][:2] == ["view", "ask"] and "accept" in card["acts"]
    [who] = card["parts"]["identity"]
    assert who["fields"]["name"] == "Rosa Delgado" and "ssn_last4" in who["withheld"]
    [status] = card["parts"]["referral_status"]
    assert status["fields"]["service_type"]["needs"] == ["shelter"] and "outcome_detail" in status["withheld"]
    assert "knee" not in str(card)
    assert night.post(f"{referral}/accept").json()["state"] == "accepted"
    assert night.post(f"{referral}/schedule", at="2999-01-01T10:00:00Z").status_code == 400
    assert [s["act"] for s in sender.get(f"{referral}/timeline").json()] == ["check", "send", "accept"]


def test_each_read_is_journalled(it: Loop, sender: Caller, night: Caller) -> None:
    referral = refer(it, sender)
    night.get(str(referral))
    read = JournalLine.objects.filter(kind="sharing.read", actor=it.night.id)
    assert {line.data["category"] for line in read} == {"identity", "referral_status"}


def test_sent_again_from_a_phone_that_was_offline_it_is_the_same(it: Loop, sender: Caller) -> None:
    key = str(uuid4())
    assert refer(it, sender, id=key) == refer(it, sender, id=key) == UUID(key)
    assert len(sender.get(box="outbox", folder="all").json()) == 1


def test_out_of_turn_is_a_conflict_that_says_what_stands(it: Loop, sender: Caller, night: Caller) -> None:
    referral = refer(it, sender)
    night.post(f"{referral}/decline", reason="no_capacity")
    late = night.post(f"{referral}/accept")
    assert late.status_code == 409 and "declined" in late.json()["detail"]
    assert sender.post(f"{referral}/reroute").json()["field"] == "service"


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("decline", {"reason": "whim"}, "reason"), ("ask", {"note": ""}, "note"), ("schedule", {}, "at"),
    ],
)  # fmt: skip
def test_bad_words_name_the_field(
    it: Loop, sender: Caller, night: Caller, act: str, body: dict[str, str], field: str
) -> None:
    referral = refer(it, sender)
    refused = night.post(f"{referral}/{act}", **body)
    assert refused.status_code == 400 and refused.json()["field"] == field


def test_a_bar_is_told_before_sending(it: Loop, sender: Caller) -> None:
    from factories import directory

    youth = directory.service("Youth house", topics=("shelter",), maximum_age=24)
    refused = sender.post(service=str(youth), needs=["shelter"], facts={"age": 41})
    assert refused.status_code == 400 and "up to 24" in refused.json()["remedy"]


@pytest.mark.parametrize(
    ("role", "scope"),
    [("hospital_staff", "answer_referrals"), ("clinician", "send_referrals"), ("shelter_worker", "read")],
)
def test_whoever_has_no_part_or_no_scope_finds_nothing(
    it: Loop, sender: Caller, role: str, scope: str
) -> None:
    referral, other = refer(it, sender), Caller(it, role, scope)
    assert other.get().json() == [] and other.get(box="outbox").json() == []
    real, none = other.get(str(referral)), other.get(str(uuid4()))
    assert real.status_code == none.status_code == 404 and real.content == none.content
    for act in ("accept", "withdraw", "close"):
        assert other.post(f"{referral}/{act}").status_code == 404


def test_without_a_token_nothing(it: Loop, client: Client, sender: Caller) -> None:
    referral = refer(it, sender)
    assert client.get(BASE).status_code == client.get(f"{BASE}{referral}").status_code == 401
    assert client.post(f"{BASE}{referral}/accept", {}).status_code == 401


def test_the_description_names_every_route(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    wanted = {f"{BASE}", f"{BASE}{{referral}}", f"{BASE}{{referral}}/{{act}}", "/api/v1/directory/services"}
    assert wanted <= {path.replace("{uuid:", "{") for path in paths}


class TestOnTheWay:
    """A place held over the API, and the clock at the door."""

    def test_held_reached_and_handed_off(self, it: Loop, sender: Caller, night: Caller) -> None:
        directory.post_capacity(by=it.night, service=it.beds, available=1)
        referral = refer(it, sender)
        assert sender.get(f"{referral}/way").json()["is_held"] is False
        assert sender.post(f"{referral}/hold", minutes=20).status_code == 200
        other = sender.post(service=str(it.beds), needs=["shelter"], even_if_full=True).json()["id"]
        assert sender.post(f"{other}/hold").status_code == 409
        held = night.get(f"{referral}/way").json()
        assert held["is_held"] and held["held_until"] and not held["extended"]
        assert sender.post(f"{referral}/extend").status_code == 200
        assert sender.post(f"{referral}/extend").status_code == 409
        assert sender.post(f"{referral}/reach").status_code == 200
        assert night.post(f"{referral}/accept").status_code == 200
        assert night.post(f"{referral}/hand_off").json()["state"] == "attended"
        way = sender.get(f"{referral}/way").json()
        assert way["hold_ended"] == "arrived" and way["minutes"] == 0 and way["handed_off_at"]

    def test_a_stranger_reads_and_moves_nothing(self, it: Loop, sender: Caller) -> None:
        referral = refer(it, sender)
        other = Caller(it, "clinician", "send_referrals")
        assert other.get(f"{referral}/way").status_code == 404
        assert [other.post(f"{referral}/{act}").status_code for act in ("hold", "reach")] == [404, 404]
        assert sender.post(f"{referral}/hold", minutes=0).status_code == 400

    def test_where_the_person_agrees_it_goes_on(self, it: Loop, sender: Caller, night: Caller) -> None:
        referral = refer(it, sender)
        assert sender.post(f"{referral}/agree_onward").status_code == 400
        assert night.post(f"{referral}/agree_onward", needs=["shelter"]).status_code == 404
        assert sender.post(f"{referral}/agree_onward", needs=["shelter"]).status_code == 200
        assert sender.post(f"{referral}/withdraw_onward").status_code == 200
