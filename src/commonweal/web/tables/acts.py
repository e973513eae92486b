"""What someone in the room does: weigh, pass on, stay, leave, plan, conclude."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from commonweal.cases import actions as cases
from commonweal.cases import queries
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.web.pages import desk
from commonweal.web.session import Request

Act = Callable[[Actor, UUID, QueryDict], object]


def _weigh(by: Actor, found: UUID, posted: QueryDict) -> object:
    return cases.note_situation(
        by=by,
        discussion=found,
        protective=[str(v) for v in posted.getlist("protective")],
        aer_reasons=[str(v) for v in posted.getlist("aer")],
    )


def _on(by: Actor, found: UUID, posted: QueryDict) -> object:
    return cases.move_on(by=by, discussion=found)


def _stay(by: Actor, found: UUID, posted: QueryDict) -> object:
    return cases.stay_as(by=by, discussion=found, part=posted.get("part", ""))


def _leave(by: Actor, found: UUID, posted: QueryDict) -> object:
    return cases.leave_room(by=by, discussion=found)


def _plan(by: Actor, found: UUID, posted: QueryDict) -> object:
    return cases.plan_together(by=by, discussion=found, plan=posted.get("plan", "").strip())


def _conclude(by: Actor, found: UUID, posted: QueryDict) -> object:
    return cases.conclude(by=by, discussion=found, conclusion=posted.get("conclusion", ""))


ACTS: dict[str, tuple[Act, Promise]] = {
    "weigh": (_weigh, _("The test is noted.")),
    "on": (_on, _("The next filter begins.")),
    "stay": (_stay, _("You stay in the room.")),
    "leave": (_leave, _("You have left; what you could see a moment ago is closed to you.")),
    "plan": (_plan, _("The plan is saved.")),
    "conclude": (_conclude, _("Concluded. Everyone's access has ended.")),
}
ENDS = ("leave", "conclude")


@desk("sit_at_tables")
@require_POST
def act(request: Request, discussion_id: UUID, verb: str) -> HttpResponse:
    """One act; whoever is not in the room finds no such discussion."""
    queries.room(request.actor, discussion_id)
    if verb not in ACTS:
        raise NotFound("act")
    do, said = ACTS[verb]
    do(request.actor, discussion_id, request.POST)
    flash.success(request, str(said))
    if verb in ENDS:
        return redirect("tables:index")
    return redirect("tables:discussion", discussion_id=discussion_id)
