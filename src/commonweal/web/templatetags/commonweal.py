"""Tags and filters of every page. Loaded by default (settings.TEMPLATES builtins)."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from commonweal.kernel import clock, codes, days
from commonweal.kernel.actors import STRANGER
from commonweal.kernel.shown import Shown
from commonweal.sharing import actions as sharing_acts
from commonweal.sharing import queries as sharing
from commonweal.web import charts, glossary, numbers, stages
from commonweal.web.navigation import DESKS
from commonweal.web.pages import Page

register = template.Library()
Words = str | Promise
Context = dict[str, Any]

TIERS: dict[str, Words] = {
    "T0": _("Life threat now"),
    "T1": _("Police-led with a CIT officer"),
    "T2": _("Co-response"),
    "T3": _("Civilian crisis team"),
    "T4": _("Clinician by phone"),
    "T5": _("Referral or follow-up"),
}
KINDS: dict[str, Words] = {
    "patrol": _("Patrol"),
    "cit": _("CIT officer"),
    "co_response": _("Co-response team"),
    "crisis_team": _("Civilian crisis team"),
    "clinician": _("Clinician"),
    "ems": _("Ambulance"),
    "fire": _("Fire and rescue"),
    "outreach": _("Outreach team"),
    "tele": _("Clinician by video"),
}


def _tier_code(value: object) -> str:
    code = f"T{value}" if isinstance(value, int) else str(value or "").upper()
    return code if code in TIERS else ""


@register.filter
def of_desk(title: str, desk: Words) -> str:
    """A page's title with its desk's name before the product's: "Case · Caseload · Commonweal"."""
    parts = title.split(" · ")
    if not desk or len(parts) < 2 or any(str(desk) == part.strip() for part in parts):
        return title
    return mark_safe(" · ".join([*parts[:-1], conditional_escape(str(desk)), parts[-1]]))  # a block's output


@register.inclusion_tag("components/tier.html")
def tier(value: object, size: str = "", words: bool = False) -> Context:
    """A tier's badge: letter, shape and colour; `value` is "T2" or 2, anything else is "not yet triaged"."""
    code = _tier_code(value)
    return {"code": code, "name": TIERS.get(code, _("Not yet triaged")), "size": size, "words": words}


@register.filter
def tier_name(value: object) -> Words:
    """What a tier means, in words."""
    return TIERS.get(_tier_code(value), _("Not yet triaged"))


@register.inclusion_tag("components/glyph.html")
def glyph(kind: str, words: bool = False) -> Context:
    """The sign of a kind of responder; with `words` its name beside it."""
    return {"kind": kind, "name": KINDS.get(kind, kind), "words": words}


@register.filter
def kind_name(value: str) -> Words:
    """The name of a kind of responder."""
    return KINDS.get(value, value)


@register.inclusion_tag("components/term.html")
def term(word: str, shown: str = "") -> Context:
    """A word of the glossary, explained in place; plain text where the glossary lacks it."""
    entry = glossary.explain(word)
    mark = f"term-{secrets.token_hex(4)}"
    return {"word": shown or (entry.word if entry else word), "entry": entry, "id": mark}


@register.inclusion_tag("components/about.html")
def about(path: str) -> Context:
    """What the desk at this path is for, and its words, behind one button; nothing where there is no desk."""
    desk = next((desk for desk in DESKS.values() if desk.path == path), None)
    return {"desk": desk, "words": glossary.words_of(desk.code) if desk else []}


@register.inclusion_tag("components/redisclosure.html")
def redisclosure() -> Context:
    """The place of the notice of 42 CFR 2.32, filled where what this page shows owes one."""
    return {"notices": sharing_acts.here()}


@register.simple_tag
def most_hidden() -> int:
    """The largest count that the policy in force hides: one below the site's smallest count."""
    return sharing.floor() - 1


@register.inclusion_tag("components/interval.html")
def interval(
    low: float | None, high: float | None, estimate: float | None = None, unit: Words = ""
) -> Context:
    """An estimate with its interval, in words: "11 minutes (7 to 15)"."""
    return {"low": low, "high": high, "estimate": estimate, "unit": unit}


@register.filter
def told(moment: datetime | None) -> str:
    """A moment for the public, in the page's zone, with the month written out."""
    return days.at(moment, in_full=True)


@register.filter
def local(moment: datetime | None, form: str = "") -> str:
    """A moment in the page's zone with the zone's abbreviation; `form` "time" leaves the date out."""
    return days.hours(moment) if form == "time" else days.at(moment)


@register.filter
def day(moment: date | None) -> str:
    """A day as the reader's language writes it: "Nov 22, 2026", "22 nov 2026"."""
    return days.said(moment)


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, in one unit: "12 min", "3 h", "5 d"; "now" under a minute."""
    if moment is None:
        return ""
    minutes = int((clock.now() - moment).total_seconds() // 60)
    if minutes < 1:
        return str(_("now"))
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)d h", "%(n)d h", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d d", "%(n)d d", minutes // 1440) % {"n": minutes // 1440}


@register.inclusion_tag("components/timer.html")
def timer(since: datetime | None, target: float, label: Words = "") -> Context:
    """Minutes since a moment against a target in minutes; says "over" in words when it is past."""
    minutes = max(0.0, (clock.now() - since).total_seconds() / 60) if since else 0.0
    share = min(minutes / target, 1.0) if target else 0.0
    return {
        "minutes": int(minutes),
        "target": target,
        "share": round(share * 100),
        "is_over": bool(target) and minutes > target,
        "is_near": bool(target) and target >= minutes > 0.75 * target,
        "label": label,
        "since": since,
    }


@register.inclusion_tag("components/stat.html")
def stat(number: object, label: Words, definition: str = "", note: Words = "") -> Context:
    """One number with its label, linked to its definition."""
    return {"number": number, "label": label, "definition": definition, "note": note}


@register.inclusion_tag("components/withheld.html")
def withheld(shown: Shown | Collection[str], why: Words = "", own: bool = False) -> Context:
    """What a permit left out of a Shown, or field names themselves; `own` where the person reads it."""
    fields = shown.withheld if isinstance(shown, Shown) else shown
    names = [codes.in_sentence(str(name)) for name in sorted(fields)]
    return {"names": names, "why": why, "own": own}


@register.inclusion_tag("components/beside.html")
def beside(shown: object) -> Context:
    """Words beside a record that the reader may see: its amendments, the person's disagreement (164.526)."""
    if not isinstance(shown, Shown):
        return {"said": ()}
    return {"said": sharing.beside([shown.subject]).get(shown.subject.id, ())}


@register.inclusion_tag("components/empty.html")
def empty(title: Words, text: Words = "", href: str = "", action: Words = "") -> Context:
    """A designed empty state: what will appear here, and perhaps the first act."""
    return {"title": title, "text": text, "href": href, "action": action}


@register.inclusion_tag("components/denied.html", takes_context=True)
def denied(context: Context, refusal: object) -> Context:
    """The denied panel of a refusal: why, and what would unlock it; says nothing where it must not.

    Where `person` is set, an emergency would open it: the panel offers that.
    """
    offer = {name: context.get(name) for name in ("actor", "person", "call")}
    return {"refusal": refusal, **offer}


@register.inclusion_tag("emergency/offer.html", takes_context=True)
def emergency(context: Context, person: UUID | None, call: UUID | None = None) -> Context:
    """The door to break-glass for one person, for those whose role it may open anything to."""
    actor = context.get("actor", STRANGER)
    if person is None or not sharing.may_break_glass(actor):
        return {}
    path = reverse("emergency_plea", args=[person])
    return {"href": f"{path}?call={call}" if call else path}


@register.inclusion_tag("components/pager.html")
def pager(page: Page[Any], sent: Mapping[str, str] | None = None) -> Context:
    """Previous and next of a `Page`, keeping the rest of the query; by POST where `sent` holds it."""
    return {"page": page, "sent": sent, "previous": page.number - 1, "next": page.number + 1}


@register.inclusion_tag("components/key.html")
def key(name: str) -> dict[str, str]:
    """A keyboard hint."""
    return {"name": name}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Sequence[Mapping[str, Any]]) -> Context:
    """Events under each other: each with `at`, `title`, and perhaps `text`, `who`, `kind`, `href`."""
    return {"entries": entries}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Sequence[Words], now: int) -> Context:
    """Stages of a process; `now` counts from 1."""
    return {"steps": [(i, step, i < now, i == now) for i, step in enumerate(steps, 1)]}


@register.inclusion_tag("components/counter.html")
def counter(name: str, value: int, label: Words, low: int = 0, high: int = 999) -> Context:
    """A number with minus and plus, each one tap; works without script as a number field."""
    return {"name": name, "value": value, "label": label, "low": low, "high": high}


@register.inclusion_tag("components/chips.html")
def chips(
    name: str,
    choices: Iterable[tuple[str, Words]],
    chosen: str | Iterable[object] | None = (),
    many: bool = True,
) -> Context:
    """Choices as chips: checkboxes, or radio buttons where only one may be chosen."""
    picked = {chosen} if isinstance(chosen, str) else set(chosen or ())
    rows = [(value, label, value in picked) for value, label in choices]
    return {"name": name, "rows": rows, "type": "checkbox" if many else "radio"}


@register.inclusion_tag("components/chart.html")
def chart(
    rows: Iterable[object],
    title: Words,
    kind: str = "bar",
    unit: Words = "",
    heading: Words = "",
    definition: str = "",
) -> Context:
    """A bar or line chart with its intervals and its table; rows as charts.points_of takes them."""
    points = charts.points_of(rows)
    drawn = charts.draw(points, from_zero=kind == "bar")
    return {
        "chart": drawn, "points": points, "title": title, "kind": kind, "unit": unit,
        "heading": heading or _("Category"), "definition": definition, "ribbon": " ".join(drawn.ribbon),
    }  # fmt: skip


@register.inclusion_tag("components/map.html", name="map")
def map_of(name: str, layers: Sequence[Mapping[str, object]], title: Words, height: str = "") -> Context:
    """A map of layers; put its table after it.

    A layer: `name`, `kind` (area, line, point, cell), `data` (GeoJSON, see web.cells) or `url`, and for
    shades `property` with optional `stops` [[value, colour], ...]; `label` names a property to write.
    """
    rows = list(layers)
    return {"name": name, "layers": rows, "layers_id": f"{name}-layers", "title": title, "height": height}


@register.filter
def words(name: str) -> str:
    """A code in the reader's words: "call_facts" is "Call facts"; see the pack of codes."""
    return codes.said(str(name))


@register.filter
def in_sentence(name: str) -> str:
    """A code's words inside a sentence: small, unless they begin with an abbreviation."""
    return codes.in_sentence(str(name))


@register.filter
def word(value: object) -> str:
    """A posted value in words: a code of the pack, a day, a moment; else as it was written."""
    if isinstance(value, datetime):
        return days.at(value)
    if isinstance(value, date):
        return days.said(value)
    text = str(value)
    return codes.said(text) if text in codes.known() else days.typed(text)


@register.filter
def share(value: float | None, places: int = 3) -> str:
    """A probability or a share: "0.642", "over 0.999" for what is not quite certain; empty for none."""
    return numbers.share(value, places) if isinstance(value, int | float) else ""


@register.filter
def several(names: Iterable[str]) -> str:
    """Codes in the reader's words, with commas between; those of a set in the order of the codes."""
    return codes.several(str(n) for n in (sorted(names) if isinstance(names, set | frozenset) else names))


@register.filter
def stage(code: str) -> Words:
    """A state of a call or unit, or a moment of a call, in words: "on_scene" is "On scene"."""
    return stages.name(str(code))


@register.filter
def zone_name(name: str) -> str:
    """The abbreviation of the page's zone now, such as PST, with the zone's own name as fallback."""
    return timezone.localtime(clock.now()).tzname() or name


WIDGETS = {
    "select": "usa-select",
    "textarea": "usa-textarea",
    "checkbox": "usa-checkbox__input",
    "radio": "usa-radio__input",
}


@register.filter
def uswds(field: BoundField) -> SafeString:
    """A form field's widget with the design system's class, with its help and fault linked to it."""
    if field.field.widget.attrs.get("placeholder") == field.label:  # it would say its label twice
        del field.field.widget.attrs["placeholder"]
    kind = getattr(field.field.widget, "input_type", "") or type(field.field.widget).__name__.lower()
    facts: dict[str, str | bool] = {"class": WIDGETS.get(kind, "usa-input")}
    said = [f"{field.id_for_label}_help"] if field.help_text else []
    if field.errors:
        said.append(f"{field.id_for_label}_error")
        facts["aria-invalid"] = "true"
    if said:
        facts["aria-describedby"] = " ".join(said)
    return field.as_widget(attrs=facts)
