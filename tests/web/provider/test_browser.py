"""The desk in a real browser: a night on a phone, one tap for the beds, live rows, every reader."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from commonweal.agencies import queries as agencies
from commonweal.directory import queries as directory_queries
from commonweal.kernel import journal
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from factories import directory
from factories.cast import SETUP
from factories.referrals import Loop, loop

Enter = Callable[..., Page]
Axe = Callable[[Page], list[str]]
WIDE, SMALL = {"width": 1366, "height": 768}, {"width": 360, "height": 740}


@pytest.fixture(name="it")
def the_loop(server: str) -> Loop:
    """Open Door and the Lantern, in the served product's database."""
    found = loop()
    assert found.night
    return found


def is_whole(page: Page) -> None:
    """Nothing sticks out sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def test_a_night_on_a_phone(phone: Page, enter: Enter, it: Loop) -> None:
    """Given a referral for tonight, when the worker taps through, then the loop is closed."""
    referral = it.refer(pathway="tonight", reasons=["Open tonight"])
    enter(phone, agencies.account(UUID(it.night.id)))
    phone.goto("/referrals/")
    phone.get_by_role("link", name="Open tonight").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Rosa Delgado")
    phone.get_by_role("button", name="Accept").click()
    phone.get_by_role("button", name="They came").click()
    phone.get_by_text("Yes, met").click()
    phone.get_by_role("button", name="Note the outcome").click()
    phone.get_by_role("button", name="Close the referral").click()
    expect(phone.get_by_text("Nothing is left to do here")).to_be_visible()
    assert referrals.rows_of([referral])[referral].state == "closed"


def test_one_tap_counts_a_bed_without_leaving_the_page(page: Page, enter: Enter, it: Loop) -> None:
    enter(page, agencies.account(UUID(it.night.id)))
    page.goto("/referrals/")
    page.evaluate("window.here = true")
    for expected in ("1", "2"):
        page.get_by_role("button", name="One more: Lantern night beds").click()
        expect(page.locator(".pv-step__number b")).to_have_text(expected)
    page.get_by_role("button", name="One less: Lantern night beds").click()
    expect(page.locator(".pv-step__number b")).to_have_text("1")
    assert page.evaluate("window.here") is True
    room = directory_queries.capacity(it.beds)
    assert room and room.available == 1


def test_a_new_referral_appears_by_itself(page: Page, enter: Enter, it: Loop) -> None:
    enter(page, agencies.account(UUID(it.night.id)))
    page.goto("/referrals/")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    expect(page.locator("body[data-feed=on]")).to_be_attached()
    it.refer(reasons=["Nearest with room"])
    journal.seal_all()
    expect(page.get_by_text("Nearest with room")).to_be_visible()


def test_a_decline_is_two_taps(page: Page, enter: Enter, it: Loop) -> None:
    referral = it.refer()
    enter(page, agencies.account(UUID(it.night.id)))
    page.goto(f"/referrals/{referral}/")
    page.get_by_text("Decline", exact=True).click()
    page.get_by_text("No room now").click()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Noted. The sender is told.")).to_be_visible()
    assert referrals.rows_of([referral])[referral].state == "declined"


def test_the_hall_answers_by_link_with_a_keyboard_alone(page: Page, it: Loop) -> None:
    it.beds = directory.service("Church hall beds", email="hall@example.org")
    referral = it.refer()
    _, token = actions.issue_link(by=SETUP, referral=referral)
    page.goto(f"/referrals/answer/{token}/")
    page.get_by_role("button", name="Yes, send them").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your answer is noted.")
    assert referrals.rows_of([referral])[referral].state == "accepted"


@pytest.mark.parametrize(("locale", "size"), [("en-US", WIDE), ("es-US", SMALL)])
def test_every_page_bars_nobody(
    open_page: Callable[..., Page],
    enter: Enter,
    axe: Axe,
    it: Loop,
    locale: str,
    size: dict[str, int],
) -> None:
    """Wide in English, small in Spanish: nothing sticks out, no violation of WCAG 2.2 AA."""
    waiting = it.refer(reasons=["Open tonight"])
    declined = it.refer(service=directory.service("Elm beds", agency=it.night.agency))
    actions.ask_info(by=it.night, referral=waiting, note="A dog?")
    actions.decline(by=it.night, referral=declined, reason="no_capacity")
    hall = it.refer(service=directory.service("Church hall beds", email="hall@example.org"))
    _, token = actions.issue_link(by=SETUP, referral=hall)
    pages = {
        it.night.id: ["/referrals/", f"/referrals/{waiting}/", "/referrals/?folder=ended"],
        it.sender.id: [
            f"/referrals/sent/{p}" for p in ("", f"{waiting}/", f"{declined}/", f"{waiting}/slip/")
        ],
        "": [f"/referrals/answer/{token}/", "/referrals/answer/nothing/"],
    }
    for account, addresses in pages.items():
        page = open_page(viewport=size, locale=locale)
        if account:
            enter(page, agencies.account(UUID(account)))
        for address in addresses:
            page.goto(address)
            is_whole(page)
            assert axe(page) == [], address
