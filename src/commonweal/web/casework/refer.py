"""Send a referral from a case: services for what stands worst, those that fit best first, each with why."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.cases import queries as cases
from commonweal.sharing.actions import Permit
from commonweal.web import finding, offers
from commonweal.web.casework.file import permit_of
from commonweal.web.casework.index import PURPOSE
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

# What directories call a domain of the needs matrix, where they call it otherwise
NEED_OF = {"shelter": "housing"}
TONIGHT = 1  # a level that cannot wait: nowhere to sleep tonight


@desk("work_cases")
def choose(request: Request, case_id: UUID) -> HttpResponse:
    """Services that fit what stands worst, or what is looked for; send to one (POST without `look`)."""
    by = request.actor
    permit = permit_of(by, case_id)
    outline = cases.outline(case_id)
    if request.method == "POST" and not finding.is_look(request):
        return _send(request, outline)
    wish = offers.wished(offers.looked(request), noted=wanted(case_id, permit))
    is_asked = bool(wish.needs or wish.text)
    found = offers.offers(wish, offers.facts_of(by, outline.person, PURPOSE)) if is_asked else []
    context = {"case": outline, "found": found, "asked": is_asked, **offers.form_of(wish)}
    return page(request, "casework/refer.html", context)


def wanted(case: UUID, permit: Permit) -> list[str]:
    """What the last assessment found to be the greatest needs, as directories call them, greatest first."""
    rows = cases.ratings(case, permit=permit)
    if not rows:
        return []
    last = rows[-1]
    greatest, levels = last["greatest"], last["ratings"]
    if not isinstance(greatest, list) or not isinstance(levels, dict):
        return []
    return [
        str(domain) if levels.get(domain) == TONIGHT else NEED_OF.get(str(domain), str(domain))
        for domain in greatest
    ]


def _send(request: Request, outline: cases.Outline) -> HttpResponse:
    by, posted = request.actor, request.POST
    wish = offers.wished(posted)
    facts = offers.facts_of(by, outline.person, PURPOSE)
    code = offers.send(by, posted, wish, facts, person=outline.person)
    flash.success(request, _("Sent. The person can also give the code %(code)s.") % {"code": code})
    return redirect("casework:case", case_id=outline.id)
