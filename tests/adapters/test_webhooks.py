"""Events to other systems: signed, trimmed, at least once, and never led into the own network."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import flow
from commonweal.adapters.webhooks import arrive, reaching, writer
from commonweal.adapters.webhooks.reader import WINDOW, Unverified, verified
from commonweal.calls import actions as calls
from commonweal.calls.events import CallCleared
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions
from commonweal.messages.models import Delivery, Endpoint, Notification
from commonweal.sharing.models import Holding
from factories.calls import CALM, Centre, open_centre
from factories.cast import SETUP, worker
from journeys.site import what_follows

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECRET, OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_bm90IHRoZSBzZWNyZXQgYXQgYWxsIG5vdCBpdA=="


class Receiver(BaseHTTPRequestHandler):
    """Another agency's system: keeps what it was sent and answers what it is told to."""

    came: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []
    answers: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        """One webhook."""
        size = int(self.headers["content-length"])
        told = {name.lower(): value for name, value in self.headers.items()}
        self.came.append((self.path, told, self.rfile.read(size)))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    """One that listens."""
    Receiver.came.clear()
    Receiver.answers.clear()
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def url(receiver: HTTPServer, settings: Any) -> str:
    """Its address, which the operator lists."""
    settings.WEBHOOK_HOSTS = frozenset(["127.0.0.1"])
    return f"http://127.0.0.1:{receiver.server_port}/in?a=b"


@pytest.fixture
def centre(db: None) -> Centre:
    """A centre at work."""
    return open_centre()


def asks(agency: UUID, url: str, *names: str, with_facts: bool = False) -> tuple[Endpoint, str]:
    """An agency's system asks for events."""
    return actions.register_endpoint(by=SETUP, agency=agency, url=url, names=names, with_facts=with_facts)


def all_out() -> int:
    """The worker sends what is due."""
    what_follows()
    count = 0
    while flow.send_out():
        count += 1
    return count


def bodies(secret: str) -> list[dict[str, Any]]:
    """What came, each proven genuine."""
    return [verified(head, body, [secret], clock.now()) for _, head, body in Receiver.came]


class TestSigning:
    """The layout of Standard Webhooks."""

    def test_the_published_example(self) -> None:
        content = b'{"test": 2432232314}'
        signed = writer.signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, content)
        assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    @given(st.binary(max_size=80), st.integers(-WINDOW, WINDOW))
    def test_what_is_signed_is_believed_within_the_window(self, noise: bytes, late: int) -> None:
        content = writer.body("call.ended", NOW, {"call": noise.hex()}, None)
        head = writer.headers(uuid4(), NOW, content, [SECRET])
        said = verified(head, content, [OTHER, SECRET], NOW + timedelta(seconds=late))
        assert said["data"] == {"call": noise.hex()} and said["timestamp"] == "2026-11-23T04:00:00Z"

    def test_what_is_changed_old_or_of_another_is_not(self) -> None:
        content = b"{}"
        head = writer.headers(uuid4(), NOW, content, [SECRET])
        for headers, body, secret, at, why in (
            (head, b"{ }", SECRET, NOW, "signature"), (head, content, OTHER, NOW, "signature"),
            (head | {"webhook-id": "msg_1"}, content, SECRET, NOW, "signature"),
            (head, content, SECRET, NOW + timedelta(seconds=WINDOW + 1), "time"),
            (head, content, SECRET, NOW - timedelta(seconds=WINDOW + 1), "time"),
            (head | {"webhook-timestamp": "now"}, content, SECRET, NOW, "headers"),
            ({}, content, SECRET, NOW, "headers"),
        ):  # fmt: skip
            with pytest.raises(Unverified, match=why):
                verified(headers, body, [secret], at)

    def test_while_a_secret_is_renewed_both_are_believed(self) -> None:
        head = writer.headers(uuid4(), NOW, b"{}", [SECRET, OTHER])
        assert verified(head, b"{}", [SECRET], NOW) == verified(head, b"{}", [OTHER], NOW) == {}


class TestReaching:
    """No private, loopback or link-local target; the address that was judged is the one that is asked."""

    @pytest.mark.parametrize(
        "address",
        (
            "127.0.0.1 127.8.8.8 10.0.0.5 172.16.3.4 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 "
            "224.0.0.1 255.255.255.255 192.0.2.7 198.18.0.1 240.0.0.1 ::1 :: fe80::1 fc00::7 fec0::1 ff02::1 "
            "::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 64:ff9b::7f00:1 2001:db8::1"
        ).split(),
    )
    def test_inside_addresses_are_not_public(self, address: str) -> None:
        assert not reaching.is_public(ip_address(address))

    @pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
    def test_public_ones_are(self, address: str) -> None:
        assert reaching.is_public(ip_address(address))

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "[::1]", "127.1"])
    def test_no_way_of_writing_loopback_leads_in(self, receiver: HTTPServer, host: str) -> None:
        with pytest.raises(reaching.Unreachable):
            reaching.post(f"http://{host}:{receiver.server_port}/", b"{}", {})
        assert not Receiver.came

    def test_one_private_address_among_public_ones_is_enough_to_refuse(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        both = [ip_address("8.8.8.8"), ip_address("10.0.0.1")]
        monkeypatch.setattr(reaching, "looked_up", lambda host, port: both)
        with pytest.raises(reaching.Unreachable, match="public"):
            reaching.post("https://sneaky.example/", b"{}", {})

    def test_the_name_is_looked_up_once_and_that_address_is_asked(
        self, receiver: HTTPServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []

        def looked_up(host: str, port: int) -> list[Any]:
            asked.append(host)
            return [ip_address("127.0.0.1")]

        monkeypatch.setattr(reaching, "looked_up", looked_up)
        url = f"http://partner.example:{receiver.server_port}/in"
        assert reaching.post(url, b"{}", {}, ["partner.example"]) == 204
        assert asked == ["partner.example"] and len(Receiver.came) == 1
        assert Receiver.came[0][1]["host"] == f"partner.example:{receiver.server_port}"

    def test_a_redirect_is_an_answer_like_any_other(self, receiver: HTTPServer, url: str) -> None:
        Receiver.answers.append(302)
        assert reaching.post(url, b"{}", {}, ["127.0.0.1"]) == 302
        assert [path for path, _, _ in Receiver.came] == ["/in?a=b"]

    def test_plain_http_only_where_it_is_listed(self) -> None:
        with pytest.raises(reaching.Unreachable, match="https"):
            reaching.post("http://8.8.8.8/", b"{}", {})

    def test_nobody_there(self, receiver: HTTPServer) -> None:
        port = receiver.server_port
        with pytest.raises(reaching.Unreachable):
            reaching.post("https://no.such.name.invalid/", b"{}", {})
        with pytest.raises(reaching.Unreachable):
            reaching.post(f"https://127.0.0.1:{port}/", b"{}", {}, ["127.0.0.1"])  # speaks no TLS


@pytest.mark.django_db
class TestRegistering:
    """An address, at least one event, a secret that is shown once."""

    @pytest.mark.parametrize(
        ("url", "names", "field"),
        [
            ("", ["call.ended"], "url"), ("cad.example/in", ["call.ended"], "url"),
            ("ftp://cad.example/", ["call.ended"], "url"), ("http://cad.example/", ["call.ended"], "url"),
            ("https://me:pw@cad.example/", ["call.ended"], "url"),
            ("https://cad.example/#a", ["call.ended"], "url"),
            ("https://cad.example:0/", ["call.ended"], "url"),
            ("https://cad.example:99999/", ["call.ended"], "url"),
            ("https://" + "a" * 500, ["call.ended"], "url"), ("https://cad.example/", [], "events"),
            ("https://cad.example/", ["call.sung"], "events"),
        ],
    )  # fmt: skip
    def test_refusals_name_their_field(self, url: str, names: list[str], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            asks(uuid4(), url, *names)
        assert refused.value.field == field and "pw" not in str(refused.value)
        assert not Endpoint.objects.exists()

    def test_the_secret_is_kept_sealed(self) -> None:
        row, secret = asks(uuid4(), "https://cad.example/in", "call.ended")
        assert secret.startswith("whsec_") and secret not in str(Endpoint.objects.filter(id=row.id).values())
        assert secret not in str([line.data for line in JournalLine.objects.all()])


class TestSending:
    """From an act to another agency's system."""

    def test_ids_alone_go_where_no_facts_were_asked_for(self, centre: Centre, url: str) -> None:
        _, secret = asks(centre.cast.agency["ecc"], url, "call.unit_assigned", "call.ended")
        call = centre.call(CALM, words="She is alone")
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="asked for")
        last = JournalLine.objects.latest("id").id
        assert all_out() == 1
        [said] = bodies(secret)
        assert said["type"] == "call.unit_assigned" and said["data"]["call"] == str(call)
        assert not any(word in str(said) for word in ("Ana", "555", "Cedar", "alone"))
        asked = JournalLine.objects.filter(id__gt=last, kind__startswith="sharing.")
        assert not asked.exists(), "nobody's record was read for it"
        assert Receiver.came[0][0] == "/in?a=b"

    def test_facts_are_what_the_receivers_permit_opens_and_the_journal_says_the_same(
        self, centre: Centre, url: str
    ) -> None:
        there = centre.cast.agency["lifeline_988"]
        _, secret = asks(there, url, "call.transfer_offered", with_facts=True)
        call = centre.call(CALM, nature="mental_health_crisis")
        calls.offer(by=centre.desk, call=call, to=there)
        assert all_out() == 1
        facts = bodies(secret)[0]["data"]["facts"]
        line = JournalLine.objects.filter(kind="sharing.read", actor=f"agency:{there}").latest("id")
        assert set(facts) == set(line.data["fields"]) and facts["caller_name"] == "Ana Torres"

    def test_what_the_gate_refuses_does_not_go(self, centre: Centre, url: str) -> None:
        _, secret = asks(centre.cast.agency["health"], url, "call.unit_assigned", with_facts=True)
        call = centre.call(CALM)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="asked for")
        what_follows()
        Holding.objects.filter(subject=call).update(is_sealed=True)
        assert all_out() == 1 and not Receiver.came
        assert Delivery.objects.get().state == "withheld"

    def test_only_parties_hear_of_it(self, centre: Centre, url: str) -> None:
        for kind in ("hospital", "police", "lifeline_988"):
            asks(centre.cast.agency[kind], url, *actions.EVENTS, with_facts=True)
        call = centre.call(CALM)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="asked for")
        calls.clear(by=centre.desk, call=call, is_behavioural_health=True)
        assert all_out() == 0 and not Receiver.came

    def test_the_same_event_twice_is_one_delivery(self, centre: Centre, url: str) -> None:
        asks(centre.cast.agency["ecc"], url, "call.ended")
        call = centre.call(CALM)
        for _ in range(2):
            arrive.tell_systems_of_a_call(CallCleared(call=call))
        assert Delivery.objects.count() == 1


class TestTryingAgain:
    """With growing pauses, under one id, for about a day; then by hand."""

    def waiting(self, centre: Centre, url: str) -> tuple[Endpoint, str, Delivery]:
        """A delivery that is due."""
        row, secret = asks(centre.cast.agency["ecc"], url, "call.ended")
        actions.queue_webhooks(
            name="call.ended", about=Subject("call", uuid4()), ids={"call": "x"}, parties=[row.agency]
        )
        return row, secret, Delivery.objects.get()

    def test_a_failure_waits_longer_each_time_and_keeps_its_id(self, centre: Centre, url: str) -> None:
        _, _, row = self.waiting(centre, url)
        Receiver.answers += [500, 302, 404, 200]
        moment, pauses = clock.now(), []
        for _ in range(4):
            with clock.at(moment):
                assert flow.send_out() and not flow.send_out()
            row.refresh_from_db()
            pauses.append((row.due_at - moment).total_seconds())
            moment = row.due_at
        assert pauses[:3] == sorted(pauses[:3]) and len({h["webhook-id"] for _, h, _ in Receiver.came}) == 1
        assert row.state == "delivered"
        assert JournalLine.objects.filter(kind="messages.webhook_sent").count() == 1
        assert Endpoint.objects.get().failures == 0

    def test_a_worker_that_dies_leaves_it_to_be_sent_again(self, centre: Centre, url: str) -> None:
        self.waiting(centre, url)
        assert actions.claim_webhook() is not None and actions.claim_webhook() is None
        with clock.at(clock.now() + timedelta(minutes=2)):
            assert flow.send_out()
        assert len(Receiver.came) == 1

    def test_given_up_listed_and_sent_again(self, centre: Centre, url: str) -> None:
        _, _, row = self.waiting(centre, url)
        Receiver.answers += [500] * 9
        while Delivery.objects.get().state == "waiting":
            with clock.at(Delivery.objects.get().due_at):
                assert flow.send_out()
        assert len(Receiver.came) == 9 and Delivery.objects.get().state == "dead"
        actions.send_again(by=SETUP, delivery=row.id)
        assert flow.send_out() and Delivery.objects.get().state == "delivered"
        for nothing in (row.id, uuid4()):
            with pytest.raises(NotFound):
                actions.send_again(by=SETUP, delivery=nothing)

    @pytest.mark.parametrize(("answers", "why"), [([410], "gone"), ([500] * 30, "failures")])
    def test_an_endpoint_that_fails_too_often_is_off_and_its_agency_told(
        self, centre: Centre, url: str, answers: list[int], why: str
    ) -> None:
        row, _, first = self.waiting(centre, url)
        chief = worker(row.agency, "administrator", "chief")
        Receiver.answers += answers
        for _ in answers:
            Delivery.objects.update(state="waiting", attempts=0, due_at=clock.now())
            assert flow.send_out()
        row.refresh_from_db()
        assert row.disabled_at and row.disabled_why == why
        Delivery.objects.update(due_at=clock.now())
        assert not flow.send_out(), "it is asked no more"
        what_follows()
        assert Notification.objects.filter(account=chief.id, kind="endpoint_disabled").count() == 1
        actions.switch_endpoint(by=SETUP, endpoint=row.id, is_on=True)
        assert flow.send_out(), "what waited is sent then"

    def test_a_new_secret_signs_beside_the_old_one_for_a_day(self, centre: Centre, url: str) -> None:
        row, old, _ = self.waiting(centre, url)
        _, new = actions.rotate_secret(by=SETUP, endpoint=row.id)
        assert flow.send_out() and bodies(old) == bodies(new)
        with clock.at(clock.now() + timedelta(hours=25)):
            actions.queue_webhooks(
                name="call.ended", about=Subject("call", uuid4()), ids={}, parties=[row.agency]
            )
            assert flow.send_out()
            _, head, body = Receiver.came[-1]
            assert verified(head, body, [new], clock.now())
            with pytest.raises(Unverified):
                verified(head, body, [old], clock.now())

    def test_a_removed_endpoint_is_asked_no_more(self, centre: Centre, url: str) -> None:
        row, _, _ = self.waiting(centre, url)
        actions.remove_endpoint(by=SETUP, endpoint=row.id)
        assert not flow.send_out() and Delivery.objects.get().fault == "removed"
        with pytest.raises(NotFound):
            actions.rotate_secret(by=SETUP, endpoint=row.id)


def test_a_body_has_only_json_values(centre: Centre) -> None:
    """Times in UTC, ids as text, places as words and points."""
    spot = calls.Where(address="x")
    facts = {"time": {"received": NOW}, "id": UUID(int=1), "units": ("T1",), "n": 1, "none": None, "o": spot}
    said = json.loads(writer.body("x", NOW, {}, facts))["data"]["facts"]
    assert said["time"] == {"received": "2026-11-23T04:00:00Z"} and said["units"] == ["T1"]
    assert said["id"] == str(UUID(int=1)) and said["none"] is None and isinstance(said["o"], str)


def test_an_actor_is_named_by_no_delivery(centre: Centre, url: str) -> None:
    """Who acted stays in the journal."""
    by: Actor = centre.desk
    asks(centre.cast.agency["ecc"], url, "call.ended")
    calls.clear(by=by, call=centre.call(CALM), is_behavioural_health=False)
    assert all_out() == 1 and by.id not in Receiver.came[0][2].decode()
