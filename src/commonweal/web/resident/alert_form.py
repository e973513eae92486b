"""The form of a public alert: what it begins with, what was typed, and what is made of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from commonweal.community import actions, queries
from commonweal.kernel.errors import Invalid
from commonweal.places import queries as places
from commonweal.web.pages import page
from commonweal.web.resident.alert_words import CODES, FIELDS, PARTS
from commonweal.web.session import Request

WRITTEN = ("text", "area")


def form(request: Request, row: queries.Alert | None, how: str) -> HttpResponse:
    """Show the form, or take it: a draft, other words for one, or what will replace an alert."""
    if request.method != "POST":
        return _asked(request, _values(row), how, row, None)
    try:
        said_now = _wording(request.POST)
        if how == "change" and row is not None:
            made = actions.change_alert(by=request.actor, alert=row.id, said=said_now)
        else:
            made = actions.draft_alert(by=request.actor, said=said_now, follows=row.id if row else None)
    except Invalid as fault:
        return _asked(request, request.POST, how, row, fault)
    flash.success(request, _("The draft is kept. Another person reads and approves it."))
    return redirect("resident:alert", made.id)


def _asked(
    request: Request, values: Mapping[str, str], how: str, row: queries.Alert | None, fault: Invalid | None
) -> HttpResponse:
    areas = [("", _("none"))] + [(str(area.id), area.name) for area in places.areas()]
    parts = [(title, [_row(name, values, fault, areas) for name in names.split()]) for title, names in PARTS]
    context = {"parts": parts, "how": how, "row": row, "error": fault}
    return page(request, "resident/alert_form.html", context, status=400 if fault else 200)


def _row(
    name: str, values: Mapping[str, str], fault: Invalid | None, areas: list[tuple[str, str]]
) -> dict[str, object]:
    label, kind = FIELDS[name]
    options = areas if name == "known" else list(CODES.get(name, {}).items())
    is_at_fault = fault is not None and fault.field in (name, {"km": "area", "area_en": "area"}.get(name))
    return {
        "name": name, "label": label, "kind": kind, "value": values.get(name, ""), "options": options,
        "fault": fault.remedy if fault and is_at_fault else "",
        "needed": name in ("event_en", "headline_en", "expires"),
    }  # fmt: skip


def _values(row: queries.Alert | None) -> dict[str, str]:
    """What a form begins with: an alert's own words, or nothing."""
    if row is None:
        return {}
    found = {name: str(getattr(row, name, "") or "") for name in FIELDS if name not in ("known", "outline")}
    found["outline"] = " ".join(f"{lat},{lon}" for lat, lon in row.outline)
    local = {name: getattr(row, name) for name in ("onset", "expires")}
    return {**found, **{name: _local(at) for name, at in local.items()}}


def _local(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" if at else ""


def _wording(posted: Mapping[str, str]) -> actions.Wording:
    facts: dict[str, Any] = {n: posted.get(n, "") for n, (_label, kind) in FIELDS.items() if kind in WRITTEN}
    facts |= {name: posted.get(name) or queries.ALERT_CODES[name][0] for name in CODES}
    facts |= {name: _number(name, posted.get(name, "")) for name in ("lat", "lon", "km")}
    facts |= {name: _moment(name, posted.get(name, "")) for name in ("onset", "expires")}
    facts["outline"] = _outline(facts["outline"], posted.get("known", ""))
    if facts["expires"] is None:
        raise Invalid("expires", "", _("Give the day and the time."))
    return actions.Wording(**facts)


def _outline(text: str, known: str) -> tuple[tuple[float, float], ...]:
    """The corners that were typed, or those of an area of ours; a ring is closed for whoever typed it."""
    if not text.strip():
        return _known(known) if known else ()
    points = []
    for pair in text.split():
        lat, _comma, lon = pair.partition(",")
        found = _number("outline", lat), _number("outline", lon)
        if found[0] is None or found[1] is None:
            raise Invalid("outline", pair, _("Write latitude,longitude of each corner, a space between."))
        points.append((found[0], found[1]))
    return tuple(points if points[0] == points[-1] else [*points, points[0]])


def _known(text: str) -> tuple[tuple[float, float], ...]:
    found = next((area for area in places.areas() if str(area.id) == text), None)
    if found is None:
        raise Invalid("known", text, _("Choose from the list."))
    rings = found.geometry["coordinates"]
    outer = rings[0] if found.geometry["type"] == "Polygon" else max((part[0] for part in rings), key=len)
    return tuple((lat, lon) for lon, lat, *_height in outer)


def _number(name: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        found = float(text)
    except ValueError as wrong:
        raise Invalid(name, text, _("Write a number, with a point.")) from wrong
    if found != found or abs(found) > 20_000:
        raise Invalid(name, text, _("Write a number, with a point."))
    return found


def _moment(name: str, text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid(name, text, _("Give the day and the time.")) from wrong
    return found if found.tzinfo else timezone.make_aware(found)
