"""Who is on, on a phone and with a keyboard alone."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.messages import queries as bells
from factories.cast import SETUP, Cast, gather

Enter = Callable[..., Page]
Axe = Callable[[Page], list[str]]


@pytest.fixture(name="cast")
def the_cast(server: str) -> Cast:
    """A shelter's worker on duty, and a case manager who looks for them."""
    cast = gather()
    night = cast.account("shelter_worker")
    agencies.change_account(by=SETUP, account=night, display_name="Nadia Lund", languages="en es")
    agencies.sign_on(by=cast["shelter_worker"], hours=8)
    return cast


def test_a_phone_shows_all_of_it_without_a_step_to_the_side(
    phone: Page, enter: Enter, cast: Cast, axe: Axe
) -> None:
    enter(phone, queries.account(cast.account("case_manager")), "phone")
    phone.goto("/account/on/")
    expect(phone.get_by_role("heading", name="Who is on")).to_be_visible()
    expect(phone.get_by_text("Nadia Lund")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not axe(phone)


def test_found_asked_and_signed_on_with_the_keyboard_alone(
    page: Page, enter: Enter, cast: Cast, axe: Axe
) -> None:
    enter(page, queries.account(cast.account("case_manager")))
    page.goto("/account/on/")
    assert not axe(page)
    page.get_by_label("Name, team or unit").focus()
    page.keyboard.type("lund")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 1 on duty is what you look for")).to_be_visible()
    page.get_by_role("button", name="Ask to get in touch: Nadia Lund").press("Enter")
    expect(page.get_by_text("Asked. They find it in their bell")).to_be_visible()
    assert [line.kind for line in bells.unread(cast["shelter_worker"])] == ["call_back"]
    page.get_by_role("button", name="I come on duty").press("Enter")
    expect(page.get_by_role("button", name="I go off duty")).to_be_visible()
    assert queries.signed_on(UUID(cast["case_manager"].id))
