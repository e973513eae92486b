"""The desk in a real browser: a call taken, triaged and met with a keyboard alone, without scrolling."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from commonweal.agencies import queries as agencies
from commonweal.calls import queries
from commonweal.kernel import clock
from commonweal.people import actions as people
from commonweal.places import actions as places
from factories.calls import CALM, HERE, Centre, open_centre
from factories.cast import SETUP, someone

expect.set_options(timeout=20_000)
Enter = Callable[..., Page]
Axe = Callable[[Page], list[str]]
SCREEN = {"width": 1366, "height": 768}
# how often each key is the least worrying answer: 1; two questions of the county's protocol decide
WORST = {"How is the person now?": "3", "How can help reach them?": "2", "How soon is help needed?": "3"}


@pytest.fixture
def centre(server: str) -> Centre:
    """A centre at work, in the served product's database."""
    found = open_centre()
    places.note_places(
        by=SETUP, places=[places.NewPlace("Riverside Library", "common_place", *HERE, "12 River St")]
    )
    return found


@pytest.fixture
def desk(centre: Centre, open_page: Callable[..., Page], enter: Enter) -> Page:
    """The call taker's screen."""
    account = agencies.Account.objects.get(id=centre.desk.id)
    page = enter(open_page(viewport=SCREEN), account)
    page.goto("/desk/")
    return page


def fits(page: Page) -> None:
    """No column scrolls, nothing sticks out."""
    tall = (
        "[...document.querySelectorAll('.cw-column')].filter(c => c.scrollHeight > c.clientHeight + 1).length"
    )
    assert page.evaluate(tall) == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_call_with_the_keyboard_alone(centre: Centre, desk: Page, axe: Axe) -> None:
    """n, p, the place, the digits, Enter: somebody is on the way."""
    assert axe(desk) == []
    desk.keyboard.press("n")
    desk.wait_for_url("**/desk/*-*/")
    desk.keyboard.press("p")
    desk.keyboard.type("rivreside lib")
    expect(desk.get_by_role("button", name="Riverside Library")).to_be_visible()
    desk.keyboard.press("Enter")
    expect(desk.locator(".desk-spot")).to_contain_text("Riverside Library")
    expect(desk.locator("#place-words")).to_have_value("Riverside Library, 12 River St")
    desk.keyboard.press("c")
    desk.keyboard.type("Dana")
    with desk.expect_response("**/caller/"):
        desk.keyboard.press("Tab")
    desk.keyboard.press("Escape")
    expect(desk.locator("#caller-phone")).not_to_be_focused()
    expect(desk.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    for _ in range(12):
        question = desk.locator("#question").inner_text()
        if question == "Nothing more needs asking":
            break
        fits(desk)
        desk.keyboard.press(WORST.get(question, "1"))
        expect(desk.locator("#question")).not_to_have_text(question)
    expect(desk.locator(".desk-tier")).to_contain_text("T3")
    expect(desk.locator(".desk-label2")).to_contain_text("settled")
    expect(desk.locator(".desk-best")).to_contain_text("T1")
    fits(desk)
    assert axe(desk) == []
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/desk/")
    expect(desk.locator("#messages")).to_contain_text("Sent: T1.")
    assert [unit.call_sign for unit in queries.open_calls()[0].units] == ["T1"]
    desk.goto(f"/desk/{queries.open_calls()[0].id}/")
    expect(desk.locator("#caller-name")).to_have_value("Dana")


def test_words_override_and_keys(centre: Centre, desk: Page, axe: Axe) -> None:
    """n writes, o overrides with a reason, ? lists the keys; typing is never taken for a key."""
    call = centre.call(CALM)
    desk.goto(f"/desk/{call}/")
    desk.keyboard.press("n")
    desk.keyboard.type("no 1 2 3, only words")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#notes")).to_contain_text("no 1 2 3, only words")
    desk.keyboard.press("Escape")
    desk.keyboard.press("o")
    dialog = desk.locator("#override-dialog")
    expect(dialog).to_be_visible()
    assert axe(desk) == []
    dialog.get_by_text("Police-led").click()
    dialog.get_by_label("Why?").fill("shouting behind her")
    desk.keyboard.press("Enter")
    expect(desk.locator(".desk-why")).to_have_text("shouting behind her")
    expect(dialog).to_be_hidden()
    desk.keyboard.press("?")
    expect(desk.locator("#keys-dialog")).to_contain_text("Dispatch")


def test_two_tabs_lead_straight_to_the_question(centre: Centre, desk: Page) -> None:
    """Past the header, the caller and the place; the first answer is the next stop."""
    desk.goto(f"/desk/{centre.call({'weapon': 'none'})}/")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="Skip to the question")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#question")).to_be_focused()
    desk.keyboard.press("Tab")
    expect(desk.locator(".desk-reply").first).to_be_focused()


def test_a_known_person_slides_in(centre: Centre, desk: Page, axe: Axe) -> None:
    """By name, chosen with Enter; and everything still fits."""
    person, _ = someone(centre.cast, born=date(1984, 3, 9), description="tall, grey coat")
    health = centre.cast.agency["health"]
    people.keep_plan(by=SETUP, person=person, agency=health, helps="Her dog Bento", harms="Sirens")
    people.note_caution(
        by=SETUP, person=person, agency=centre.cast.agency["police"], text="Knife", observed_at=clock.now()
    )
    call = centre.call(CALM)
    desk.goto(f"/desk/{call}/")
    desk.keyboard.press("f")
    desk.keyboard.type("rosa delgdo")
    expect(desk.locator("#person-list")).to_contain_text("Rosa Delgado")
    desk.keyboard.press("Enter")
    expect(desk.locator("#person")).to_contain_text("Her dog Bento")
    expect(desk.locator("#person-list")).to_be_empty()
    fits(desk)
    assert axe(desk) == []


def test_on_a_phone_and_in_spanish(centre: Centre, open_page: Callable[..., Page], enter: Enter) -> None:
    """One column, nothing cut off."""
    account = agencies.Account.objects.get(id=centre.desk.id)
    account.language = "es"
    account.save()
    page = enter(open_page(viewport={"width": 360, "height": 740}, locale="es-US"), account)
    page.goto(f"/desk/{centre.call(CALM)}/")
    expect(page.get_by_text("Quién acude")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto("/desk/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
