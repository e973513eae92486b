"""Sealing orders: what a court ordered closed, carried out by number; listed by the order, not the record."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.sharing import actions, queries
from commonweal.web.pages import day_of, desk, page
from commonweal.web.session import Request
from commonweal.web.steward import naming


@desk("keep_trust")
def orders(request: Request) -> HttpResponse:
    """Orders that were carried out, newest first; carry one out. Back as it was typed where it is refused."""
    if request.method != "POST":
        return _shown(request)
    try:
        return _carry_out(request)
    except Invalid as wrong:
        return _shown(request, wrong)
    except Conflict as held:  # a litigation hold keeps the record, or the order was carried out before
        return _shown(request, Invalid("subject", request.POST.get("subject", ""), str(held)), status=409)


def _carry_out(request: Request) -> HttpResponse:
    sent, scope = request.POST, request.POST.get("scope", "")
    if "sure" not in sent:
        raise Invalid("sure", "", _("Say that you read the order: sealing is not taken back."))
    order = actions.CourtOrder(
        court=sent.get("court", ""),
        number=sent.get("number", ""),
        ordered_on=day_of("ordered_on", sent.get("ordered_on", "")),
        is_expunged=sent.get("how") == "expunged",
    )
    subject = naming.found_by("subject", scope, sent.get("subject", ""))
    actions.carry_out_order(by=request.actor, scope=scope, subject=subject, order=order)
    done = _("It is closed: for everybody, on every page, in search and in what is exported.")
    flash.success(request, done)
    return redirect("steward:orders")


def _shown(request: Request, error: Invalid | None = None, status: int = 400) -> HttpResponse:
    rows = list(queries.sealing_orders()[:200])
    names = agencies.names([r.set_by for r in rows])
    context = {
        "rows": [(r, names.get(r.set_by, "")) for r in rows],
        "scopes": queries.SealingOrder.SCOPES,
        "ways": [
            ("sealed", _("Seal it: kept, shown to nobody")),
            ("expunged", _("Expunge it: as if it had never been")),
        ],
        "error": error,
        "typed": request.POST if error else {},
        "how": request.POST.get("how", "sealed"),
    }
    return page(request, "steward/orders.html", context, status=status if error else 200)
