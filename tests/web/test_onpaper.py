"""A page as a file: what paper shows is in it, what only a screen needs is not, and it opens no door."""

from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from pypdf import PdfReader

from commonweal.adapters.pdf.contents import Drawing, Heading, Item, Paragraph, Run, Table
from commonweal.kernel import clock
from commonweal.sharing import actions as sharing
from commonweal.web.onpaper import blocks, sheets
from factories.cast import Cast, gather
from factories.visitor import visit
from tests.web.steward.test_agreements import drafted, signer


def read(markup: str) -> list[object]:
    """The blocks of this markup."""
    return list(blocks(html.fragment_fromstring(f"<main>{markup}</main>")))


def plain(text: str) -> Paragraph:
    """A paragraph in one style."""
    return Paragraph((Run(text),))


SIGNATURE = (
    '<svg class="cw-signature" viewBox="0 0 320 140" role="img">'
    '<path d="M10 10L60 40L70 -2.5M1,2 L 3 4"/></svg>'
)
STROKES = Drawing((((10, 10), (60, 40), (70, -2.5)), ((1, 2), (3, 4))), 320, 140)


@pytest.mark.parametrize(("markup", "wanted"), [
    ("<h2>What \n is  shared</h2>", [Heading(2, "What is shared")]),
    ("loose <p>own</p> tail", [plain("loose"), plain("own"), plain("tail")]),
    ("<p>a <strong>b</strong> c</p>", [Paragraph((Run("a "), Run("b", is_bold=True), Run(" c")))]),
    ("<p>a<br>b</p>", [Paragraph((Run("a"), Run("\n"), Run("b")))]),
    ("<div><section><p>deep</p></section></div>", [plain("deep")]),
    ("<ul><li>x<ul><li>y</li></ul></li></ul>", [Item("•", 0, (Run("x"),)), Item("•", 1, (Run("y"),))]),
    ("<ol><li>x</li><li><p>y</p><p>z</p></li></ol>",
     [Item("1.", 0, (Run("x"),)), Item("2.", 0, (Run("y"),)), Item(" ", 0, (Run("z"),))]),
    ('<div class="cw-stat"><p>486</p><p>questions <i>asked</i></p></div>',
     [Paragraph((Run("486", is_bold=True), Run(" questions asked")))]),
    ("<p>\n</p>\n<p>\n<b>a</b>\n</p>", [Paragraph((Run("a", is_bold=True),))]),
    ("<dl><div><dt>Name</dt><dd>Ana</dd></div><dt>Days</dt><dd>1</dd><dd>2</dd></dl>",
     [Table((), (("Name", "Ana"), ("Days", "1\n2")))]),
    ("<table><caption>C</caption><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
     [Paragraph((Run("C", is_bold=True),)), Table(("A",), (("1",),))]),
    (f"<dl><dt>By</dt><dd>Ana {SIGNATURE}</dd><dt>On</dt><dd>4 May</dd></dl>",
     [Table((), (("By", "Ana"),)), STROKES, Table((), (("On", "4 May"),))]),
    (f"<p>Ana</p>{SIGNATURE}", [plain("Ana"), STROKES]),
    (SIGNATURE.replace("L60 40L70 -2.5", ""), [replace(STROKES, strokes=STROKES.strokes[1:])]),
    (SIGNATURE.replace("320", "0"), []),
    ('<svg class="cw-signature" viewBox="0 0 320 140"><path d="Ana Torres"/></svg>', []),
])  # fmt: skip
def test_markup_becomes_blocks(markup: str, wanted: list[object]) -> None:
    assert read(markup) == wanted


@pytest.mark.parametrize("markup", [
    "<nav>x</nav>", "<button>x</button>", "<form><p>x</p></form>", "<p hidden>x</p>", "<script>x</script>",
    '<p class="usa-sr-only">x</p>', '<a data-print href="/">x</a>',
    "<details><summary>x</summary>x</details>", '<p><a href="/">‹ x</a></p>',
    '<input value="x">', '<div class="cw-pager">x</div>', "<svg><text>x</text></svg>", "<!-- x -->",
])  # fmt: skip
def test_what_only_a_screen_needs_is_left_out(markup: str) -> None:
    assert read(f"{markup}<p>kept</p>") == [plain("kept")]


@pytest.mark.parametrize("markup", [
    "<details open><summary>x</summary></details>", "<details data-prints><p>x</p></details>",
    '<form class="cw-prints"><p>x</p><button>no</button></form>',
])  # fmt: skip
def test_what_is_marked_to_print_stays(markup: str) -> None:
    assert read(markup) == [plain("x")]


def test_the_notice_of_what_a_page_holds_is_on_its_sheets() -> None:
    """In the reader's language, and in the words of the law with the consent's scope."""
    owed = sharing.Notices(is_owed=True)
    found = sheets("<title>T</title><main>x</main>", clock.now(), owed)
    assert any("42 CFR" in line for line in found.notices)
    assert sheets("<title>T</title><main>x</main>", clock.now(), sharing.Notices()).notices == ()


def test_generated_data_is_called_so() -> None:
    page = '<title>T</title><aside class="cw-watermark"><p>Generated data</p></aside><main>x</main>'
    assert sheets(page, clock.now(), sharing.Notices()).watermark == "Generated data"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers, without any agreement."""
    return gather(partners=False)


def text_of(content: bytes) -> str:
    """The words of a file."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


@pytest.mark.django_db
def test_an_agreement_leaves_as_a_file_for_those_who_may_read_it(cast: Cast) -> None:
    """The same words as the page; whoever may not open the page gets no file either."""
    officer = visit(cast["privacy_officer"])
    made = drafted(officer, cast)
    path = reverse("steward:printed", args=[made])
    answer = officer.get(path, {"as": "pdf"})
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert ".pdf" in answer["Content-Disposition"]
    words = text_of(answer.content)
    assert "Clauses" in words and "not signed" in words and "Save as PDF" not in words
    assert "Save as PDF" in officer.get(path).content.decode()
    for role in ("patrol_officer", "analyst"):
        refused = visit(cast[role]).get(path, {"as": "pdf"})
        assert refused.status_code == 403 and refused["Content-Type"].startswith("text/html")
    assert Client().get(path, {"as": "pdf"}).status_code == 302


@pytest.mark.django_db
def test_what_is_not_there_is_not_there_as_a_file(cast: Cast) -> None:
    """The public page of an agreement that its parties keep: the same answer, asked either way."""
    made, anyone = drafted(visit(cast["privacy_officer"]), cast), Client()
    path = reverse("resident:agreement", args=[made])
    kept, absent = (
        anyone.get(path, {"as": "pdf"}),
        anyone.get(reverse("resident:agreement", args=[UUID(int=7)]), {"as": "pdf"}),
    )
    assert kept.status_code == absent.status_code == 404 and kept["Content-Type"].startswith("text/html")
    for kind in ("police", "social_service"):
        signing = visit(signer(cast, kind))
        signing.post(reverse("steward:agreement", args=[made]), {"act": "sign", "public": "yes"})
    assert "Open Door Services" in text_of(anyone.get(path, {"as": "pdf"}).content)


@pytest.mark.django_db
def test_a_fragment_is_never_a_file(cast: Cast) -> None:
    """A page that asks for a part of itself gets that part."""
    answer = visit(cast["privacy_officer"]).get(
        reverse("steward:posture"), {"as": "pdf"}, headers={"HX-Request": "true"}
    )
    assert answer["Content-Type"].startswith("text/html")
