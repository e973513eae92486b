"""Every page of a lived-in site, in Spanish, as it is read and as it is told aloud.

Read: no code, no machine's date, no sentence left in English. Told aloud: each control, part and table has a
name, headings go in order, and no voice reads out more than what changed. One reader a page, the first whom
it opens to. What a program reads is set in `code`, a sign-in name is not to be translated: both are left out.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection, transaction

from house import aloud
from house.spanish import translated
from journeys.canaries import Aviary
from journeys.crawling import ELSEWHERE, OWN_DOORS, addresses, undone
from journeys.site import Site, populate

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="one reading is enough"),
]
SILENT = {"script", "style", "template", "code", "noscript"}
VOID = {"meta", "link", "input", "br", "hr", "img", "use", "path", "rect", "line", "circle", "col", "source"}
TOLD_BY = ("aria-label", "alt", "title", "placeholder", "data-label")
CODE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b|\bT\d\d:\d\d")
# written by the story itself, in English, where a message of the product says the same
DATA = {"Account", "Did it help?", "Letter"}
# whose page is in both languages on purpose, or holds the parts themselves
TWO_TONGUES = ("gallery/",)


class Reader(HTMLParser):
    """What a person reads or hears of a page, piece by piece."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._open: list[tuple[str, bool]] = [("", True)]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        is_ours = at.get("lang", "es") == "es" and at.get("translate") != "no"
        is_read = self._open[-1][1] and tag not in SILENT and is_ours
        if is_read:
            self.pieces += [value for name, value in attrs if name in TOLD_BY and value]
        if tag not in VOID:
            self._open.append((tag, is_read))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass  # drawings

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _is_read in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open[-1][1] and data.strip():
            self.pieces.append(" ".join(data.split()))


def faults_of(html: str, english: set[str]) -> Iterator[str]:
    """What a Spanish reader would stumble over."""
    for piece in Reader(html).pieces:
        if piece in english - DATA:
            yield f"in English: {piece!r}"
        for pattern, what in ((CODE, "a code"), (DATE, "a machine's date")):
            if found := pattern.search(piece):
                yield f"{what}, {found[0]!r}: {piece[:90]!r}"


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Site]:
    """The site of the crawl without tokens in it: its words are those that people write."""
    with django_db_blocker.unblock(), transaction.atomic():
        with patch("journeys.site.plant", Aviary):
            lived_in = populate()
        for client in lived_in.clients.values():
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
        yield lived_in
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def english() -> set[str]:
    """Messages that have a Spanish of their own, as they stand in English."""
    return {en for en, es in translated().items() if en != es and "%" not in en and len(en) > 3}


def readings(site: Site) -> Iterator[tuple[str, str]]:
    """Each route's first page that opens, with its address."""
    read: set[str] = set()
    for address, route, view in addresses(site):
        if route in read or route.startswith((*ELSEWHERE, *OWN_DOORS, *TWO_TONGUES)):
            continue
        wanted = set(getattr(view, "permissions", ()))
        for role, client in site.clients.items():
            actor = site.actors.get(role)
            if wanted and not (actor and wanted & actor.permissions):
                continue
            with undone(client):
                answer = client.get(address)
            if answer.status_code == 405:
                read.add(route)  # it only takes what is sent
                break
            if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
                read.add(route)
                yield f"{address} ({role})", answer.content.decode()
                break


@pytest.fixture(scope="module")
def pages(site: Site) -> dict[str, str]:
    """Every page that opens to anybody, by its address and reader."""
    return dict(readings(site))


def test_every_page_can_be_told_aloud(pages: dict[str, str]) -> None:
    """Mend the component or the base page where many are told of; `house.aloud` says what is listened for."""
    found = [f"{where}: {fault}" for where, html in pages.items() for fault in aloud.faults(html)]
    assert not found, "\n".join(found)


def test_every_page_reads_as_spanish(pages: dict[str, str], english: set[str]) -> None:
    """Mend the tag, the filter, the pack of codes or the catalogue; not the page alone."""
    assert len(pages) > 60, "the walk reaches the desks"
    found = {f"{where}: {fault}" for where, html in pages.items() for fault in faults_of(html, english)}
    assert not found, "\n".join(sorted(found))


def test_the_reading_sees_what_is_left_in_english() -> None:
    """So that the test above can fail; what a program reads is left alone."""
    html = (
        "<main><p>not_in_service</p><p title='Print'>22 nov 2026</p><b>2026-11-22</b>"
        "<code>keep_trust</code><script>a_b</script><p lang='en'>Sign <br>out</p><p>Sign  out</p></main>"
    )
    found = list(faults_of(html, {"Print", "Sign out"}))
    assert [fault.split(",")[0].split(":")[0] for fault in found] == [
        "a code", "in English", "a machine's date", "in English",
    ]  # fmt: skip
