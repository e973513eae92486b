"""Send a referral from a case: services for a need, those with room first."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.cases import queries as cases
from commonweal.directory import queries as directory
from commonweal.kernel.errors import NotFound
from commonweal.referrals import actions as referrals
from commonweal.web.casework.file import permit_of
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("work_cases")
def choose(request: Request, case_id: UUID) -> HttpResponse:
    """Services that fit (GET); send to one (POST)."""
    by = request.actor
    permit_of(by, case_id)
    outline = cases.outline(case_id)
    language = get_language() or "en"
    known = directory.vocabulary()
    if request.method == "POST":
        made = referrals.make(
            by=by,
            service=_service(request.POST.get("service", "")),
            person=outline.person,
            note=request.POST.get("note", "").strip(),
            needs=[n for n in request.POST.getlist("need") if n in known],
            is_anonymous=request.POST.get("anonymous") == "yes",
            even_if_full=request.POST.get("even_if_full") == "yes",
            language=language,
        )
        flash.success(request, _("Sent. The person can also give the code %(code)s.") % {"code": made.code})
        return redirect("casework:case", case_id=case_id)
    need, words = request.GET.get("need", ""), request.GET.get("q", "")
    found = directory.search(text=words, need=need if need in known else "", limit=20).rows
    context = {
        "case": outline,
        "found": sorted(found, key=_room_first) if need or words else [],
        "asked": bool(need or words),
        "need": need,
        "q": words,
        "needs": [(code, n.name(language)) for code, n in known.items()],
    }
    return page(request, "casework/refer.html", context)


def _service(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise NotFound("service") from wrong


def _room_first(summary: directory.Summary) -> tuple[int, str]:
    """Services with posted room first, then those that post none, then the full ones."""
    if summary.room is None:
        return 1, summary.name
    return (0 if summary.room.is_open and (summary.room.available or 0) > 0 else 2), summary.name
