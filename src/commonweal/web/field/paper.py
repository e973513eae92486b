"""An encounter sheet, begun in the system when it is back; its cards are then filled in as ever."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from commonweal.calls import queries as calls
from commonweal.encounters import actions
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

KEPT = ("paper", "call", "started", "ended", "description")


@desk("work_field")
def enter(request: Request) -> HttpResponse:
    """Number, times, the call's sheet and whom it is about; a refusal keeps what was typed."""
    said = {name: request.POST.get(name, "")[:200] for name in KEPT}
    wrong: tuple[str, str] = ("", "")
    if request.method == "POST":
        try:
            made = _entered(request, said)
        except Invalid as fault:
            wrong = (fault.field, fault.remedy)
        except (Conflict, NotFound) as fault:
            wrong = ("paper", str(fault)) if isinstance(fault, Conflict) else ("call", _not_there())
        else:
            return redirect("field:encounter", encounter_id=made)
    return page(request, "field/paper.html", {"said": said, "wrong": wrong}, status=400 if wrong[0] else 200)


def _not_there() -> str:
    return _("You were not sent to the call of this sheet, or it is not entered yet. Leave the box empty.")


def _entered(request: Request, said: dict[str, str]) -> object:
    call = None
    if said["call"].strip():
        call = calls.call_on_sheet(said["call"])
        if call is None:
            raise NotFound("call")
    found = actions.enter_paper_encounter(
        by=request.actor, number=said["paper"], started_at=_moment("started", said["started"]),
        ended_at=_moment("ended", said["ended"]), call=call, description=said["description"],
    )  # fmt: skip
    return found.id


def _moment(field: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid(field, text, _("Give the day and the time.")) from wrong
    return found if found.tzinfo else timezone.make_aware(found)
