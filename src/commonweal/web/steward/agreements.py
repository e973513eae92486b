"""Agreements as they are in force: clauses in plain words, parties, signatures, term."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.sharing import actions, queries
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("keep_trust", "sign_agreements")
def every(request: Request) -> HttpResponse:
    """All agreements, newest term first."""
    return page(request, "steward/agreements.html", {"agreements": queries.agreements()})


@desk("keep_trust", "sign_agreements")
def one(request: Request, agreement_id: UUID) -> HttpResponse:
    """Read it; sign for the own agency; end it."""
    found = queries.agreement(agreement_id)
    if request.method == "POST":
        if request.POST.get("act") == "end":
            actions.end_agreement(by=request.actor, agreement=agreement_id)
            flash.success(request, _("The agreement has ended."))
        elif request.actor.agency:
            actions.sign_agreement(by=request.actor, agreement=agreement_id, agency=request.actor.agency)
            flash.success(request, _("Signed."))
        return redirect("steward:agreement", agreement_id=agreement_id)
    own = next((p for p in found.parties.all() if p.agency_id == request.actor.agency), None)
    return page(request, "steward/agreement.html", {"agreement": found, "own": own})
