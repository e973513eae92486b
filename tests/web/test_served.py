"""The served product in a real browser: first page, assets, accessibility, phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page


@pytest.mark.parametrize("width", [1366, 390])
def test_the_first_page_is_whole_and_accessible(
    page: Page, axe: Callable[[Page], list[str]], width: int
) -> None:
    """A stranger opens the first page: assets arrive, nothing overflows, nothing bars a reader."""
    missing: list[str] = []
    page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    page.set_viewport_size({"width": width, "height": 800})
    answer = page.goto("/", wait_until="networkidle")
    assert answer and answer.ok
    assert not missing
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe(page) == []


def test_the_first_page_speaks_spanish(open_page: Callable[..., Page]) -> None:
    """A browser that asks for Spanish gets a page that says so."""
    page = open_page(locale="es-MX")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "es"
