"""Protocols for those who answer for them: versions, signatures, adoption, drafts."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.calls import actions
from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.web.desk import protocol_words as words
from commonweal.web.pages import day_of, desk, page
from commonweal.web.session import Request


@desk("supervise")
def every(request: Request) -> HttpResponse:
    """Every protocol with its versions, which one the own centre works by, and what is in the making."""
    home = request.actor.agency
    adopted, drafts = (calls.adopted_by(home) if home else None), calls.drafts()
    names = agencies.names([one.changed_by for one in drafts])
    title = "title_es" if words.spoken() == "es" else "title"
    rows = [
        (one, getattr(one, title), one.approvals.count(), bool(adopted and adopted.id == one.id))
        for one in calls.protocols()
    ]
    context = {"rows": rows, "drafts": [(one, names[one.changed_by]) for one in drafts], "adopted": adopted}
    return page(request, "desk/protocols.html", context)


@desk("supervise")
def one(request: Request, version: UUID) -> HttpResponse:
    """One version in words: rules, the check, tests, what changed, who signed; sign, adopt, change."""
    found, value = calls.protocol(version), calls.protocol_value(version)
    earlier = [v for v in calls.protocols().filter(code=found.code) if v.created_at < found.created_at]
    before = earlier[0] if earlier else None
    signers = [str(approval.account) for approval in found.approvals.all()]
    context = {
        "version": found,
        "title": value.title.said_in(words.spoken()),
        "rules": words.rules(value),
        "faults": words.faults(value),
        "tests": calls.tried_under(found.code, value),
        "before": before,
        "changes": words.changes(calls.protocol_value(before.id), value) if before else [],
        "signers": [agencies.names(signers)[signer] for signer in signers],
        "is_signed": calls.is_approved(found),
        "has_signed": request.actor.id in signers,
        "others": [v for v in calls.protocols() if v.id != found.id],
        "today": clock.today(),
    }
    return page(request, "desk/protocol.html", context)


@desk("supervise")
@require_POST
def begin(request: Request, version: UUID) -> HttpResponse:
    """Begin the next version from this one."""
    return redirect("desk:draft", actions.begin_draft(by=request.actor, version=version).id)


@desk("supervise")
@require_POST
def sign(request: Request, version: UUID) -> HttpResponse:
    """One of the two signatures."""
    actions.approve_protocol(by=request.actor, version=version)
    flash.success(request, _("Signed."))
    return redirect("desk:protocol", version)


@desk("supervise")
@require_POST
def adopt(request: Request, version: UUID) -> HttpResponse:
    """The own centre works by this protocol from a day on."""
    found = calls.protocol(version)
    since = day_of("since", request.POST.get("since", ""))
    home = request.actor.agency
    if home is not None:
        actions.adopt_protocol(by=request.actor, agency=home, code=found.code, since=since)
        flash.success(request, _("Adopted."))
    return redirect("desk:protocol", version)
