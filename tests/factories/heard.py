"""What a screen reader reads out of a page: links, buttons and summaries by name, with what each leads to."""

from collections import defaultdict

from lxml import html
from lxml.html import HtmlElement

UNSEEN = "csrfmiddlewaretoken"  # another in every form, and nothing that tells two acts apart


def alike(page: str) -> set[str]:
    """Names within the page's own part that are heard for two things (WCAG 2.2, 2.4.4 and 2.4.9)."""
    leads: defaultdict[tuple[bool, str], set[object]] = defaultdict(set)
    for control in html.document_fromstring(page).xpath("//main//a | //main//button | //main//summary"):
        name = control.get("aria-label") or control.text_content()
        unfolds = control.tag == "summary"  # may bear the name of the act that it unfolds
        leads[unfolds, " ".join(name.split())].add(_where(control))
    return {name for (_, name), places in leads.items() if len(places) > 1}


def _where(control: HtmlElement) -> object:
    """Where it leads: a link's address, what a button's form sends and to where, else the control itself."""
    if control.tag == "a":
        return control.get("href")
    form = next(control.iterancestors("form"), None) if control.tag == "button" else None
    if form is None:
        return control.getroottree().getpath(control)
    hidden = [(one.get("name"), one.get("value")) for one in form.xpath(".//input[@type='hidden']")]
    sent = [(name, value) for name, value in hidden if name != UNSEEN]
    return (form.get("action"), *sent, (control.get("name"), control.get("value")))
