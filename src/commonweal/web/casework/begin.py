"""Open a case: look for the person first, through the gate; add a record of the own agency otherwise."""

from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.cases import actions as cases
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.people import actions as people
from commonweal.people import queries as people_queries
from commonweal.sharing import actions as sharing
from commonweal.web.casework.index import PURPOSE
from commonweal.web.casework.words import KINDS
from commonweal.web.pages import desk, page
from commonweal.web.permits import see
from commonweal.web.session import Request


def born_of(text: str) -> date | None:
    """A date of birth as typed (year-month-day), or None where left empty."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as wrong:
        raise Invalid("born", text, _("Write the date as year-month-day, for example 1984-03-09.")) from wrong


@desk("work_cases")
def find(request: Request) -> HttpResponse:
    """Search by what the person says (GET); open a case for a candidate or for somebody new (POST)."""
    by = request.actor
    given = {k: request.GET.get(k, "").strip() for k in ("given", "family", "born", "phone")}
    if request.method == "POST":
        return _open(request)
    found = people_queries.candidates(
        given=given["given"], family=given["family"], born=born_of(given["born"]), phone=given["phone"]
    )
    about = [s for s, _score in found]
    answers = sharing.ask_many(by=by, category="identity", purpose=PURPOSE, about=about) if about else {}
    shown = people_queries.identities(sharing.permitted(answers))
    context = {"given": given, "shown": shown, "asked": any(given.values()), "kinds": KINDS.items()}
    return page(request, "casework/open.html", context)


def _open(request: Request) -> HttpResponse:
    by = request.actor
    if by.agency is None:
        raise NotFound("agency")
    posted = request.POST.dict()
    case = cases.open_case(
        by=by,
        person=_person(by, by.agency, posted),
        agency=by.agency,
        kind=posted.get("kind", "support"),
        manager=UUID(by.id),
    )
    cases.join_team(by=by, case=case.id, account=UUID(by.id), part="case manager")
    flash.success(request, _("The case is open. Write first what the person wants, in their own words."))
    return redirect("casework:case", case_id=case.id)


def _person(by: Actor, agency: UUID, posted: dict[str, str]) -> UUID:
    """The person of a record that the gate shows to this worker, or of a new record of the own agency."""
    if chosen := posted.get("record"):
        see(by, "identity", PURPOSE, Subject("source_record", UUID(chosen)))
        return people_queries.person_of(UUID(chosen))
    if not (posted.get("given", "").strip() or posted.get("family", "").strip()):
        raise Invalid("given", "", _("Write at least one name."))
    values: dict[str, object] = {k: posted.get(k, "").strip() for k in ("given", "family", "phone")}
    values["born"] = born_of(posted.get("born", ""))
    record, _outcome = people.file_record(by=by, agency=agency, external_id=f"case-{uuid4()}", values=values)
    return record.person_id
