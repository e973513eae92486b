"""What a sender gets of a guarded referral is byte for byte alike, whatever its receiver did, until consent.

42 CFR 2.13 and 34 USC 12291(b)(2): a refusal that came later, a time, a count or an order would tell it too.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.api.referrals import ACTS
from commonweal.kernel import journal
from commonweal.messages import actions as messages
from commonweal.messages.models import Delivery, Notification
from commonweal.referrals import actions
from commonweal.sharing import actions as sharing
from factories.cast import SETUP
from factories.guarded import WAYS, Guarded, bring, guarded
from factories.visitor import visit

pytestmark = [pytest.mark.django_db, pytest.mark.once]
KINDS = ("part2_program", "victim_service_provider")
TAPPED = ("settle", "reroute", "agree-onward", "hold", "withdraw")  # on the page; the API tries all there are
FOLDERS = ("all", "waiting", "current", "settled", "ended")
NOISE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'), "CSRF"),
    (re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)"), "AT"),
    (re.compile(r"\d{1,2}:\d\d( (a|p)\.?m\.?)?"), "HOUR"),
    (re.compile(r"\b[A-HJ-NP-Z2-9]{6}\b"), "CODE"),
    (re.compile(r'nonce="[^"]+"|nonce-[^\s\';]+'), "NONCE"),
)  # fmt: skip


def plain(text: str) -> str:
    """The words with ids, times, codes and nonces made alike."""
    for pattern, word in NOISE:
        text = pattern.sub(word, text)
    return text


class Seat:
    """Where a sender sits: their pages, their system's API, their bell, their webhooks."""

    def __init__(self, it: Guarded) -> None:
        self.it, self.pages = it, visit(it.sender)
        _, secret = agencies.issue_token(
            by=SETUP, account=it.it.cast.account("case_manager"), name="t", scopes=["send_referrals"]
        )
        self.api, self.head = Client(), {"Authorization": f"Bearer {secret}"}
        messages.register_endpoint(
            by=SETUP, agency=it.it.cast.agency["social_service"], url="https://93.184.216.34/in",
            names=["referral.changed"],
        )  # fmt: skip

    def gets(self, referral: UUID) -> dict[str, str]:
        """Everything that reaches them, by where it stands."""
        what_follows()
        found = {f"list {f}": self._page("provider:sent", query=f"?folder={f}") for f in FOLDERS}
        for name in ("provider:sent_card", "provider:slip"):
            found[name] = self._page(name, referral)
        for path in ("", "/timeline", "/way"):
            found[f"api {path}"] = self._api(f"/api/v1/referrals/{referral}{path}")
        for folder in FOLDERS:
            found[f"api {folder}"] = self._api(f"/api/v1/referrals/?box=outbox&folder={folder}")
        found["fhir"] = self._api(f"/api/v1/fhir/referral/{referral}")
        found["bell"] = str(
            list(Notification.objects.filter(account=self.it.sender.id).values_list("kind", flat=True))
        )
        sent = Delivery.objects.filter(endpoint__agency=self.it.sender.agency)
        found["systems"] = plain(json.dumps([d.ids for d in sent.order_by("created_at")], default=str))
        found["calendar"] = self._calendar()
        return found

    def _page(self, name: str, *args: object, query: str = "") -> str:
        response = self.pages.get(reverse(name, args=args) + query)
        return f"{response.status_code} {plain(response.content.decode())}"

    def _api(self, path: str) -> str:
        response = self.api.get(path, headers=self.head)
        heads = {k: v for k, v in response.headers.items() if k in ("ETag", "X-Total-Count", "Link")}
        return f"{response.status_code} {heads} {plain(response.content.decode())}"

    def _calendar(self) -> str:
        _made, secret = agencies.make_calendar_address(by=self.it.sender)
        return str("Appointment" in Client().get(reverse("calendar_feed", args=[secret])).content.decode())


def what_follows() -> None:
    """Everything that events lead to, done."""
    for _ in range(3):
        journal.seal_all()
        flow.drain()


@pytest.fixture(name="it", params=KINDS)
def a_guarded_loop(request: pytest.FixtureRequest) -> Guarded:
    """A treatment programme, then a provider for victims."""
    return guarded(request.param)


def tried(seat: Seat, referral: UUID) -> dict[str, str]:
    """What each act of the API and of the page answers, each tried by itself and undone."""
    found = {}
    words = {"reason": "no_capacity", "note": "n", "at": "2026-12-01T10:00:00Z", "result": "resolved",
             "service": str(seat.it.it.beds), "needs": ["substance_use"]}  # fmt: skip
    for act in sorted(ACTS):
        with undone():
            path = f"/api/v1/referrals/{referral}/{act}"
            answer = seat.api.post(path, words, content_type="application/json", headers=seat.head)
            found[f"api {act}"] = (
                f"{answer.status_code} {answer.headers.get('ETag')} {plain(answer.content.decode())}"
            )
    for act in sorted(TAPPED):
        with undone():
            target = reverse("provider:sent_act", args=[referral, act])
            answer = seat.pages.post(target, {**words, "asked": "yes", "onward_need": "substance_use"})
            found[f"page {act}"] = f"{answer.status_code} {plain(answer.content.decode())}"
    with undone():
        answer = seat.pages.post(reverse("provider:talk", args=[referral]), {"text": "She is on the way"})
        found["talk"] = f"{answer.status_code} {plain(answer.content.decode())}"
    return found | again(seat)


def again(seat: Seat) -> dict[str, str]:
    """What referring the same person there once more answers."""
    with undone():
        asked = {"service": str(seat.it.service), "person": str(seat.it.it.person)}
        answer = seat.api.post(
            "/api/v1/referrals/", asked, content_type="application/json", headers=seat.head
        )
        return {"refer again": f"{answer.status_code} {plain(answer.content.decode())}"}
    raise AssertionError


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything(it: Guarded, way: str) -> dict[str, str]:
    """What a sender gets there, tries there, and gets and tries once they took it back."""
    with undone():
        referral, seat = it.refer(), Seat(it)
        what_follows()
        bring(it, referral, way)
        found = seat.gets(referral) | tried(seat, referral)
        taken = seat.pages.post(reverse("provider:sent_act", args=[referral, "withdraw"]))
        found["taken back"] = str(taken.status_code)
        after = seat.gets(referral) | again(seat)
        return found | {f"{name}, taken back": text for name, text in after.items()}
    raise AssertionError


def test_whatever_the_receiver_did_the_sender_gets_and_is_refused_the_same(it: Guarded) -> None:
    first = everything(it, "sent")
    assert "Made; how it stands is not told" in first["provider:sent_card"]
    assert first["refer again"].startswith("409") and first["refer again, taken back"].startswith("201")
    assert first["taken back"] == "302" and first["api withdraw"].startswith("200")
    for way in WAYS:
        there = everything(it, way)
        different = [name for name in first if first[name] != there[name]]
        assert not different, (way, {name: (first[name], there[name]) for name in different[:1]})


def test_once_the_person_agreed_each_way_tells_and_taking_it_back_closes_each_at_once(it: Guarded) -> None:
    consent, told = it.agree(), {}
    for way in WAYS:
        with undone():
            referral, seat = it.refer(), Seat(it)
            bring(it, referral, way)
            told[way] = seat.gets(referral)
    silent = {"provider:slip", "api /way", "calendar"}
    for name in told["sent"].keys() - silent - {f"list {f}" for f in FOLDERS} - {f"api {f}" for f in FOLDERS}:
        assert told["sent"][name] != told["declined"][name], name
    assert "Declined" in told["declined"]["list ended"] and "Declined" not in told["declined"]["list waiting"]
    assert len({told[way]["api "] for way in WAYS}) >= 13 and told["scheduled"]["calendar"] == "True"
    assert told["at the door"]["api /way"] != told["accepted"]["api /way"]
    referral = it.refer()
    bring(it, referral, "accepted")
    seat = Seat(it)
    assert "Accepted" in seat.gets(referral)["provider:sent_card"]
    sharing.revoke_consent(by=it.receiver, consent=consent)
    closed = seat.gets(referral)
    assert "Accepted</" not in closed["provider:sent_card"] and '"state": "made"' in closed["api "]


def test_who_is_sent_to_no_such_receiver_is_told_as_ever(it: Guarded) -> None:
    referral, seat = it.it.refer(), Seat(it)
    actions.decline(by=it.it.night, referral=referral, reason="no_capacity")
    found = seat.gets(referral)
    assert '"state": "declined"' in found["api "] and "Declined" in found["list ended"]
    assert "referral_declined" in found["bell"] and "declined" in found["systems"]
    assert "Where else?" in found["provider:sent_card"] and "not told" not in found["provider:sent_card"]


def test_the_receiver_and_the_person_keep_what_they_have(it: Guarded) -> None:
    referral = it.refer()
    bring(it, referral, "scheduled")
    page = visit(it.receiver).get(reverse("provider:card", args=[referral])).content.decode()
    assert "Time set" in page and "is told nothing of what you do here" in page
    account = agencies.open_account(
        by=SETUP, username="rosa", display_name="Rosa", role="person", agency=None, person=it.it.person
    )  # fmt: skip
    mine = visit(queries.actor(account.id)).get("/mine/").content.decode()
    if it.kind == "part2_program":  # of a victim-service provider's record the provider itself answers
        assert "Time set" in mine or "scheduled" in mine


def test_what_the_programme_writes_reaches_the_sender_once_the_person_agreed() -> None:
    it = guarded()
    referral, seat = it.refer(), Seat(it)
    seat.pages.post(reverse("provider:talk", args=[referral]), {"text": "She is on the way"})
    visit(it.receiver).post(reverse("provider:talk", args=[referral]), {"text": "She came at nine"})
    before = seat.gets(referral)
    assert "She is on the way" in before["provider:sent_card"]
    assert "She came at nine" not in before["provider:sent_card"] and "message" not in before["bell"]
    it.agree()
    visit(it.receiver).post(reverse("provider:talk", args=[referral]), {"text": "She stays"})
    after = seat.gets(referral)
    assert "She came at nine" in after["provider:sent_card"] and "message" in after["bell"]
