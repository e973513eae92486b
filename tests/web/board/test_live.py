"""The board in a real browser: it moves by itself, opens a drawer by key, and turns into a film."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.cli.worker import Worker
from factories.calls import GRAVE, TROUBLED, Centre, open_centre
from factories.cast import SETUP
from factories.past_calls import Row

expect.set_options(timeout=20_000)
Enter = Callable[..., Page]
Axe = Callable[[Page], list[str]]

STILL = """Promise.all(document.getAnimations()
  .filter(one => one.effect.getComputedTiming().iterations !== Infinity)
  .map(one => one.finished.catch(() => null))).then(() => true)"""


@pytest.fixture
def centre(server: str) -> Iterator[Centre]:
    """A centre at work, with the worker that seals what happens."""
    found, worker = open_centre(), Worker()
    worker.start()
    yield found
    worker.stop()


@pytest.fixture
def board(centre: Centre, open_page: Callable[..., Page], enter: Enter) -> Page:
    """The supervisor's wall."""
    account = agencies.Account.objects.get(id=centre.cast["supervisor"].id)
    page = enter(open_page(viewport={"width": 1366, "height": 768}), account)
    page.set_default_timeout(60_000)
    return page


def test_a_call_appears_and_moves_without_a_hand(centre: Centre, board: Page, axe: Axe) -> None:
    """Taken elsewhere, seen here; dispatched elsewhere, seen here."""
    board.goto("/board/")
    expect(board.get_by_text("All quiet")).to_be_visible()
    expect(board.locator("[data-live-state]")).to_have_text("Live", timeout=30_000)
    call = centre.call(TROUBLED)
    row = board.locator(".board-row")
    expect(row).to_contain_text("400 block of Cedar Ave", timeout=15_000)
    calls.dispatch(by=centre.desk, call=call)
    expect(row).to_contain_text("CO1", timeout=15_000)
    expect(board.locator(".board-strip")).to_contain_text("1")
    calls.clear(by=centre.desk, call=call, is_behavioural_health=True)
    expect(board.get_by_text("All quiet")).to_be_visible(timeout=15_000)
    assert axe(board) == []


def test_a_drawer_by_key_and_back(centre: Centre, board: Page, axe: Axe) -> None:
    """1 opens the first call, Escape closes it, focus comes back."""
    centre.call(GRAVE)
    board.goto("/board/")
    board.keyboard.press("1")
    drawer = board.locator("[data-drawer]")
    expect(drawer).to_contain_text("Ana Torres")
    board.evaluate(STILL)
    assert axe(board) == []
    board.keyboard.press("Escape")
    expect(drawer).to_have_count(0)


def test_the_map_draws_the_calls(centre: Centre, board: Page) -> None:
    """And takes new points from the list."""
    board.goto("/board/")
    expect(board.locator("#board-map[data-ready=yes]")).to_be_visible(timeout=60_000)
    count = "document.getElementById('board-map').map.getSource('calls').serialize().data.features.length"
    assert board.evaluate(count) == 0
    centre.call(GRAVE)
    deadline = time.monotonic() + 30
    while board.evaluate(count) != 1 and time.monotonic() < deadline:
        board.wait_for_timeout(100)
    assert board.evaluate(count) == 1


def test_the_past_hour_by_hour(centre: Centre, board: Page, axe: Axe) -> None:
    """The slider moves, the list follows."""
    rows = [Row(external_id="1", nature_label="SUICIDE THREAT")]
    calls.import_calls(by=SETUP, rows=rows, agency=centre.cast.agency["ecc"], profile="t", sources=["t"])
    board.goto("/board/past/")
    expect(board.locator(".board-past")).to_contain_text("Call for help")
    assert axe(board) == []
    board.locator("#film-hour").focus()
    board.keyboard.press("ArrowRight")
    expect(board.get_by_text("No call in this hour")).to_be_visible()
    board.keyboard.press("ArrowLeft")
    expect(board.locator(".board-past")).to_contain_text("Call for help")


def test_on_a_phone_the_list_comes_first(
    centre: Centre, open_page: Callable[..., Page], enter: Enter
) -> None:
    """And nothing sticks out sideways."""
    centre.call(GRAVE)
    account = agencies.Account.objects.get(id=centre.cast["supervisor"].id)
    page = enter(open_page(viewport={"width": 360, "height": 740}), account)
    page.goto("/board/")
    expect(page.locator(".board-row")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
