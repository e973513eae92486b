"""A referral in two taps: services that fit what the person needs, then send."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.directory import queries as directory
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Subject
from commonweal.referrals import actions as referrals
from commonweal.sharing import actions as sharing
from commonweal.web.field.encounter import mine
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

# What the encounter calls a need, and what directories call it
NEED_OF = {
    "housing": "shelter",
    "food": "food",
    "mental_health": "mental_health",
    "suicide_risk": "mental_health",
    "substance_use": "substance_use",
    "medical": "health",
    "income": "financial",
    "safety": "safety",
}


@desk("send_referrals")
def choose(request: Request, encounter_id: UUID) -> HttpResponse:
    """Services for a need, those with room first (GET); send to one (POST)."""
    by = request.actor
    outline = mine(by, encounter_id)
    known = directory.vocabulary()
    if request.method == "POST":
        made = referrals.make(
            by=by,
            service=UUID(request.POST["service"]),
            encounter=encounter_id,
            note=request.POST.get("note", ""),
            needs=[n for n in request.POST.getlist("need") if n in known],
            is_anonymous=request.POST.get("anonymous") == "yes",
            even_if_full=request.POST.get("even_if_full") == "yes",
            language=get_language() or "en",
        )
        flash.success(request, _("Sent. The person can also give the code %(code)s.") % {"code": made.code})
        return redirect("field:encounter", encounter_id=encounter_id)
    subject = Subject("encounter", encounter_id)
    answer = sharing.ask(by=by, category="encounter_narrative", purpose="emergency", about=subject)
    wanted: list[str] = []
    if isinstance(answer, sharing.Permit):
        noted = encounters.answers({subject: answer})[encounter_id].get("presenting_needs", [])
        wanted = [NEED_OF[n] for n in noted if n in NEED_OF] if isinstance(noted, list) else []
    need = request.GET.get("need", wanted[0] if wanted else "")
    found = directory.search(text=request.GET.get("q", ""), need=need, limit=20).rows
    context = {
        "outline": outline,
        "found": sorted(found, key=_room_first),
        "need": need,
        "q": request.GET.get("q", ""),
        "needs": [
            (code, n.es if (get_language() or "en").startswith("es") else n.en) for code, n in known.items()
        ],
    }
    return page(request, "field/refer.html", context)


def _room_first(summary: directory.Summary) -> tuple[int, str]:
    """Services with posted room first, then those that post none, then the full ones."""
    if summary.room is None:
        return 1, summary.name
    return (0 if summary.room.is_open and (summary.room.available or 0) > 0 else 2), summary.name
