"""Several referrals of the inbox at once: acknowledged as read, each by itself."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.kernel.errors import Conflict, NotFound
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.web.pages import desk, page
from commonweal.web.provider import words
from commonweal.web.session import Request
from commonweal.web.several import chosen, each


@desk("answer_referrals")
@require_POST
def act(request: Request) -> HttpResponse:
    """Acknowledge the ticked ones: their senders see that they were read. What became of each is said."""
    by, ids = request.actor, chosen(request.POST, "referral")
    if request.POST.get("act") != "seen":
        raise NotFound("act")
    became = each(ids, lambda one: _see(request, one))
    rows = {one.id: referrals.row(by, one.id) for one in became if one.is_done}
    context = {
        "rows": [
            (one, rows[one.id].code, words.STATES[rows[one.id].state]) if one.id in rows else (one, "", "")
            for one in became
        ],
        "done": len(rows),
        "refused": len(became) - len(rows),
    }
    return page(request, "provider/several.html", context)


def _see(request: Request, referral: UUID) -> None:
    found = referrals.row(request.actor, referral)
    if not found.is_unread:
        raise Conflict(_("It was read before: nothing was changed."))
    actions.view(by=request.actor, referral=referral)
