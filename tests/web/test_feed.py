"""Who hears of what, and the stream that says it."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.agencies.roles import PERMISSIONS, ROLES
from commonweal.calls.events import CallReceived
from commonweal.kernel import journal
from commonweal.messages.events import Notified
from commonweal.referrals.events import ReferralSent
from commonweal.sharing.events import Read
from commonweal.web import live
from commonweal.web.feed import SILENT, Change, Line, Listener, change_for, listener_of
from factories.cast import SETUP, Cast, gather

CALL, AGENCY, OTHER, UNIT = (str(uuid4()) for _ in range(4))
ENDS = {"to_agency": AGENCY, "from_agency": OTHER}
REFERRAL = Line(9, "referrals.sent", "referral", str(uuid4()), OTHER, ENDS)
PERSONAL = (
    "messages.duress_raised sharing.read sharing.refused people.linked encounters.recorded "
    "agencies.signed_in some.thing"
).split()
HUSHED = (
    "referrals.sent cases.opened encounters.closed sharing.alerted people.proposed messages.posted "
    "sharing.consent_given sharing.sealed"
).split()


def hears(permissions: str, line: Line, agency: str = AGENCY, unit: str = "") -> Change | None:
    """What someone with these permissions is sent."""
    return change_for(Listener("me", agency, frozenset(permissions.split()), unit), line)


class TestWhoHears:
    """The rules, one by one."""

    def test_the_board_hears_of_calls_with_their_ids(self) -> None:
        """It may list them anyway."""
        line = Line(5, "calls.received", "call", CALL, AGENCY, {"call": CALL})
        assert hears("watch_board", line) == Change(5, "calls.received", "call", CALL)

    @pytest.mark.parametrize("kind", sorted(SILENT))
    def test_what_the_feed_passes_over_reaches_nobody_anyway(self, kind: str) -> None:
        """Passing it over in the database takes nothing from anyone, whatever they may do."""
        line = Line(5, kind, "call", CALL, AGENCY, ENDS)
        assert hears(" ".join(PERMISSIONS), line, unit=UNIT) is None

    def test_of_another_centres_calls_it_hears_without_an_id(self) -> None:
        """A call to the lifeline must not be told apart."""
        line = Line(5, "calls.received", "call", CALL, OTHER, {"call": CALL})
        assert hears("watch_board", line) == Change(5, "calls.received")

    def test_a_provider_is_nudged_about_its_own_referrals_without_an_id(self) -> None:
        """The inbox refreshes; nothing says which referral, or whose."""
        assert hears("answer_referrals", REFERRAL) == Change(9, "referrals")

    def test_another_provider_hears_nothing(self) -> None:
        """Not even that something was sent."""
        assert hears("answer_referrals", REFERRAL, agency=str(uuid4())) is None
        assert hears("answer_referrals", REFERRAL, agency="") is None

    def test_a_crew_is_nudged_about_its_own_unit_only(self) -> None:
        """Sent units and their changes of status."""
        sent = Line(1, "calls.dispatched", "call", CALL, OTHER, {"call": CALL, "units": [UNIT]})
        status = Line(2, "calls.unit_status", "unit", UNIT, OTHER, {"unit": UNIT})
        for line in (sent, status):
            assert hears("work_field", line, unit=UNIT) == Change(line.sequence, "calls")
            assert hears("work_field", line, unit=str(uuid4())) is None
            assert hears("work_field", line) is None

    def test_a_bell_rings_for_its_owner_alone(self) -> None:
        """The kind, and no id."""
        line = Line(3, "messages.notified", "account", "me", OTHER, {})
        assert hears("learn", line) == Change(3, "messages.notified")
        assert hears("watch_board", Line(3, "messages.notified", "account", "you", OTHER, {})) is None

    @pytest.mark.parametrize("kind", PERSONAL)
    def test_nobody_of_another_agency_hears_of_what_is_about_a_person(self, kind: str) -> None:
        """With every permission there is."""
        line = Line(4, kind, "person", str(uuid4()), OTHER, {"agency": OTHER})
        assert hears(" ".join(PERMISSIONS), line) is None

    @given(
        role=st.sampled_from(sorted(ROLES)),
        kind=st.sampled_from(HUSHED),
        is_own=st.booleans(),
    )  # fmt: skip
    def test_no_role_is_ever_sent_an_id_of_these(self, role: str, kind: str, is_own: bool) -> None:
        """An id on the wire would tell that the record exists, before the gate was asked."""
        subject = str(uuid4())
        line = Line(
            1, kind, "referral", subject, AGENCY if is_own else OTHER, {"to_agency": AGENCY, "of": subject}
        )
        change = change_for(Listener("me", AGENCY, ROLES[role].permissions, UNIT), line)
        assert change is None or (change.id == "" and subject.encode() not in change.event())

    @given(
        data=st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=4), kind=st.text(max_size=20)
    )
    def test_what_a_line_holds_is_never_on_the_wire(self, data: dict[str, str], kind: str) -> None:
        """Only sequence, kind, about and id."""
        line = Line(7, f"calls.{kind}", "call", CALL, OTHER, data)
        change = hears("watch_board", line)
        assert change is not None
        sent = change.event().decode()
        assert sent.count("\n") == 4 and sent.endswith("\n\n")
        assert set(json.loads(sent.split("data: ")[1])) == {"sequence", "kind", "about", "id"}


@dataclass
class Browser:
    """One EventSource, spoken to in ASGI's words."""

    headers: list[tuple[bytes, bytes]]
    status: int = 0
    text: str = ""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self) -> dict[str, Any]:
        """Nothing, until the page is closed."""
        await self.closing.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """Keep what arrives."""
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()
        self.changed.set()

    async def until(self, text: str) -> None:
        """Wait until this text has arrived."""
        while text not in self.text:
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 10)

    def ids(self) -> list[str]:
        """The kinds that arrived, in order."""
        return [json.loads(p.split("\n")[0])["kind"] for p in self.text.split("event: change\ndata: ")[1:]]


def open_stream(client: Client | None, last: int | None = None) -> Browser:
    """A browser with this client's cookie."""
    headers = []
    if client is not None:
        headers.append((b"cookie", f"sessionid={client.cookies['sessionid'].value}".encode()))
    if last is not None:
        headers.append((b"last-event-id", str(last).encode()))
    return Browser(headers)


async def listen(browser: Browser, story: Callable[[], Any]) -> None:
    """Run the stream while the story happens, then close the page."""
    scope = {"type": "http", "path": "/live/", "method": "GET", "headers": browser.headers}
    serving = asyncio.create_task(live.stream(scope, browser.receive, browser.send))
    await story()
    browser.closing.set()
    await asyncio.wait_for(serving, 10)


def play(story: Coroutine[Any, Any, None]) -> None:
    """Run a story in a thread of its own: the browser's loop may already run in this one."""
    with ThreadPoolExecutor(1) as stage:
        stage.submit(asyncio.run, story).result()


def happened(event: Any) -> None:
    """Something happens and is sealed."""
    journal.write(by=SETUP, event=event)
    journal.seal_all()


@pytest.mark.django_db(transaction=True)
class TestStream:
    """Signing in, hearing, missing something, coming back, being shut out."""

    @pytest.fixture(autouse=True)
    def cast(self) -> Iterator[Cast]:
        """Every agency; the journal sealed."""
        self.people = gather(partners=False)
        journal.seal_all()
        yield self.people

    def someone(self, role: str) -> queries.Account:
        """An account of a role."""
        return queries.account(self.people.account(role))

    def received(self) -> CallReceived:
        """A call."""
        return CallReceived(call=UUID(CALL), agency=self.people.agency["ecc"])

    def test_a_stranger_and_half_a_sign_in_are_refused(self) -> None:
        """No cookie, a made-up cookie, a password without its second step."""
        half, forged = Client(), Client()
        half.force_login(
            self.someone("supervisor"), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        forged.cookies["sessionid"] = "0" * 32
        for client in (None, forged, half):
            browser = open_stream(client)
            play(listen(browser, lambda: asyncio.sleep(0)))
            assert (browser.status, browser.text) == (401, "")

    def test_the_board_hears_a_call_and_the_provider_its_referral(
        self, client_of: Callable[..., Client]
    ) -> None:
        """Two people, one journal: each is sent what is theirs."""
        board = open_stream(client_of(self.someone("supervisor")))
        shelter = open_stream(client_of(self.someone("shelter_worker")))
        sent = ReferralSent(
            referral=uuid4(), service=uuid4(), from_agency=self.people.agency["ecc"],
            to_agency=self.people.agency["hmis_shelter"],
        )  # fmt: skip

        async def story() -> None:
            await asyncio.gather(board.until("hello"), shelter.until("hello"))
            await asyncio.to_thread(happened, self.received())
            await asyncio.to_thread(happened, sent)
            await asyncio.gather(board.until(CALL), shelter.until('"referrals"'))

        async def both() -> None:
            await asyncio.gather(listen(board, story), listen(shelter, lambda: shelter.until('"referrals"')))

        play(both())
        assert board.status == 200 and board.ids() == ["calls.received"]
        assert shelter.ids() == ["referrals"] and str(sent.referral) not in shelter.text

    def test_a_browser_that_comes_back_is_told_what_it_missed_once(
        self, client_of: Callable[..., Client]
    ) -> None:
        """Last-Event-ID: everything after it, in order, nothing twice; then what is new."""
        client = client_of(self.someone("supervisor"))
        journal.seal_all()
        start = journal.position()
        for _ in range(3):
            happened(self.received())
        browser = open_stream(client, last=start + 1)

        async def story() -> None:
            await browser.until(f"id: {start + 3}")
            await asyncio.to_thread(happened, self.received())
            await browser.until(f"id: {start + 4}")

        play(listen(browser, story))
        ids = [line for line in browser.text.splitlines() if line.startswith("id: ")]
        assert ids == [f"id: {start + n}" for n in (2, 3, 4)]

    def test_what_somebody_looked_at_is_passed_over(self, client_of: Callable[..., Client]) -> None:
        """Hundreds of looks lie between two changes: the changes come, also to one that comes back."""
        client = client_of(self.someone("supervisor"))
        journal.seal_all()
        start = journal.position()
        looks = [Read(of="call", id=uuid4(), category="call_facts", fields=(), rules=()) for _ in range(700)]
        happened(self.received())
        journal.write_many(by=SETUP, events=looks)
        happened(self.received())
        journal.write_many(by=SETUP, events=looks)
        journal.seal_all()
        browser = open_stream(client, last=start)

        async def story() -> None:
            await browser.until(f"id: {start + 702}")
            await asyncio.to_thread(happened, self.received())
            await browser.until(f"id: {start + 1403}")

        play(listen(browser, story))
        ids = [line for line in browser.text.splitlines() if line.startswith("id: ")]
        assert ids == [f"id: {start + n}" for n in (1, 702, 1403)]

    @pytest.mark.parametrize("last", [10**9, -1])
    def test_too_far_away_means_refresh_everything(self, client_of: Callable[..., Client], last: int) -> None:
        """A number from another journal, or nonsense, is never replayed."""
        browser = open_stream(client_of(self.someone("supervisor")), last=last)
        play(listen(browser, lambda: browser.until("hello")))
        assert ("event: reset" in browser.text) is (last > 0)
        assert f"id: {journal.position()}" in browser.text

    def test_a_closed_account_is_shut_out_of_an_open_stream(
        self, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """At the next heartbeat the stream ends by itself, however busy it is."""
        monkeypatch.setattr(live, "HEARTBEAT", 0.2)
        account = self.someone("supervisor")
        browser = open_stream(client_of(account))

        async def story() -> None:
            await browser.until("hello")
            await browser.until("still here")
            await asyncio.to_thread(agencies.change_account, by=SETUP, account=account.id, is_active=False)

        async def ended() -> None:
            scope = {"type": "http", "path": "/live/", "headers": browser.headers}
            serving = asyncio.create_task(live.stream(scope, browser.receive, browser.send))
            await story()
            await asyncio.wait_for(serving, 10)

        play(ended())
        assert not browser.closing.is_set()

    def test_the_bell_of_the_one_who_was_told(self, client_of: Callable[..., Client]) -> None:
        """A notification reaches its owner and nobody else."""
        mine, other = self.someone("analyst"), self.someone("evaluator")
        browsers = [open_stream(client_of(account)) for account in (mine, other)]

        async def story() -> None:
            await asyncio.gather(*(b.until("hello") for b in browsers))
            await asyncio.to_thread(happened, Notified(account=mine.id, what="test"))
            await browsers[0].until("messages.notified")

        async def both() -> None:
            await asyncio.gather(
                listen(browsers[0], story), listen(browsers[1], lambda: browsers[0].until("notified"))
            )

        play(both())
        assert browsers[0].ids() == ["messages.notified"] and browsers[1].ids() == []

    def test_without_the_stream_pages_are_told_to_ask(self, client: Client) -> None:
        """Plain WSGI answers 204, which ends the browser's attempts."""
        assert client.get("/live/").status_code == 204


def test_a_listener_carries_no_more_than_it_needs() -> None:
    """Account, agency, permissions, unit."""
    actor = queries.ROLES["supervisor"]
    assert listener_of(SETUP).permissions == frozenset() and "watch_board" in actor.permissions
