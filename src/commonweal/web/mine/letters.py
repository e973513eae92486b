"""Letters that are written for me: I read each before it goes, and say whether it may."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.cases import actions, queries
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.web.mine.views import self_of
from commonweal.web.own_record import opened
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("see_mine")
def one(request: Request, letter_id: UUID) -> HttpResponse:
    """The letter as it would go; a POST says yes or no. Anybody else's does not exist here."""
    by, about = request.actor, Subject("letter", letter_id)
    if about not in queries.letters_of_person(self_of(by)):
        raise NotFound("letter")
    found = next((x for x in queries.letters(opened(by, "case_plan", [about])) if x.is_approved), None)
    if found is None:
        raise NotFound("letter")
    if request.method == "POST":
        actions.answer_letter(by=by, letter=letter_id, answer=request.POST.get("answer", ""))
        flash.success(request, _("Thank you. Your answer stands until the letter is changed or sent."))
        return redirect("mine:letter", letter_id=letter_id)
    agency = agencies.agency(queries.outline(found.case).agency)
    return page(request, "mine/letter.html", {"letter": found, "agency": agency})
