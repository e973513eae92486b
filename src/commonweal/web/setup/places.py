"""Agencies with their own data and the protocol each centre works by; units, and who is on duty."""

import re
from decimal import Decimal, InvalidOperation
from typing import TypedDict
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.agencies import actions, queries
from commonweal.calls import queries as calls
from commonweal.kernel.errors import Invalid
from commonweal.places import queries as places
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request

LONGEST_TEAM = 80
NAMES_SHOWN = (
    ("", gettext_lazy("As is usual for its kind")),
    ("partners", gettext_lazy("Every agency that an agreement binds to it")),
    ("care", gettext_lazy("The same, but no law enforcement")),
    ("own", gettext_lazy("Nobody outside")),
)


@desk("administer")
def agencies_page(request: Request) -> HttpResponse:
    """Agencies, and a form to open one."""
    if request.method == "POST":
        made = actions.open_agency(
            by=request.actor,
            name=request.POST.get("name", ""),
            kind=request.POST.get("kind", ""),
            short=request.POST.get("short", ""),
        )
        flash.success(request, _("%(name)s takes part.") % {"name": made.name})
        return redirect("setup:agencies")
    return page(request, "setup/agencies.html", {"rows": queries.agencies(), "kinds": queries.AGENCY_KINDS})


@desk("administer")
def agency(request: Request, agency_id: UUID) -> HttpResponse:
    """The agency's own data (POST changes them), its people, units, teams, and the protocol in force."""
    found = queries.agency(agency_id)
    if request.method == "POST" and "team" in request.POST:
        _team(request, agency_id)
        return redirect("setup:agency", agency_id=agency_id)
    if request.method == "POST":
        given = {
            name: request.POST.get(name, "") for name in ("name", "short", "time_zone", "ori", "address")
        }
        actions.change_agency(by=request.actor, agency=agency_id, **given)
        terms = {name: request.POST.get(f"duty_{name}", "") for name in ("names", "phone")}
        actions.set_duty_terms(by=request.actor, agency=agency_id, **terms)
        flash.success(request, _("Saved."))
        return redirect("setup:agency", agency_id=agency_id)
    context = {
        "agency": found, "teams": queries.teams(agency_id),
        "people": queries.accounts(agency_id).filter(is_active=True).count(),
        "units": queries.units().filter(agency=agency_id), "protocol": calls.adopted_by(agency_id),
        "names_shown": NAMES_SHOWN,
        "is_centre": found.kind in ("ecc", "lifeline_988"),
    }  # fmt: skip
    return page(request, "setup/agency.html", context)


def _team(request: Request, agency_id: UUID) -> None:
    name = request.POST["team"].strip()
    if not 1 <= len(name) <= LONGEST_TEAM:
        raise Invalid("team", name[:40], _("Give the team a name of 1 to 80 characters."))
    made = actions.open_team(by=request.actor, agency=agency_id, name=name)
    flash.success(request, _("%(name)s is one of its teams.") % {"name": made.name})


@desk("administer")
def units(request: Request) -> HttpResponse:
    """Units with those who are on duty now; POST opens one more."""
    if request.method == "POST":
        made = _opened(request)
        flash.success(request, _("%(name)s is on the roll.") % {"name": made.call_sign})
        return redirect("setup:units")
    crew = {shift.unit_id: shift for shift in queries.on_duty()}
    rows = paged(request, queries.units(), 50)
    context = {
        "rows": rows, "lines": [(unit, crew.get(unit.id)) for unit in rows],
        "agencies": queries.agencies(), "kinds": queries.UNIT_KINDS, "retired": queries.retired(),
        "roster": reverse("board:roster"),
    }  # fmt: skip
    return page(request, "setup/units.html", context)


def _opened(request: Request) -> queries.Unit:
    posted = request.POST
    if not posted.get("call_sign", "").strip():
        raise Invalid("call_sign", "", _("Give the unit a call sign."))
    try:
        agency_id = queries.agency(UUID(posted.get("agency", ""))).id
        cost = Decimal(posted.get("hourly_cost") or "0")
    except (ValueError, InvalidOperation) as wrong:
        raise Invalid("agency", "", _("Choose an agency, and write the cost as a number.")) from wrong
    return actions.open_unit(
        by=request.actor, agency=agency_id, call_sign=posted["call_sign"].strip()[:24],
        kind=posted.get("kind", ""), hourly_cost=cost, **_base(posted.get("base", "")),
    )  # fmt: skip


class Base(TypedDict):
    """Where a unit waits; None where nobody said."""

    base_lon: float | None
    base_lat: float | None


def _base(text: str) -> Base:
    """A base as typed: latitude and longitude, or a place that the desk's search knows; nothing is none."""
    text = text.strip()
    if not text:
        return {"base_lon": None, "base_lat": None}
    if point := re.fullmatch(r"(-?\d+(?:\.\d+)?)[,; ]+(-?\d+(?:\.\d+)?)", text):
        lon, lat = places.checked_point(float(point[2]), float(point[1]))
        return {"base_lon": lon, "base_lat": lat}
    known = places.find(text, 1)
    if not known:
        remedy = _("Write latitude and longitude as 38.5012, -121.6034, or an address that the desk finds.")
        raise Invalid("base", text[:80], remedy)
    return {"base_lon": known[0].lon, "base_lat": known[0].lat}


@desk("administer")
def unit(request: Request, unit_id: UUID) -> HttpResponse:
    """One unit: its call sign, base, cost, and whether it is on the roll (POST changes them)."""
    found = queries.unit(unit_id)
    known = found.base_lon is not None and found.base_lat is not None
    given = {
        "call_sign": found.call_sign, "hourly_cost": str(found.hourly_cost),
        "base": f"{found.base_lat:.5f}, {found.base_lon:.5f}" if known else "",
    }  # fmt: skip
    refused = None
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        try:
            _change(request, unit_id, given)
        except Invalid as wrong:
            refused = wrong
        else:
            flash.success(request, _("Saved."))
            return redirect("setup:units")
    context = {"unit": found, "given": given, "refused": refused}
    return page(request, "setup/unit.html", context, status=400 if refused else 200)


def _change(request: Request, unit_id: UUID, given: dict[str, str]) -> None:
    try:
        cost = Decimal(given["hourly_cost"] or "0")
    except InvalidOperation as wrong:
        raise Invalid("hourly_cost", given["hourly_cost"][:20], _("Write the cost as a number.")) from wrong
    actions.change_unit(
        by=request.actor, unit=unit_id, call_sign=given["call_sign"][:24], hourly_cost=cost,
        is_active="is_active" in request.POST, **_base(given["base"]),
    )  # fmt: skip
