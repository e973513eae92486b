"""Who is it? Candidates from the index through the gate; a new record of the own agency where nobody fits."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.shown import Shown
from commonweal.people import actions as people
from commonweal.people import queries
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from commonweal.web.permits import see

PURPOSE = "care_coordination"
ASKED = ("given", "family", "born", "phone")


def born_of(text: str) -> date | None:
    """A date of birth as typed (year-month-day), or None where left empty; Invalid otherwise."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as wrong:
        raise Invalid("born", text, _("Write the date as year-month-day, for example 1984-03-09.")) from wrong


def is_look(request: HttpRequest) -> bool:
    """Whether a form only searches. Searches for people, and for what they need, are posted: an address would
    carry the name or the need into the browser's history and the logs of every proxy on the way."""
    return "look" in request.POST


def asked_for(sent: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the search, cleaned."""
    return {name: str(sent.get(name, "")).strip() for name in ASKED}


def candidates(by: Actor, given: Mapping[str, str]) -> list[Shown]:
    """Identities that fit what was typed and that the gate shows to this worker for care."""
    found = queries.candidates(
        given=given["given"],
        family=given["family"],
        born=born_of(given["born"]),
        phone=given["phone"],
        limit=queries.MOST,
    )
    about = [s for s, _score in trust.nearest(by, found)]
    answers = sharing.ask_many(by=by, category="identity", purpose=PURPOSE, about=about) if about else {}
    return queries.identities(sharing.permitted(answers))


def chosen(by: Actor, posted: Mapping[str, str]) -> UUID:
    """The person of a record that the gate shows to this worker, or of a new record of the own agency."""
    if record := posted.get("record"):
        about = Subject("source_record", _id(record))
        see(by, "identity", PURPOSE, about)
        return queries.person_of(about.id)
    if by.agency is None:
        raise NotFound("agency")
    given = asked_for(posted)
    if not (given["given"] or given["family"]):
        raise Invalid("given", "", _("Write at least one name."))
    values: dict[str, object] = {**given, "born": born_of(given["born"])}
    filed, _outcome = people.file_record(
        by=by, agency=by.agency, external_id=f"desk-{uuid4()}", values=values
    )
    return filed.person_id


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise NotFound("record") from wrong
