"""Records by words: "the call 26-000123 of Nov 16", and found by the number that people write down.

A long number of a record says nothing to an officer and is copied wrongly. What a call is called opens to the
officer through the gate (its number and its time, no more); the rest is named after the call it stands under.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from commonweal.calls import queries as calls
from commonweal.kernel import codes, days
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.people import queries as people
from commonweal.sharing import actions, queries


def in_words(by: Actor, about: Iterable[Subject]) -> dict[UUID, str]:
    """Each record in words, by its id: kind, call and day, as far as the gate opens them for oversight."""
    asked = list(dict.fromkeys(about))
    persons = {s.id for s in asked if s.kind == "person"}
    stands = queries.references(s.id for s in asked if s.kind != "person")
    wrote = queries.requests_of(persons)
    met = queries.calls_of(persons - set(wrote))  # only what will be said is asked of the gate
    under = {one.call for one in stands.values() if one.call} | {c for found in met.values() for c in found}
    called = _called(by, under | {s.id for s in asked if s.kind == "call"})
    return {
        s.id: _person(s.id, [called[c] for c in met.get(s.id, []) if c in called], wrote.get(s.id, []))
        if s.kind == "person"
        else _record(s, stands.get(s.id), called)
        for s in asked
    }


def _called(by: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    """Calls by number and day; those that the gate keeps closed are left out."""
    if not ids:
        return {}
    about = [Subject("call", one) for one in sorted(ids)]
    answers = actions.ask_many(by=by, category="call_facts", purpose="oversight_audit", about=about)
    found = calls.facts(actions.permitted(answers))
    return {s.subject.id: _call(str(s["incident_number"] or ""), s["time"]) for s in found}


def _call(number: str, time: object) -> str:
    moments = time.values() if isinstance(time, dict) else ()
    first = min((m for m in moments if isinstance(m, datetime)), default=None)
    return f"{number} ({days.said(first)})" if first else number


def _person(person: UUID, met: list[str], wrote: list[str]) -> str:
    if wrote:
        return _("The person of request %(number)s") % {"number": ", ".join(wrote[:2])}
    if met:
        return _("A person of call %(number)s") % {"number": ", ".join(met)}
    return _("A person whose number ends in %(end)s") % {"end": str(person)[-6:]}


def _record(about: Subject, stands: queries.Reference | None, called: dict[UUID, str]) -> str:
    kind = codes.said(about.kind)
    call = about.id if about.kind == "call" else stands.call if stands else None
    if call in called and call == about.id:
        return f"{kind} {called[call]}"
    if call and call in called:
        return _("%(kind)s of call %(number)s") % {"kind": kind, "number": called[call]}
    if stands:
        since, end = days.said(stands.since), str(about.id)[-6:]
        return _("%(kind)s kept since %(day)s (…%(end)s)") % {"kind": kind, "day": since, "end": end}
    return _("%(kind)s whose number ends in %(end)s") % {"kind": kind, "end": str(about.id)[-6:]}


def found_by(field: str, scope: str, text: str) -> UUID:
    """The record that a typed number means: an incident's or a request's number, or the long one.

    Invalid where nothing goes by it, or where more than one record of this kind stands under the call.
    """
    said = text.strip()
    if (whole := _long(said)) is not None:
        return whole
    person = queries.person_of_request(said)
    if person is not None and scope == "person":
        return people.survivor(person)
    found = _under(scope, said) if said else []
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid(
            field, said, _("Several stand under this call; use a request's number or the long number.")
        )
    raise Invalid(field, said, _("Nothing goes by this number. Check it on the call, or on the request."))


def _under(scope: str, number: str) -> list[UUID]:
    listed = sorted(calls.numbered([number]))
    return [one for call in listed for one in queries.under(call, queries.kind_of(scope))]


def _long(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
