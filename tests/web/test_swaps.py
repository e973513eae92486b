"""When a part of a page renews itself: where focus is, what stays open, what a screen reader hears."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

PART = re.compile(r"/part/")
OLD = """<section id="part" hx-get="/part/" hx-trigger="live"><h3>Two calls</h3>
<p data-say="count" data-say-every="{every}">Two calls are held</p>
<a href="/one/">One</a> <a href="/two/" id="">Two</a>
<details class="some-units" data-keep><summary>Units</summary><p>As a table</p></details>
<details class="some-secret"><summary>Earlier</summary><p>Asked for on purpose</p></details>
<form action="/answer/" data-then="#question">
<h3 id="question" tabindex="-1" data-say="question">Is it on fire?</h3>
<button name="answer" value="yes" hx-get="/part/" hx-target="#part">Yes</button></form></section>"""
NEW = """<h3>Three calls</h3><p data-say="count" data-say-every="{every}">Three calls are held</p>
<a href="/three/">Three</a> <a href="/two/">Two</a>
<details class="some-units" data-keep><summary>Units</summary><p>As a table</p></details>
<details class="some-secret"><summary>Earlier</summary><p>Asked for on purpose</p></details>
<form action="/answer/" data-then="#question">
<h3 id="question" tabindex="-1" data-say="question">{question}</h3>
<button name="answer" value="yes" hx-get="/part/" hx-target="#part">Yes</button></form>
<p data-say="alarm-1" data-say-now>Silent alarm: 12A</p>"""


@pytest.fixture
def renew(page: Page, server: str) -> Callable[[], None]:
    """A live part on a page; calling the answer renews it as an event would."""
    page.route(PART, lambda route: _answer(route))
    page.goto("/account/banner/")
    _put(page)

    def renewed() -> None:
        page.evaluate("document.getElementById('part').dispatchEvent(new CustomEvent('live'))")
        expect(page.locator("#part")).to_contain_text("Three calls")

    return renewed


def _answer(route: Route, every: int = 0, question: str = "Is it on fire?") -> None:
    route.fulfill(body=NEW.format(every=every, question=question), content_type="text/html")


def _put(page: Page, every: int = 0) -> None:
    page.evaluate(
        """html => {
            document.getElementById("part")?.remove();
            document.querySelector("main").insertAdjacentHTML("beforeend", html);
            htmx.process(document.getElementById("part"));
        }""",
        OLD.format(every=every),
    )


def test_focus_stays_on_the_same_link(page: Page, renew: Callable[[], None]) -> None:
    page.get_by_role("link", name="Two", exact=True).focus()
    renew()
    expect(page.locator("#part").get_by_role("link", name="Two", exact=True)).to_be_focused()


def test_focus_goes_to_the_part_s_heading_when_its_link_is_gone(
    page: Page, renew: Callable[[], None]
) -> None:
    page.get_by_role("link", name="One", exact=True).focus()
    renew()
    expect(page.get_by_role("heading", name="Three calls")).to_be_focused()


def test_focus_outside_is_left_alone(page: Page, renew: Callable[[], None]) -> None:
    outside = page.locator("#understood")
    outside.focus()
    renew()
    expect(outside).to_be_focused()


def test_an_answer_moves_to_the_next_question_not_to_its_buttons(
    page: Page, renew: Callable[[], None]
) -> None:
    """A second Enter by a trembling hand must answer nothing."""
    page.unroute(PART)
    page.route(PART, lambda route: _answer(route, question="Is anybody hurt?"))
    page.get_by_role("button", name="Yes", exact=True).press("Enter")
    expect(page.locator("#question")).to_have_text("Is anybody hurt?")
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#says")).to_contain_text("Is anybody hurt?")


FORM = """<div id="talk"><form action="/answer/" data-then="#asked" hx-post="/answer/" hx-swap="none">
<h3 id="asked" tabindex="-1" data-say="asked">{question}</h3><button name="answer" value="yes">Sure</button>
</form></div>"""
TALK = '<div id="talk" hx-swap-oob="outerHTML">' + FORM.format(question="Who is there?").partition(">")[2]


def _talk(page: Page, question: str) -> None:
    page.evaluate(
        """html => {
            document.querySelector("main").insertAdjacentHTML("beforeend", html);
            htmx.process(document.getElementById("talk"));
        }""",
        FORM.format(question=question),
    )


def test_a_form_that_its_own_answer_replaces_leads_to_the_next_question(
    page: Page, renew: Callable[[], None]
) -> None:
    """Nobody is left at the top of the page, even when another part is renewed in the same moment."""
    _talk(page, "Where is it?")
    page.route("**/answer/", lambda route: route.fulfill(body=TALK, content_type="text/html"))
    page.get_by_role("button", name="Sure").press("Enter")
    expect(page.locator("#asked")).to_have_text("Who is there?")
    expect(page.locator("#asked")).to_be_focused()
    renew()
    expect(page.locator("#asked")).to_be_focused()
    expect(page.locator("#says")).to_contain_text("Who is there?")


@pytest.mark.parametrize("status", [0, 502], ids=["no way there", "a proxy's word"])
def test_an_act_without_an_answer_says_so(page: Page, renew: Callable[[], None], status: int) -> None:
    """Silence would be taken for done. The question stays, and Enter may be pressed again."""
    _talk(page, "Where is it?")
    page.route("**/answer/", lambda route: route.fulfill(status=status) if status else route.abort())
    page.get_by_role("button", name="Sure").press("Enter")
    told = page.locator("#messages").get_by_role("alert")
    expect(told).to_contain_text("No answer came")
    expect(told).to_be_focused()
    expect(page.locator("#asked")).to_have_text("Where is it?")


def test_a_renewal_without_an_answer_stays_quiet(page: Page, renew: Callable[[], None]) -> None:
    """It asks again by itself; the header says that the page is not live."""
    page.unroute(PART)
    page.route(PART, lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.evaluate("document.getElementById('part').dispatchEvent(new CustomEvent('live'))")
    expect(page.locator("#part")).to_contain_text("Two calls")
    expect(page.locator("#messages")).to_be_empty()


def test_what_is_drawn_for_the_eye_is_not_said(page: Page, renew: Callable[[], None]) -> None:
    """A tier's shape holds a number, beside its name."""
    drawn = '<p data-say="tier"><svg aria-hidden="true"><text>1</text></svg>T1 Police-led</p>'
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", drawn)
    renew()
    expect(page.locator("#says")).to_contain_text("T1 Police-led")
    expect(page.locator("#says")).not_to_contain_text("1T1")


def test_an_open_table_stays_open_and_what_was_opened_on_purpose_does_not(
    page: Page, renew: Callable[[], None]
) -> None:
    """Opening somebody's history again would be a second look that nobody took."""
    page.get_by_text("Units", exact=True).click()
    page.get_by_text("Earlier", exact=True).click()
    renew()
    expect(page.locator("#part .some-units")).to_have_attribute("open", "")
    assert page.locator("#part .some-secret").get_attribute("open") is None


def test_what_changed_is_said_once_and_what_did_not_is_not(page: Page, renew: Callable[[], None]) -> None:
    renew()
    expect(page.locator("#says")).to_contain_text("Three calls are held")
    page.evaluate("document.getElementById('says').textContent = ''")
    renew()
    page.wait_for_timeout(200)
    expect(page.locator("#says")).to_have_text("")


def test_an_alarm_interrupts_once(page: Page, renew: Callable[[], None]) -> None:
    renew()
    expect(page.get_by_role("alert").filter(has_text="Silent alarm")).to_have_text("Silent alarm: 12A")
    page.evaluate("document.getElementById('says-now').textContent = ''")
    renew()
    page.wait_for_timeout(200)
    expect(page.locator("#says-now")).to_have_text("")


def test_a_busy_number_is_said_at_intervals(page: Page, renew: Callable[[], None]) -> None:
    """Twenty seconds apart, however often it moves."""
    renew()
    page.unroute(PART)
    page.route(PART, lambda route: _answer(route, every=20))
    expect(page.locator("#says")).to_contain_text("Three calls are held")
    page.evaluate(  # in one turn: what follows the first renewal may still come
        """() => {
            const count = document.querySelector("#part [data-say=count]");
            count.dataset.sayEvery = "20";
            count.textContent = "Nine calls are held";
            document.getElementById("says").textContent = "";
        }"""
    )
    for _ in range(2):
        page.evaluate("document.getElementById('part').dispatchEvent(new CustomEvent('live'))")
        page.wait_for_timeout(150)
    expect(page.locator("#says")).to_have_text("")
