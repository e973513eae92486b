"""Names in a message are chosen by keyboard or thumb from those who may read it; the list says so."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.calls import actions as calls
from commonweal.kernel.actors import Actor
from commonweal.messages import queries as messages
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP

Enter = Callable[..., Page]
Axe = Callable[[Page], list[str]]


def shown_as(by: Actor, name: str) -> None:
    """What this worker is called."""
    agencies.change_account(by=SETUP, account=UUID(by.id), display_name=name)


@pytest.fixture(name="centre")
def a_centre(server: str) -> Centre:
    """A centre; the pair of the co-response unit have names that begin alike."""
    centre = open_centre()
    for who, name in zip(centre.crews["CO1"], ("Omar Haddad", "Ómara Vidal"), strict=True):
        shown_as(who, name)
    return centre


@pytest.fixture(name="call")
def a_call(centre: Centre) -> UUID:
    """A call to which the pair was sent."""
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    return call


@pytest.fixture(name="open_thread")
def a_thread(page: Page, enter: Enter, centre: Centre, call: UUID) -> Page:
    """The call taker has the thread open as a page."""
    enter(page, queries.account(UUID(centre.desk.id)))
    page.goto(f"/board/{call}/thread/")
    return page


def test_a_name_is_chosen_with_arrows_and_enter(
    open_thread: Page, centre: Centre, call: UUID, axe: Axe
) -> None:
    page, box = open_thread, open_thread.get_by_label("Message", exact=True)
    box.focus()
    page.keyboard.type("Please, @oma")
    names = page.get_by_role("listbox")
    expect(names.get_by_role("option")).to_have_count(2)
    expect(names.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#says")).to_contain_text("choose with the arrow keys")
    assert not axe(page)
    page.keyboard.press("ArrowDown")
    expect(names.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Please, @Ómara Vidal ")
    expect(names).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.type("wait at the corner.")
    page.get_by_role("checkbox", name="Ask whom I name").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send the message").press("Enter")
    expect(page.locator("mark.cw-mention")).to_have_text("@Ómara Vidal")
    clinician = centre.crews["CO1"][1]
    assert [line.kind for line in messages.unread(clinician) if line.kind != "dispatched"] == [
        "confirm_asked"
    ]


def test_escape_closes_the_names_and_nothing_else(open_thread: Page) -> None:
    page, box = open_thread, open_thread.get_by_label("Message", exact=True)
    box.focus()
    page.keyboard.type("@")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("two lines")
    expect(box).to_have_value("@\ntwo lines")


def test_no_names_are_offered_in_a_mail_address(open_thread: Page) -> None:
    box = open_thread.get_by_label("Message", exact=True)
    box.focus()
    open_thread.keyboard.type("write to desk@o")
    expect(box).to_have_value("write to desk@o")
    expect(open_thread.get_by_role("listbox")).to_have_count(0)


def test_on_a_phone_a_name_is_tapped_and_a_confirmation_given(
    phone: Page, enter: Enter, centre: Centre, call: UUID, axe: Axe
) -> None:
    shown_as(centre.desk, "Dana Ruiz")
    officer = centre.crews["CO1"][0]
    enter(phone, queries.account(UUID(officer.id)), "phone")
    phone.goto(f"/field/call/{call}/talk/")
    box = phone.get_by_label("Message", exact=True)
    box.focus()
    phone.keyboard.type("We are in, @dan")
    phone.get_by_role("option", name="Dana Ruiz").click()
    expect(box).to_have_value("We are in, @Dana Ruiz ")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not axe(phone)
