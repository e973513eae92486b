"""Open a case: look for the person first, through the gate; add a record of the own agency otherwise."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.cases import actions as cases
from commonweal.kernel.errors import NotFound
from commonweal.web import finding
from commonweal.web.casework.words import KINDS
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("work_cases")
def find(request: Request) -> HttpResponse:
    """Search by what the person says (`look` posted); open a case for a candidate or for somebody new."""
    if request.method == "POST" and not finding.is_look(request):
        return _open(request)
    given = finding.asked_for(request.POST.dict())
    context = {
        "given": given,
        "shown": finding.candidates(request.actor, given),
        "asked": any(given.values()),
        "kinds": KINDS.items(),
    }
    return page(request, "casework/open.html", context)


def _open(request: Request) -> HttpResponse:
    by = request.actor
    if by.agency is None:
        raise NotFound("agency")
    posted = request.POST.dict()
    case = cases.open_case(
        by=by,
        person=finding.chosen(by, posted),
        agency=by.agency,
        kind=posted.get("kind", "support"),
        manager=UUID(by.id),
    )
    cases.join_team(by=by, case=case.id, account=UUID(by.id), part="case manager")
    flash.success(request, _("The case is open. Write first what the person wants, in their own words."))
    return redirect("casework:case", case_id=case.id)
