"""Every desk for every reader: no violation of WCAG 2.2 AA, and what no machine rule covers, page by page.

Wide in English, 320 pixels in Spanish (a wide page at 400 %). Desks that need rows to show more have tests of
their own beside them.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from commonweal.agencies import actions, queries
from commonweal.people import actions as people
from commonweal.web.navigation import DESKS
from factories.cast import SETUP, Cast, gather

Enter = Callable[..., Page]
Axe = Callable[[Page], list[str]]
WORKERS = {
    "desk": "call_taker",
    "board": "supervisor",
    "field": "clinician",
    "provider": "shelter_worker",
    "casework": "case_manager",
    "tables": "prosecutor",
    "records": "records_steward",
    "evaluator": "evaluator",
    "analyst": "analyst",
    "planner": "program_manager",
    "trainer": "training_coordinator",
    "steward": "privacy_officer",
    "resident": "community_liaison",
    "mine": "person",
    "setup": "administrator",
}
FAULTS = """() => {
  const found = [];
  const isSeen = (node) => node.getClientRects().length && getComputedStyle(node).visibility !== "hidden";
  if (document.documentElement.scrollWidth > innerWidth) found.push("sticks out sideways");
  const heads = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(isSeen);
  if (heads.filter((head) => head.localName === "h1").length !== 1) found.push("not one h1");
  let last = 0;
  for (const head of heads) {
    const level = Number(head.localName[1]);
    if (level > last + 1) found.push(`h${last} is followed by h${level}: ${head.textContent.trim()}`);
    last = level;
  }
  for (const table of document.querySelectorAll("table")) {
    if (!table.caption) found.push(`no caption: ${table.className}`);
    for (const head of table.querySelectorAll("th:not([scope])")) found.push(`no scope: ${head.textContent}`);
  }
  for (const node of document.querySelectorAll("[aria-describedby], [aria-labelledby], [aria-controls]"))
    for (const name of ["aria-describedby", "aria-labelledby", "aria-controls"])
      for (const id of (node.getAttribute(name) ?? "").split(" ").filter(Boolean))
        if (!document.getElementById(id)) found.push(`${name} leads nowhere: ${id}`);
  const [isForced, skip] = [`[tabindex]:not([tabindex="0"]):not([tabindex="-1"])`, ".usa-skipnav"];
  const first = document.querySelector("a[href]");
  if (document.querySelector(isForced)) found.push("tab order forced");
  if (!first.matches(skip) || !document.querySelector(first.hash)) found.push("no skip link first");
  return found;
}"""


@pytest.fixture
def workers(server: str) -> dict[str, queries.Account]:
    """One person at each desk."""
    cast = gather(partners=False)
    found = {code: _account(cast, role) for code, role in WORKERS.items() if role != "person"}
    record, _ = people.file_record(
        by=SETUP, agency=cast.agency["health"], external_id="r-1", values={"given": "Rosa"}
    )
    person = actions.open_account(
        by=SETUP, username="rosa", display_name="Rosa", role="person", person=record.person_id
    )
    return {**found, "mine": person}


def _account(cast: Cast, role: str) -> queries.Account:
    return queries.account(cast.account(role))


def faults(page: Page, axe: Axe) -> Iterator[str]:
    """What bars somebody from the page as it stands, with its address."""
    for fault in [*page.evaluate(FAULTS), *axe(page)]:
        yield f"{page.url}: {fault}"


def test_every_desk_is_in_the_list() -> None:
    """A new desk is looked at too."""
    assert set(WORKERS) == set(DESKS)


@pytest.mark.parametrize(("locale", "width"), [("en-US", 1366), ("es-US", 320)])
def test_every_desk_bars_nobody(
    open_page: Callable[..., Page],
    enter: Enter,
    axe: Axe,
    workers: dict[str, queries.Account],
    locale: str,
    width: int,
) -> None:
    """The first page of each desk; no two desks share a title."""
    found, titles = [], set()
    for code, account in workers.items():
        page = open_page(viewport={"width": width, "height": 740}, locale=locale)
        answer = enter(page, account).goto(DESKS[code].path)
        assert answer and answer.ok, f"{code}: {answer and answer.status}"
        found += faults(page, axe)
        titles.add(page.title())
        page.context.close()
    assert found == []
    assert len(titles) == len(workers)
