"""What the person of a case agreed to, and taking it back on their behalf."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from commonweal.cases import queries as cases
from commonweal.web import withdrawing
from commonweal.web.casework.file import permit_of
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("work_cases")
def consents(request: Request, case_id: UUID) -> HttpResponse:
    """Consents that this worker may know of; one, or everything, is taken back as the person said it."""
    permit_of(request.actor, case_id)
    outline = cases.outline(case_id)
    if request.method == "POST":
        withdrawing.take_back(request, outline.person)
        return redirect("casework:consents", case_id=case_id)
    context = {
        "case": outline,
        "agreed": withdrawing.agreed(request.actor, outline.person),
        "withdraw_url": reverse("casework:consents", args=[case_id]),
    }
    return page(request, "casework/consents.html", context)
