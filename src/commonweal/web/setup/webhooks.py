"""Endpoints for webhooks: registered with events, the secret shown once, dead deliveries sent again."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import Invalid
from commonweal.messages import actions, queries
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request

EVENTS: Mapping[str, Promise] = {
    "call.handed_over": gettext_lazy("A call was read by another centre"),
    "call.transfer_offered": gettext_lazy("A caller is handed over"),
    "call.transfer_answered": gettext_lazy("The other centre answered"),
    "call.unit_assigned": gettext_lazy("Units were sent"),
    "call.ended": gettext_lazy("A call ended"),
    "referral.changed": gettext_lazy("A referral moved on"),
    "capacity.posted": gettext_lazy("Room was posted"),
}


@desk("administer")
def every(request: Request) -> HttpResponse:
    """Every endpoint with how it fares, the dead deliveries, and a form for one more."""
    return _listed(request, {}, {})


def _listed(request: Request, typed: Mapping[str, object], faults: Mapping[str, str]) -> HttpResponse:
    rows, dead = list(queries.endpoints()), paged(request, queries.dead_webhooks(), 50)
    called = {one.id: one.name for one in agencies.agencies()}
    said = {
        "rows": [(row, called.get(row.agency, ""), [EVENTS[n] for n in row.events]) for row in rows],
        "dead": dead,
        "dead_rows": [(d, EVENTS[d.name], called.get(d.endpoint.agency, "")) for d in dead],
        "agencies": agencies.agencies(), "events": EVENTS, "typed": typed, "faults": faults,
    }  # fmt: skip
    return page(request, "setup/webhooks.html", said, status=400 if faults else 200)


@desk("administer")
@require_POST
def register(request: Request) -> HttpResponse:
    """One more endpoint; the page shows its secret this once. What was typed stays where it is refused."""
    posted = request.POST
    names, agency = posted.getlist("event"), posted.get("agency", "")
    typed = {"url": posted.get("url", ""), "agency": agency, "events": names,
             "with_facts": posted.get("with_facts") == "yes"}  # fmt: skip
    try:
        row, secret = actions.register_endpoint(
            by=request.actor, agency=_agency(agency), url=posted.get("url", ""), names=names,
            with_facts=bool(typed["with_facts"]),
        )  # fmt: skip
    except Invalid as fault:
        return _listed(request, typed, {fault.field: fault.remedy})
    return page(request, "setup/webhook.html", {"row": row, "secret": secret})


def _agency(text: str) -> UUID:
    try:
        return agencies.agency(UUID(text)).id
    except ValueError as fault:
        raise Invalid("agency", text, _("Choose from the list.")) from fault


@desk("administer")
@require_POST
def rotate(request: Request, endpoint: UUID) -> HttpResponse:
    """A new secret, shown this once; the old one signs beside it for a day."""
    row, secret = actions.rotate_secret(by=request.actor, endpoint=endpoint)
    return page(request, "setup/webhook.html", {"row": row, "secret": secret})


@desk("administer")
@require_POST
def switch(request: Request, endpoint: UUID) -> HttpResponse:
    """Off, on again, or away for good."""
    act = request.POST.get("act", "")
    if act == "remove":
        actions.remove_endpoint(by=request.actor, endpoint=endpoint)
        flash.success(request, _("The endpoint is removed."))
        return redirect("setup:webhooks")
    if act not in ("on", "off"):
        raise Invalid("act", act, _("Choose from the list."))
    actions.switch_endpoint(by=request.actor, endpoint=endpoint, is_on=act == "on")
    flash.success(request, _("The endpoint is on.") if act == "on" else _("The endpoint is off."))
    return redirect("setup:webhooks")


@desk("administer")
@require_POST
def again(request: Request, delivery: UUID) -> HttpResponse:
    """A dead delivery in line once more."""
    actions.send_again(by=request.actor, delivery=delivery)
    flash.success(request, _("It is sent again."))
    return redirect("setup:webhooks")
