"""A person's consents at the trust desk: found by a number, taken back at their word."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from commonweal.kernel.actors import Subject
from commonweal.people import queries as people
from commonweal.web import withdrawing
from commonweal.web.pages import desk, page
from commonweal.web.session import Request
from commonweal.web.steward import naming


@desk("keep_trust")
def find(request: Request) -> HttpResponse:
    """Whose consents: the number of a call, of a request, or the long one."""
    if text := request.GET.get("person", "").strip():
        return redirect("steward:consents_of", person_id=naming.found_by("person", "person", text))
    return page(request, "steward/consents.html", {"is_search": True})


@desk("keep_trust")
def of_person(request: Request, person_id: UUID) -> HttpResponse:
    """What stands, as far as the officer may know of it; one, or everything, is taken back."""
    people.survivor(person_id)  # NotFound for nobody
    if request.method == "POST":
        withdrawing.take_back(request, person_id)
        return redirect("steward:consents_of", person_id=person_id)
    context = {
        "who": naming.in_words(request.actor, [Subject("person", person_id)])[person_id],
        "agreed": withdrawing.agreed(request.actor, person_id),
        "withdraw_url": reverse("steward:consents_of", args=[person_id]),
    }
    return page(request, "steward/consents.html", context)
