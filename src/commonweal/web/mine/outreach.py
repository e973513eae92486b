"""Being on an outreach list: see it and why, leave it, contest it."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.foresight import actions, queries
from commonweal.kernel.errors import Invalid
from commonweal.web.mine.views import self_of
from commonweal.web.own_record import opened
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("see_mine")
def outreach(request: Request) -> HttpResponse:
    """Where one stands and why; opting out, coming back, objecting."""
    by = request.actor
    person = self_of(by)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "out":
            actions.opt_out(by=by, person=person)
        elif act == "in":
            actions.opt_in(by=by, person=person)
        elif act == "contest":
            actions.contest(by=by, person=person, text=request.POST.get("text", ""))
        else:
            raise Invalid("act", act, _("Choose from the list."))
        flash.success(request, _("Done, at once."))
        return redirect("mine:outreach")
    context = {
        "rows": queries.bands(opened(by, "mh_assessment", queries.standings_of(person))),
        "is_out": queries.has_opted_out(person),
        "objections": queries.own_objections(by),
    }
    return page(request, "mine/outreach.html", context)
