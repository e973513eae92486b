"""Check-ins after support, as the person sees them: who asks, when next, and one tap that ends them."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import actions, queries
from commonweal.kernel.actors import Subject
from commonweal.sharing.actions import Permit
from commonweal.web.pages import desk
from commonweal.web.session import Request


def shown(permits: Mapping[Subject, Permit]) -> list[dict[str, object]]:
    """What one agreed to and has not ended, of the cases that open: who asks, and the next day."""
    found = []
    for case in queries.outlines(about.id for about in permits):
        said = queries.aftercare(case.id, permit=None)
        if said and not said.ended_at:
            ahead = min((one.due for one in said.asked if not one.outcome), default=None)
            who = said.who or agencies.agency(case.agency).name
            found.append({"case": case.id, "who": who, "agreed": said.agreed_at, "next": ahead})
    return found


@desk("see_mine")
@require_POST
def stop(request: Request, case_id: UUID) -> HttpResponse:
    """Nobody asks any more, at once; anybody else's does not exist here."""
    actions.end_aftercare(by=request.actor, case=case_id)
    flash.success(request, _("Done: nobody asks any more. You can ask for help at any time."))
    return redirect("mine:index")
