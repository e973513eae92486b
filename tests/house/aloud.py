"""What a screen reader would stumble over in a page, from its HTML alone: names, order, tables, voices.

Beside axe, which looks at a page as it is drawn: this reads any page without a browser, so that it can read
every page there is. Source: WCAG 2.2 (1.3.1, 1.3.6, 2.4.6, 3.3.2, 4.1.2, 4.1.3), WAI-ARIA 1.2, accname 1.2.
"""

from collections import Counter
from collections.abc import Iterator

from lxml import html as reader
from lxml.html import HtmlElement

POINTING = (
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "aria-details",
    "aria-errormessage",
)
SILENT_KINDS = ("hidden", "submit", "button", "reset", "image")
LOUD = ("alert", "status", "log")
UNSEEN = "self::template or self::script or self::style or @hidden"
MOST_TOLD = 12  # links and controls in one live region; more is a page that is read out again


def faults(page: str) -> list[str]:
    """Every fault of a page, or of a piece that a script puts into one, in words, each once."""
    tree = reader.document_fromstring(page)
    looks = PARTS if "<html" not in page.lower() else (*PARTS, _landmarks, _heads)
    found = [fault for look in looks for fault in look(tree)]
    return list(dict.fromkeys(found))


def name_of(node: HtmlElement) -> str:
    """The accessible name, as far as HTML gives it."""
    if ids := (node.get("aria-labelledby") or "").split():
        pointed = [one for part in ids for one in node.getroottree().xpath("//*[@id=$part]", part=part)]
        return _plain(" ".join(_text(one) for one in pointed))
    return _plain(node.get("aria-label") or "") or _native(node)


def _native(node: HtmlElement) -> str:
    """The name that the element itself has: of its label, its caption, its words."""
    if node.tag in ("input", "select", "textarea"):
        return _of_label(node)
    if own := NAMED_BY.get(str(node.tag)):
        return _plain(" ".join(_text(one) for one in node.xpath(f"./*[local-name()='{own}']")))
    if node.tag in ("img", "area"):
        return _plain(node.get("alt") or "")
    if node.tag in CONTAINERS or node.get("role") in REGIONS:
        return ""  # what is in it is no name
    return _text(node) or _plain(node.get("title") or "")


NAMED_BY = {"fieldset": "legend", "table": "caption", "svg": "title", "figure": "figcaption"}
CONTAINERS = ("nav", "section", "form", "dialog", "aside", "ul", "ol")
REGIONS = (
    "region",
    "group",
    "radiogroup",
    "dialog",
    "alertdialog",
    "search",
    "navigation",
    "toolbar",
    "tablist",
)


def _of_label(node: HtmlElement) -> str:
    if node.tag == "input" and node.get("type") in ("submit", "button", "reset"):
        return _plain(node.get("value") or "")
    own = node.get("id")
    labels = node.getroottree().xpath("//label[@for=$own]", own=own) if own else []
    labels += node.xpath("ancestor::label[1]")
    return _plain(" ".join(_text(one) for one in labels)) or _plain(node.get("title") or "")


def _text(node: HtmlElement) -> str:
    """What is heard of what is inside; pictures by their names, what is hidden not at all."""
    if (
        node.get("aria-hidden") == "true"
        or not isinstance(node.tag, str)
        or node.tag in ("script", "style", "template")
    ):
        return ""
    if node.tag in ("img", "svg"):
        return name_of(node)
    if told := _plain(node.get("aria-label") or ""):
        return told
    parts = [node.text or ""]
    for child in node:
        parts += [_text(child), child.tail or ""]
    return _plain(" ".join(parts))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_unseen(node: HtmlElement) -> bool:
    return bool(node.xpath(f"boolean(ancestor-or-self::*[{UNSEEN}])"))


def _shown(node: HtmlElement) -> str:
    return _plain(reader.tostring(node, encoding="unicode", with_tail=False))[:90]


def _ids(tree: HtmlElement) -> Iterator[str]:
    counted = Counter(tree.xpath("//@id"))
    yield from (f"two elements have the id {one!r}" for one, count in counted.items() if count > 1)
    for name in (*POINTING, "for", "list", "form"):
        for node in tree.xpath(f"//*[@{name}]"):
            for one in node.get(name).split():
                if one not in counted:
                    yield f"{name} leads nowhere: {one}"


def _heads(tree: HtmlElement) -> Iterator[str]:
    every = tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")
    heads = [head for head in every if not _is_unseen(head) and not head.xpath("ancestor::dialog")]
    count = sum(head.tag == "h1" for head in heads)
    if count > 1 or not (count or tree.xpath("//template//h1")):  # a script puts it in place
        yield f"{count} main headings"
    last = 0
    for head in heads:
        level, words = int(head.tag[1]), _text(head)
        if not words:
            yield f"a heading that says nothing: {_shown(head)}"
        if level > last + 1:
            yield f"h{last} is followed by h{level}: {words}"
        last = level


def _tables(tree: HtmlElement) -> Iterator[str]:
    for table in tree.xpath("//table[not(@role='presentation')]"):
        if not name_of(table):
            yield f"a table without a caption: {_text(table)[:60]}"
        if not table.xpath(".//th"):
            yield f"a table without heads: {_text(table)[:60]}"
        yield from (
            f"a head without a scope: {_text(head)[:60]}" for head in table.xpath(".//th[not(@scope)]")
        )


def _controls(tree: HtmlElement) -> Iterator[str]:
    for node in tree.xpath(
        "//a[@href]|//button|//summary|//input|//select|//textarea|//*[@role='button' or @role='switch']"
    ):
        if node.get("type") == "hidden" or _is_unseen(node):
            continue
        if not name_of(node):
            yield f"a control without a name: {_shown(node)}"
    for node in tree.xpath(
        "//img[not(@alt)]|//svg[not(@aria-hidden='true') and not(ancestor::*[@aria-hidden='true'])]"
    ):
        if node.tag == "img" or not name_of(node):
            yield f"a picture without words: {_shown(node)}"
    for node in tree.xpath("//*[@tabindex]"):
        if node.get("tabindex") not in ("0", "-1"):
            yield f"tab order forced: {_shown(node)}"


def _groups(tree: HtmlElement) -> Iterator[str]:
    for node in tree.xpath("//fieldset|//*[@role='group' or @role='radiogroup']"):
        if not name_of(node):
            yield f"a group without a name: {_shown(node)}"
    radios = Counter((node.get("name"), node.get("form")) for node in tree.xpath("//input[@type='radio']"))
    for (name, _form), count in radios.items():
        inside = "ancestor::fieldset or ancestor::*[@role='radiogroup' or @role='group']"
        if count > 1 and not tree.xpath(f"boolean(//input[@type='radio'][@name=$name][{inside}])", name=name):
            yield f"choices that no group holds together: {name}"


def _landmarks(tree: HtmlElement) -> Iterator[str]:
    if len(tree.xpath("//main")) != 1:
        yield f"{len(tree.xpath('//main'))} main parts"
    if not tree.get("lang"):
        yield "no language"
    navs = [name_of(node) for node in tree.xpath("//nav") if not _is_unseen(node)]
    for one, count in Counter(navs).items():
        if count > 1 or (not one and len(navs) > 1):
            yield f"{count} ways about are called {one!r}"
    for node in tree.xpath("//dialog|//*[@role='dialog' or @role='region' or @role='search']|//iframe"):
        if not (name_of(node) or node.get("title")):
            yield f"a part without a name: {_shown(node)}"


def _voices(tree: HtmlElement) -> Iterator[str]:
    """A live region says what changed in a sentence; one that holds the page reads the page out again."""
    loud = " or ".join(f"@role='{role}'" for role in LOUD)
    for node in tree.xpath(f"//*[(@aria-live and @aria-live!='off') or ({loud})]"):
        if node.xpath(".//table") or len(node.xpath(".//a|.//button|.//input")) > MOST_TOLD:
            yield f"a voice that reads out too much: {_shown(node)}"
        if node.xpath(f".//*[(@aria-live and @aria-live!='off') or ({loud})]"):
            yield f"a voice within a voice: {_shown(node)}"
    for node in tree.xpath("//*[@aria-live='assertive' and not(@role='alert')]"):
        yield f"a voice that interrupts: {_shown(node)}"


PARTS = (_ids, _tables, _controls, _groups, _voices)  # what a piece of a page is looked at for
