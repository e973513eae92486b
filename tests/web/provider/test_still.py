"""A person takes a consent back, and a page that stands open elsewhere shows it no more, at once."""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, expect

from commonweal.agencies import queries as agencies
from commonweal.cli.worker import Worker
from commonweal.people import actions as people
from commonweal.sharing import actions as sharing
from commonweal.sharing import events
from commonweal.web.feed import CLOSES, READERS, Change, Line, Listener, change_for
from factories.cast import SETUP, consented
from factories.guarded import bring, guarded_at
from factories.referrals import Loop, loop

expect.set_options(timeout=20_000)


@pytest.fixture(name="it")
def at_work(server: str) -> Iterator[Loop]:
    """A referral about somebody whose plan the shelter reads by their consent."""
    found, worker = loop(), Worker()
    worker.start()
    yield found
    worker.stop()


def opened(it: Loop, open_page: Callable[..., Page], enter: Callable[..., Page]) -> tuple[Page, UUID]:
    """The shelter's screen with the referral open, and the consent that it rests on."""
    people.keep_plan(by=SETUP, person=it.person, agency=it.cast.agency["police"], helps="Speak softly")
    consent = consented(it.cast, it.person, "roi", ["hmis_shelter"], ["safety_alerts"])
    referral = it.refer()
    account = agencies.Account.objects.get(id=it.night.id)
    page = enter(open_page(viewport={"width": 1366, "height": 768}), account)
    page.set_default_timeout(60_000)
    page.goto(f"/referrals/{referral}/")
    expect(page.locator("[data-still=card]")).to_contain_text("Speak softly")
    return page, consent


def test_what_was_taken_back_goes_from_the_open_page_and_what_is_typed_stays(
    it: Loop, open_page: Callable[..., Page], enter: Callable[..., Page]
) -> None:
    """No hand on it: the other browser hears that something closed, and asks the gate again."""
    page, consent = opened(it, open_page, enter)
    expect(page.locator("body")).to_have_attribute("data-feed", "on")
    note = page.locator("[data-still=card] textarea").first
    for folded in page.locator("[data-still=card] details:has(textarea) > summary").all():
        folded.click()
    note.fill("We have a bed from nine")
    sharing.revoke_consent(by=SETUP, consent=consent)
    expect(page.locator("[data-still=card]")).not_to_contain_text("Speak softly")
    expect(page.locator("main")).to_contain_text("taken back")
    expect(page.locator("[data-still=card] textarea").first).to_have_value("We have a bed from nine")


def test_how_a_referral_to_treatment_stands_goes_from_the_senders_open_page(
    it: Loop, open_page: Callable[..., Page], enter: Callable[..., Page]
) -> None:
    """They had agreed that the sender may be told; they take it back, and the open page says no more."""
    found = guarded_at(it, "part2_program")
    consent, referral = found.agree(), found.refer()
    bring(found, referral, "accepted")
    account = agencies.Account.objects.get(id=found.sender.id)
    page = enter(open_page(viewport={"width": 1366, "height": 768}), account)
    page.set_default_timeout(60_000)
    page.goto(f"/referrals/sent/{referral}/")
    expect(page.locator("[data-still=card]")).to_contain_text("Accepted")
    expect(page.locator("body")).to_have_attribute("data-feed", "on")
    sharing.revoke_consent(by=SETUP, consent=consent)
    expect(page.locator("[data-still=card]")).to_contain_text("How this stands is not told here")
    expect(page.locator("[data-still=past]")).not_to_contain_text("Accepted")


@pytest.mark.parametrize("kind", sorted(CLOSES))
@pytest.mark.parametrize("permission", sorted(READERS))
def test_readers_hear_that_something_closed_and_never_what(kind: str, permission: str) -> None:
    about = str(uuid4())
    line = Line(5, kind, "person", about, str(uuid4()), {"person": about, "consent": about, "of": about})
    heard = change_for(Listener("me", str(uuid4()), frozenset([permission])), line)
    assert heard == Change(5, "sharing.closed")
    assert about.encode() not in heard.event() and kind.encode() not in heard.event()


@pytest.mark.parametrize("permission", ["administer", "publish", "learn", "see_mine", "plan"])
def test_who_reads_no_records_hears_nothing(permission: str) -> None:
    for kind in CLOSES:
        line = Line(5, kind, "person", str(uuid4()), "", {})
        assert change_for(Listener("me", "a", frozenset([permission])), line) is None


def test_each_kind_that_closes_is_one_that_the_room_announces() -> None:
    known = {getattr(one, "kind", "") for one in vars(events).values() if isinstance(one, type)}
    assert known >= CLOSES
