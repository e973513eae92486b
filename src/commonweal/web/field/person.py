"""Who is it? Candidates from the index through the gate; a new record where nobody fits."""

from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.calls import actions as calls
from commonweal.encounters import actions as encounters
from commonweal.encounters.queries import Outline
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.people import actions as people
from commonweal.people import queries as people_queries
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from commonweal.web import finding
from commonweal.web.field.encounter import mine
from commonweal.web.pages import desk, id_of, page
from commonweal.web.permits import see
from commonweal.web.session import Request


def born_of(text: str) -> date | None:
    """A date of birth as typed (year-month-day), or None where left empty."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as wrong:
        raise Invalid("born", text, "Write the date as year-month-day, for example 1984-03-09.") from wrong


@desk("work_field")
def find(request: Request, encounter_id: UUID) -> HttpResponse:
    """Search by what the person says (`look` posted); choose somebody or add a record of the own agency."""
    by = request.actor
    outline = mine(by, encounter_id)
    given = {k: request.POST.get(k, "") for k in ("given", "family", "born", "phone")}
    if request.method == "POST" and not finding.is_look(request):
        person = _choose(by, request.POST.dict(), outline)
        encounters.name_person(by=by, encounter=encounter_id, person=person)
        if outline.call:
            calls.identify(by=by, call=outline.call, person=person)
        flash.success(request, _("The person is noted."))
        return redirect("field:encounter", encounter_id=encounter_id)
    born = born_of(given["born"])
    found = people_queries.candidates(
        given=given["given"],
        family=given["family"],
        born=born,
        phone=given["phone"],
        limit=people_queries.MOST,
    )
    said = sharing.Circumstances(incident=outline.call)
    about = [s for s, _score in trust.nearest(by, found)]
    answers = sharing.ask_many(
        by=by, category="identity", purpose="emergency", about=about, circumstances=said
    )
    shown = people_queries.identities(sharing.permitted(answers))
    context = {"outline": outline, "given": given, "shown": shown, "asked": any(given.values())}
    return page(request, "field/person.html", context)


def _choose(by: Actor, posted: dict[str, str], outline: Outline) -> UUID:
    """The person of a record that the gate shows to this worker, or of a new record of the own agency."""
    if chosen := posted.get("record"):
        about = Subject("source_record", id_of("record", chosen))
        see(by, "identity", "emergency", about, sharing.Circumstances(incident=outline.call))
        return people_queries.person_of(about.id)
    if by.agency is None:
        raise NotFound("agency")
    if not (posted.get("given", "").strip() or posted.get("family", "").strip()):
        raise Invalid("given", "", "Write at least one name, or go back and leave the person unnamed.")
    values: dict[str, object] = {k: posted.get(k, "").strip() for k in ("given", "family", "phone")}
    values["born"] = born_of(posted.get("born", ""))
    record, _outcome = people.file_record(
        by=by, agency=by.agency, external_id=f"field-{uuid4()}", values=values, person=outline.person
    )
    return record.person_id
