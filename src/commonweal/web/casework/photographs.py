"""Photographs of the encounters of a case's person: what the gate opens, each look by itself."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from commonweal.cases import queries as cases
from commonweal.encounters import queries as encounters
from commonweal.web import photographs
from commonweal.web.casework.file import permit_of
from commonweal.web.casework.index import PURPOSE
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


def _met(request: Request, case_id: UUID) -> list[UUID]:
    """The encounters of the person, for whoever may read the plan."""
    permit_of(request.actor, case_id)
    return [met.id for met in encounters.of_person(cases.outline(case_id).person)]


@desk("work_cases")
def every(request: Request, case_id: UUID) -> HttpResponse:
    """What each shows, by whom and when; the pictures wait until they are asked for."""
    rows, hidden = photographs.standing(request.actor, _met(request, case_id), PURPOSE)
    for row in rows:
        row["href"] = reverse("casework:photograph", args=[case_id, row["id"]])
    context = {"case": cases.outline(case_id), "rows": rows, "hidden": hidden}
    return page(request, "casework/photographs.html", context)


@desk("work_cases")
def one(request: Request, case_id: UUID, photograph_id: UUID) -> HttpResponse:
    """The picture; with `?small=1` the small one."""
    allowed = photographs.permit(request.actor, _met(request, case_id), photograph_id, PURPOSE)
    return photographs.picture(request, photograph_id, allowed)
