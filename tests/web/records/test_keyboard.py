"""The review queue by its keys: what stands on a button is what the button hears."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from commonweal.agencies import queries as agencies
from commonweal.people import actions
from commonweal.people import queries as people
from factories.cast import SETUP, Cast, gather, share_index, someone

Enter = Callable[..., Page]
BOTH = {"address": "12 Quay St", "phone": "555-014-2777", "ssn_last4": "4821"}
OTHER = {"given": "Marta", "family": "Quiroga", "born": date(1971, 5, 2), "phone": "555-014-9021"}


@pytest.fixture
def cast(server: str) -> Cast:
    """Two people, each known to the police and to a social service, compared and waiting for review."""
    cast = gather(partners=False)
    share_index(cast, "police", "social_service")
    for agency in ("police", "social_service"):
        someone(cast, agency, **BOTH)
        someone(cast, agency, **OTHER)
    actions.run_linkage(by=SETUP, agencies=list(cast.agency.values()))
    return cast


def test_a_queue_is_worked_through_without_a_mouse(page: Page, cast: Cast, enter: Enter) -> None:
    """The steward leaves the first pair for later, says of the second "two people", and links the first."""
    first, second = people.proposals()[0:2]
    enter(page, agencies.account(cast.account("records_steward"))).goto(f"/people/pairs/{first.id}/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Decide later: the next pair")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.wait_for_url(f"**/people/pairs/{second.id}/")
    page.keyboard.press("n")
    page.wait_for_url(f"**/people/pairs/{first.id}/")
    page.keyboard.press("l")
    expect(page.get_by_text("Linked. It can be undone under Decisions.")).to_be_visible()
    expect(page.get_by_text("No pairs wait")).to_be_visible()
    assert {d.verdict for d in people.decisions()} == {"same", "never"}
