"""After an act on a whole page: focus is where it is said what happened, a refusal leads to its field."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from commonweal.agencies import queries as agencies
from commonweal.encounters import actions as encounters
from factories.calls import Centre, open_centre

Enter = Callable[..., Page]
Axe = Callable[[Page], list[str]]


@pytest.fixture(name="centre")
def a_centre(server: str) -> Centre:
    return open_centre()


@pytest.fixture(name="at_the_door")
def a_phone_with_a_record(phone: Page, enter: Enter, centre: Centre) -> str:
    """The clinician's phone on the record of a contact that nobody called about; its address."""
    clinician = centre.crews["CO1"][1]
    enter(phone, agencies.account(UUID(clinician.id)), "phone")
    found = encounters.open_encounter(by=clinician)
    return f"/field/encounter/{found.id}/"


def named(phone: Page, address: str) -> None:
    """The person says who they are."""
    phone.goto(f"{address}person/")
    phone.get_by_label("First name").fill("Rosa")
    phone.get_by_label("Last name").fill("Delgado")
    phone.get_by_role("button", name="Look").click()
    expect(phone.get_by_role("heading", name="Perhaps one of these")).to_be_focused()
    phone.get_by_role("button", name="None of these").click()


def test_the_words_that_say_what_was_done_have_the_focus(phone: Page, at_the_door: str) -> None:
    """And the name that was just written stands there, though no call brought them here."""
    named(phone, at_the_door)
    expect(phone.get_by_text("The person is noted.").locator("xpath=ancestor::*[@tabindex]")).to_be_focused()
    expect(phone.get_by_text("Rosa Delgado")).to_be_visible()


def test_what_was_found_is_seen_above_the_bar_at_the_foot(phone: Page, at_the_door: str) -> None:
    """A page that looks as before would be taken for one that did nothing; no bulletin pushes it down."""
    phone.goto(f"{at_the_door}person/")
    phone.get_by_label("First name").fill("Rosa")
    phone.get_by_label("First name").press("Enter")
    found = phone.get_by_role("heading", name="Perhaps one of these")
    expect(found).to_be_focused()
    assert seen(found)
    strip = "document.querySelector('.cw-strip')"
    phone.evaluate(f"{strip}.innerHTML = '<p>Missing person at risk</p>'.repeat(20)")
    phone.evaluate(f"{strip}.dispatchEvent(new CustomEvent('htmx:afterSettle', {{bubbles: true}}))")
    expect(found).to_be_focused()
    assert seen(found)


def seen(found: Locator) -> bool:
    """On the screen, above the bar at its foot."""
    box, bar = found.bounding_box(), found.page.get_by_role("region", name="Next act").bounding_box()
    assert box and bar
    return box["y"] > 0 and box["y"] + box["height"] < bar["y"]


def test_a_page_that_says_nothing_leaves_the_focus_alone(phone: Page, at_the_door: str) -> None:
    phone.goto(at_the_door)
    assert phone.evaluate("document.activeElement === document.body")


def test_a_consent_is_signed_with_the_keyboard_alone(phone: Page, at_the_door: str, axe: Axe) -> None:
    """Refused first: the refusal leads to the box that was left empty, and says so at the box."""
    named(phone, at_the_door)
    phone.goto(f"{at_the_door}consent/")
    for name in ("That I was referred", "Lantern"):
        phone.get_by_role("checkbox", name=name).first.focus()
        phone.keyboard.press("Space")
    phone.get_by_label("Your name").focus()
    phone.keyboard.type("Rosa Delgado")
    phone.get_by_role("radio", name="Sign on this screen").focus()
    phone.keyboard.press("ArrowDown")
    expect(phone.get_by_role("radio", name="My name as I typed it")).to_be_checked()
    expect(phone.locator("canvas[data-sign=signature]")).to_be_hidden()
    phone.get_by_role("button", name="I agree").press("Enter")
    expect(phone.locator(".cw-error")).to_be_focused()
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    box = phone.get_by_role("checkbox", name="My name as it stands above is my signature.")
    expect(box).to_be_focused()
    assert axe(phone) == []
    phone.keyboard.press("Space")
    phone.get_by_role("button", name="I agree").press("Enter")
    expect(phone.locator(".cw-told")).to_be_focused()
    expect(phone.locator(".cw-told")).to_contain_text("can be taken back")


def test_a_record_that_is_not_whole_stays_open_at_what_it_lacks(phone: Page, at_the_door: str) -> None:
    phone.goto(at_the_door)
    phone.get_by_role("button", name="Done").click()
    expect(phone.locator(".cw-error")).to_be_focused()
    phone.locator(".cw-error").get_by_role("link").click()
    asked = phone.get_by_role("group", name="What kind of contact?")
    expect(asked).to_be_focused()
    expect(asked).to_have_accessible_description(re.compile("Still to answer"))


def test_marks_before_words_are_not_read_out(phone: Page, at_the_door: str) -> None:
    """A chosen answer is heard by its words and as chosen, not as a check mark."""
    phone.goto(f"{at_the_door}consent/")
    expect(phone.get_by_role("radio", name="6 months", exact=True)).to_be_checked()


def test_a_refused_act_leads_back_to_its_page(phone: Page, at_the_door: str) -> None:
    """A form that does not come back by itself shows what was typed, and the way back."""
    phone.goto(f"{at_the_door}person/")
    phone.get_by_label("Phone").fill("(442) 555-0176")
    phone.get_by_role("button", name="Look").click()
    phone.get_by_role("button", name="None of these").click()
    expect(phone.locator(".cw-error")).to_be_focused()
    expect(phone.locator("dl.cw-kept")).to_contain_text("(442) 555-0176")
    phone.get_by_role("link", name="Back to the page").click()
    expect(phone.get_by_role("heading", name="Who is it?")).to_be_visible()


def test_what_was_found_has_the_focus_and_a_thank_you_too(phone: Page, centre: Centre) -> None:
    """A resident who sees nothing hears how much was found, and that the words arrived."""
    phone.goto("/community/")
    phone.get_by_role("button", name="Shelter tonight").click()
    expect(phone.locator("#found")).to_be_focused()
    phone.goto("/community/feedback/")
    phone.get_by_label("In your own words").fill("They listened.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_focused()


def test_the_next_act_of_a_phone_is_a_place_of_its_own(phone: Page, at_the_door: str) -> None:
    """Reached by landmarks, not only at the end of everything."""
    phone.goto(at_the_door)
    expect(phone.get_by_role("region", name="Next act").get_by_role("button", name="Done")).to_be_visible()
