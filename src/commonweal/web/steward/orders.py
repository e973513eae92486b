"""Sealing orders: what a court ordered closed, carried out by number; listed by the order, not the record."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions, queries
from commonweal.web.pages import day_of, desk, page
from commonweal.web.session import Request
from commonweal.web.steward import naming


@desk("keep_trust")
def orders(request: Request) -> HttpResponse:
    """Orders that were carried out, newest first; carry one out."""
    sent = request.POST
    if request.method == "POST":
        scope = sent.get("scope", "")
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
        flash.success(
            request, _("It is closed: for everybody, on every page, in search and in what is exported.")
        )
        return redirect("steward:orders")
    rows = list(queries.sealing_orders()[:200])
    names = agencies.names([r.set_by for r in rows])
    context = {
        "rows": [(r, names.get(r.set_by, "")) for r in rows],
        "scopes": queries.SealingOrder.SCOPES,
        "ways": [
            ("sealed", _("Seal it: kept, shown to nobody")),
            ("expunged", _("Expunge it: as if it had never been")),
        ],
    }
    return page(request, "steward/orders.html", context)
