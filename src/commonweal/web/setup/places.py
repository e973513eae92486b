"""Agencies with their own data and the protocol each centre works by; units, and who is on duty."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.agencies import actions, queries
from commonweal.calls import queries as calls
from commonweal.kernel.errors import Invalid
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request

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
        "agencies": queries.agencies(), "kinds": queries.UNIT_KINDS,
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
        kind=posted.get("kind", ""), hourly_cost=cost,
    )  # fmt: skip
