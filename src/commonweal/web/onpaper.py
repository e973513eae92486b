"""A page as a PDF: the same page, by the same gate, with `?as=pdf`; what only a screen needs is left out.

What is printed and what is in the file are one: `LEFT_OUT` says in names what the style sheets' rules for
print say. Forms and folded parts stay away, but for those that are to print (`cw-prints`, `data-prints`).
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lxml import html
from lxml.html import HtmlElement

from commonweal.adapters.pdf.writer import (
    Block,
    Drawing,
    Heading,
    Item,
    Paragraph,
    Run,
    Sheets,
    Table,
    write,
)
from commonweal.kernel import clock, days
from commonweal.sharing import actions as sharing

LEFT_OUT = frozenset(
    "usa-button usa-sr-only usa-skipnav cw-pager cw-thumb cw-next cw-side cw-skip cw-key cw-map-figure "
    "maplibregl-ctrl board-foot ev-noprint pv-noprint pv-acts pv-step__button pv-more pv-folders "
    "fd-wheel fd-sign cs-end".split()
)
UNSAID = frozenset(
    "script style nav button svg template noscript input select textarea option img canvas".split()
)
OWN_LINE = frozenset(
    "p div section article header footer aside figure figcaption blockquote pre details summary fieldset "
    "legend address main body form".split()
)
BREAK = "\v"  # a line break that is meant, as no text of a page holds it
BACK = "‹"  # how a link back to the list begins
HEADS = {f"h{level}": level for level in range(1, 7)}
SIGNED = "cw-signature"  # the one picture that paper keeps: strokes that somebody drew
STROKE = re.compile(r"([ML])\s*(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)")
FONTS = "vendor/fonts/sourcesanspro-regular-webfont.ttf"


def is_asked(request: HttpRequest) -> bool:
    """Whether this page was asked for as a file."""
    return (
        request.method == "GET" and request.GET.get("as") == "pdf" and not request.headers.get("HX-Request")
    )


def filed(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    """The page as a file, with the notices that its contents owe on every sheet.

    It is named by the kind of page and the day, never by a title: names of files stand in headers and logs.
    """
    now = clock.now()
    contents = sheets(page.content.decode(), now, sharing.here())
    kind = request.resolver_match.view_name if request.resolver_match else ""
    name = slugify(f"{kind} {clock.day(now)}".replace(":", " "))
    return HttpResponse(
        write(contents, fonts=_fonts(), at=now),
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.pdf")},
    )


def sheets(page: str, made: datetime, owed: sharing.Notices) -> Sheets:
    """What the file of this page holds."""
    document = html.document_fromstring(page)
    found = document.xpath("//main") or document.xpath("//body")
    title = " ".join(document.xpath("string(//title)").split())
    return Sheets(
        title=title,
        language=(get_language() or "en")[:2],
        blocks=tuple(blocks(found[0])),
        made=days.at(made, in_full=True),
        page=_("page {n} of {of}"),
        notices=_notices(owed),
        watermark=" ".join(document.xpath("string(//aside[contains(@class, 'cw-watermark')])").split()),
    )


def _notices(owed: sharing.Notices) -> tuple[str, ...]:
    """The statement in the reader's language, and the English one with the scope of the consents."""
    if not owed.is_owed:
        return ()
    return (owed.in_a_line(),) if owed.says in owed.in_a_line() else (owed.says, owed.in_a_line())


def _fonts() -> Path:
    """The folder of the embedded letters."""
    found = finders.find(FONTS)
    if not isinstance(found, str):
        raise FileNotFoundError(f"{FONTS} is not among the static files: run `make assets`")
    return Path(found).parent


def blocks(element: HtmlElement) -> Iterator[Block]:
    """What stands in this element, one block under the other."""
    waiting: list[Run] = []
    for part in _parts(element):
        if isinstance(part, Run):
            waiting.append(part)
        else:
            yield from _paragraph(waiting)
            waiting.clear()
            yield from _block(part)
    yield from _paragraph(waiting)


def _parts(element: HtmlElement, *, bold: bool = False, italic: bool = False) -> Iterator[Run | HtmlElement]:
    """Words with their style, and the elements that stand on lines of their own, in their order."""
    if element.text:
        yield Run(element.text, bold, italic)
    for child in element:
        if isinstance(child.tag, str) and not is_left_out(child):
            if child.tag in HEADS or child.tag in OWN_LINE or child.tag in ("ul", "ol", "dl", "table", "svg"):
                yield child
            elif child.tag == "br":
                yield Run(BREAK)
            else:
                heavy, leaning = child.tag in ("b", "strong", "th", "dt"), child.tag in ("i", "em", "cite")
                yield from _parts(child, bold=bold or heavy, italic=italic or leaning)
        if child.tail:
            yield Run(child.tail, bold, italic)


def is_left_out(element: HtmlElement) -> bool:
    """Whether paper does without it."""
    classes = set(element.get("class", "").split())
    if SIGNED in classes:
        return False
    if element.tag in UNSAID or element.get("hidden") is not None or classes & LEFT_OUT:
        return True
    if element.get("data-print") is not None or (element.tag == "a" and _is_back(element)):
        return True
    if element.tag == "form":
        return "cw-prints" not in classes
    return bool(
        element.tag == "details" and element.get("open") is None and element.get("data-prints") is None
    )


def _is_back(link: HtmlElement) -> bool:
    return str(link.text_content()).lstrip().startswith(BACK)


def _block(element: HtmlElement) -> Iterator[Block]:
    if element.tag in HEADS:
        if words := _words(element):
            yield Heading(HEADS[element.tag], words)
    elif element.tag in ("ul", "ol"):
        yield from _list(element, 0)
    elif element.tag == "dl":
        yield from _pairs(element)
    elif element.tag == "table":
        yield from _table(element)
    elif element.tag == "svg":
        yield from _drawing(element)
    elif "cw-stat" in element.get("class", "").split():
        yield from _figure(element)
    else:
        yield from blocks(element)


def _drawing(element: HtmlElement) -> Iterator[Drawing]:
    """The strokes of a signature; nothing where no line is among them."""
    box = [float(one) for one in element.get("viewbox", element.get("viewBox", "")).split()]
    strokes: list[list[tuple[float, float]]] = []
    for pen, x, y in STROKE.findall("".join(path.get("d", "") for path in element.iter("path"))):
        if pen == "M" or not strokes:
            strokes.append([])
        strokes[-1].append((float(x), float(y)))
    drawn = tuple(tuple(points) for points in strokes if len(points) > 1)
    if drawn and len(box) == 4 and min(box[2:]) > 0:
        yield Drawing(drawn, box[2], box[3])


def _figure(element: HtmlElement) -> Iterator[Paragraph]:
    """A number with what it counts, in one line."""
    said = [words for child in element if (words := _words(child))]
    if said:
        yield Paragraph((Run(said[0], is_bold=True), Run("".join(f" {words}" for words in said[1:]))))


def _paragraph(runs: list[Run]) -> Iterator[Paragraph]:
    tidy = _tidied(runs)
    if tidy:
        yield Paragraph(tidy)


def _tidied(runs: list[Run]) -> tuple[Run, ...]:
    """Runs with the white space that a browser would show: one space between words, none at the ends."""
    found: list[Run] = []
    is_fresh = True
    for run in runs:
        text = "\n" if run.text == BREAK else re.sub(r"\s+", " ", run.text)
        text = text.lstrip(" ") if is_fresh else text
        if text:
            found.append(Run(text, run.is_bold, run.is_italic))
            is_fresh = text.endswith((" ", "\n"))
    if found:
        found[-1] = Run(found[-1].text.rstrip(), found[-1].is_bold, found[-1].is_italic)
    return tuple(run for run in found if run.text)


def _words(element: HtmlElement) -> str:
    """The words of an element and all it holds, in one line a block."""
    said = [
        block.text if isinstance(block, Paragraph | Heading) else "".join(run.text for run in block.runs)
        for block in blocks(element)
        if not isinstance(block, Table | Drawing)
    ]
    return "\n".join(line for line in said if line)


def _list(element: HtmlElement, depth: int) -> Iterator[Block]:
    for number, item in enumerate((one for one in element if one.tag == "li" and not is_left_out(one)), 1):
        mark = f"{number}." if element.tag == "ol" else "•"
        for block in blocks(item):
            if isinstance(block, Paragraph):
                yield Item(mark, depth, block.runs)
                mark = " "
            elif isinstance(block, Item):
                yield Item(block.mark, block.depth + 1, block.runs)
            else:
                yield block


def _pairs(element: HtmlElement) -> Iterator[Block]:
    """Names with what they are: `dt` and `dd`, with or without a `div` around each pair.

    What was drawn stands below its own row.
    """
    rows: list[tuple[str, str]] = []
    for one in element.iter("dt", "dd"):
        if is_left_out(one):
            continue
        if one.tag == "dt":
            rows.append((_words(one), ""))
        elif rows:
            name, said = rows[-1]
            rows[-1] = (name, f"{said}\n{_words(one)}".strip())
            if drawn := [block for block in blocks(one) if isinstance(block, Drawing)]:
                yield Table((), tuple(rows))
                yield from drawn
                rows = []
    if rows:
        yield Table((), tuple(rows))


def _table(element: HtmlElement) -> Iterator[Block]:
    for caption in element.iter("caption"):
        if not is_left_out(caption) and (words := _words(caption)):
            yield Paragraph((Run(words, is_bold=True),))
    rows = [
        tuple(_words(cell) for cell in row if cell.tag in ("th", "td") and not is_left_out(cell))
        for row in element.iter("tr")
        if not is_left_out(row)
    ]
    head = rows.pop(0) if rows and element.find("thead") is not None else ()
    if rows:
        yield Table(head, tuple(rows))
