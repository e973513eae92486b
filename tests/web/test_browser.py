"""The entrance and the common parts in a real browser: keyboard alone, phone, every reader."""

import re
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import override_settings
from playwright.sync_api import Page, expect

from commonweal.agencies import actions, queries
from commonweal.calls.events import CallReceived
from commonweal.kernel import journal
from commonweal.web.session import SEEN
from factories.cast import SETUP, Cast, gather

Enter = Callable[..., Page]
Axe = Callable[[Page], list[str]]
PASSWORD = "a sentence only I would say"
PUBLIC = ["/", "/gallery/", "/account/banner/", "/no/such/page/", "/community/"]


@pytest.fixture
def cast(server: str) -> Cast:
    """Every agency, in the served product's database."""
    return gather(partners=False)


def someone(cast: Cast, role: str = "call_taker") -> queries.Account:
    """An account that knows its password."""
    return actions.open_account(
        by=SETUP, username="dana", display_name="Dana Reyes", role=role, agency=cast.agency["ecc"],
        password=PASSWORD,
    )  # fmt: skip


def is_whole(page: Page) -> None:
    """Nothing sticks out sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("locale", ["en-US", "es-US"])
def test_public_pages_bar_nobody(open_page: Callable[..., Page], axe: Axe, address: str, locale: str) -> None:
    """On a wide screen and on a small phone, in both languages."""
    for size in ({"width": 1366, "height": 768}, {"width": 360, "height": 740}):
        page = open_page(viewport=size, locale=locale)
        page.goto(address)
        is_whole(page)
        assert axe(page) == []


def test_from_the_banner_to_the_desk_with_a_keyboard_alone(page: Page, cast: Cast, axe: Axe) -> None:
    """Banner, name and password, the square, six digits, recovery codes, the desk."""
    someone(cast)
    page.goto("/desk/")
    assert axe(page) == []
    page.locator("#understood").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/login/**")
    assert axe(page) == []
    page.get_by_label("Sign-in name").focus()
    page.keyboard.type("dana")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/totp/activate/**")
    assert axe(page) == []
    secret = page.locator(".cw-secret").inner_text()
    digits = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    page.get_by_label("Authenticator code").focus()
    page.keyboard.type(digits)
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    assert axe(page) == [] and page.locator(".cw-codes li").count() == 10
    page.get_by_role("link", name="Go to my desk").press("Enter")
    page.wait_for_url("**/desk/**")


def test_five_failures_on_the_form_end_on_the_page_that_says_who_helps(page: Page, cast: Cast) -> None:
    """And the name stays in the field while there are tries left."""
    someone(cast)
    page.goto("/account/login/")
    page.get_by_text("I have read this").click()
    page.get_by_role("button", name="Go on").click()
    for _ in range(5):
        page.get_by_label("Sign-in name").fill("dana")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading")).to_have_text("This account is locked")


@override_settings(DEMO=True)
@pytest.mark.parametrize("width", [1366, 360])
def test_the_demo_is_one_click_per_desk(
    open_page: Callable[..., Page], cast: Cast, axe: Axe, width: int
) -> None:
    """In the chain's order; the watermark follows to the desk; the way back is in the account menu."""
    for role in ("call_taker", "clinician", "shelter_worker", "analyst"):
        cast.account(role)
    page = open_page(viewport={"width": width, "height": 800})
    page.goto("/demo/")
    is_whole(page)
    assert axe(page) == []
    page.get_by_role("button", name="Analyst").click()
    page.wait_for_url("**/insight/")
    expect(page.get_by_role("note")).to_contain_text("Harlow County does not exist")


def test_a_phone_s_menu_holds_the_desks_and_the_way_out(
    phone: Page, cast: Cast, enter: Enter, axe: Axe
) -> None:
    """Folded at first; a tap shows desks, language, and the account."""
    enter(phone, queries.account(cast.account("administrator"))).goto("/training/")
    desks = phone.get_by_role("navigation", name="Desks")
    expect(desks).to_be_hidden()
    phone.get_by_text("Menu", exact=True).tap()
    expect(desks.get_by_role("link", name="Setup")).to_be_visible()
    is_whole(phone)
    assert axe(phone) == []
    phone.get_by_role("button", name="Español").tap()
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    assert phone.url.endswith("/training/")


class TestParts:
    """What scripts add to pages that work without them."""

    def test_keys_open_list_and_rest(self, page: Page, server: str) -> None:
        """A key clicks its button, "?" lists the keys, typing is left alone, and they can be turned off."""
        page.goto("/gallery/")
        page.keyboard.press("d")
        drawer = page.get_by_role("dialog", name="A call")
        expect(drawer).to_be_visible()
        page.keyboard.press("Escape")
        expect(drawer).to_have_count(0)
        assert page.evaluate("document.activeElement.dataset.key") == "d"
        page.locator("input[type=number]").focus()
        page.keyboard.press("d")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_contain_text("Open the drawer")
        page.get_by_label("Turn these keys off").check()
        page.get_by_role("button", name="Close").click()
        page.keyboard.press("d")
        page.wait_for_timeout(300)
        expect(drawer).to_have_count(0)

    def test_a_word_opens_its_meaning_and_escape_closes_it(self, page: Page, server: str) -> None:
        """With the keyboard, under the word."""
        page.goto("/gallery/")
        word = page.get_by_role("button", name="Triage")
        word.press("Enter")
        meaning = page.get_by_text("by a published protocol")
        expect(meaning).to_be_visible()
        box, below = word.bounding_box(), meaning.bounding_box()
        assert box and below and 0 <= below["y"] - box["y"] < 60
        page.keyboard.press("Escape")
        expect(meaning).to_be_hidden()

    def test_a_counter_is_one_tap(self, phone: Page, server: str) -> None:
        """Up, down, never below its least."""
        phone.goto("/gallery/")
        number = phone.get_by_role("spinbutton")
        phone.get_by_role("button", name="One more").tap()
        expect(number).to_have_value("7")
        for _ in range(9):
            phone.get_by_role("button", name="One less").tap()
        expect(number).to_have_value("0")

    def test_the_map_is_drawn(self, page: Page, server: str) -> None:
        """Layers and signs, without asking anybody else for tiles."""
        foreign: list[str] = []
        page.on(
            "request",
            lambda r: foreign.append(r.url) if not r.url.startswith((server, "blob:", "data:")) else None,
        )
        page.goto("/gallery/")
        page.locator("[data-map][data-ready=yes]").wait_for(timeout=90_000)
        assert page.evaluate("document.querySelector('[data-map]').map.getStyle().layers.length") > 3
        assert foreign == []


PART = """() => {
    const part = document.createElement("section");
    part.id = "part";
    part.dataset.live = "calls";
    part.setAttribute("hx-get", "/health/");
    part.setAttribute("hx-trigger", "live");
    document.querySelector("main").append(part);
    htmx.process(part);
}"""


def listens(page: Page) -> Page:
    """A page with a live part, once the feed is on."""
    page.goto("/account/devices/")
    page.evaluate(PART)
    page.add_script_tag(url="/static/js/live.js")
    page.locator("body[data-feed=on]").wait_for()
    return page


def test_a_live_part_fetches_itself_again_when_something_happened(
    page: Page, cast: Cast, enter: Enter
) -> None:
    """The stream says that, not what; the request says that nobody pressed anything."""
    listens(enter(page, queries.account(cast.account("supervisor"))))
    with page.expect_request("**/health/") as asked:
        journal.write(by=SETUP, event=CallReceived(call=uuid4(), agency=cast.agency["ecc"]))
        journal.seal_all()
    assert asked.value.headers["x-background"] == "1"
    assert asked.value.headers["x-heard"] == str(journal.position())
    expect(page.locator("#part")).to_contain_text("ok")


def test_windows_of_one_browser_share_a_stream(page: Page, cast: Cast, enter: Enter) -> None:
    """Seven open boards load; the others hear through the one that listens, and take over when it closes."""
    first = listens(enter(page, queries.account(cast.account("supervisor"))))
    others = [first.context.new_page() for _ in range(6)]
    streams: list[str] = []
    first.context.on("request", lambda r: streams.append(r.url) if r.url.endswith("/live/") else None)
    for other in others:
        listens(other)
    assert streams == []
    with others[-1].expect_request("**/health/") as asked:
        journal.write(by=SETUP, event=CallReceived(call=uuid4(), agency=cast.agency["ecc"]))
        journal.seal_all()
    assert asked.value.headers["x-heard"] == str(journal.position())
    with others[-1].expect_request("**/health/"):  # what came while nobody listened is asked for
        first.close()
    assert len(streams) == 1


def test_many_events_in_a_busy_second_are_few_requests(page: Page, cast: Cast, enter: Enter) -> None:
    """The part rests after it was drawn; the last request has heard of everything."""
    enter(page, queries.account(cast.account("supervisor"))).goto("/gallery/")
    page.evaluate("""() => {
        const part = document.createElement("section");
        part.dataset.live = "calls";
        window.drawn = [];
        part.addEventListener("live", ({ detail }) => window.drawn.push(detail.heard));
        document.querySelector("main").append(part);
    }""")
    with page.expect_response("**/live/"):
        page.add_script_tag(url="/static/js/live.js")
    page.locator("body[data-feed=on]").wait_for()
    for _ in range(12):
        journal.write(by=SETUP, event=CallReceived(call=uuid4(), agency=cast.agency["ecc"]))
        journal.seal_all()
        page.wait_for_timeout(30)
    waited = 0
    while page.evaluate("window.drawn.at(-1)") != journal.position() and (waited := waited + 1) < 200:
        page.wait_for_timeout(50)
    assert page.evaluate("window.drawn.at(-1)") == journal.position()
    assert 1 <= len(page.evaluate("window.drawn")) <= 4


@pytest.mark.parametrize("known_by", ["the page", "another request"])
def test_an_empty_chair_s_page_hides_itself(page: Page, cast: Cast, enter: Enter, known_by: str) -> None:
    """After the idle time the page goes to the sign-in page, which says what happened.

    Also where a request that the page made by itself locked the session a moment before.
    """
    page.clock.install()
    enter(page, queries.account(cast.account("analyst"))).goto("/training/")
    cookie = next(c for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
    session = SessionStore(cookie["value"])
    session[SEEN] = time.time() - 31 * 60
    session.save()
    if known_by == "another request":
        session.delete()
    page.clock.fast_forward(31 * 60 * 1000)
    expect(page).to_have_url(re.compile("/account/banner/"))
    expect(page.get_by_text("locked after a time without use")).to_be_visible()


def test_who_was_not_away_reads_of_no_lock(page: Page) -> None:
    """The banner of a first visit speaks of no lock."""
    page.goto("/account/banner/")
    expect(page.get_by_role("heading", name="Before you sign in")).to_be_visible()
    expect(page.get_by_text("locked after a time without use")).to_be_hidden()


def test_what_is_typed_waits_in_the_page_while_its_writer_signs_in_again(
    page: Page, cast: Cast, enter: Enter
) -> None:
    """Covered while nobody, or somebody else, is signed in; then it is sent as it was written."""
    page.clock.install()
    manager = queries.account(cast.account("training_coordinator"))
    enter(page, manager).goto("/training/courses/")
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
    box = page.locator(
        "main form[method=post] input[type=text]:visible, main form[method=post] input:not([type]):visible"
    ).first
    box.fill("Words for the night shift")
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.clock.fast_forward(31 * 60 * 1000)
    cover = page.get_by_role("dialog", name="Your session has ended")
    expect(cover).to_be_visible()
    expect(box).to_be_hidden()
    cover.get_by_role("button", name="go on").click()
    expect(cover).to_contain_text("You are not signed in yet.")
    page.context.add_cookies(kept)  # signed in again, in another tab
    cover.get_by_role("button", name="go on").click()
    expect(cover).to_be_hidden()
    expect(box).to_have_value("Words for the night shift")
