"""Words beside a record: a correction that was granted, a disagreement; and who is told (45 CFR 164.526)."""

from uuid import UUID

from django.db import transaction

from commonweal.kernel import journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.people import queries as people
from commonweal.sharing import events, letters
from commonweal.sharing.actions.requests import step
from commonweal.sharing.facts import origins
from commonweal.sharing.models import Letter, Request, Statement
from commonweal.sharing.receipts import officer

GRANTED = ("granted", "granted_in_part")
MOST = 4000  # characters of the words beside a record


def _amendment(by: Actor, request: UUID) -> Request:
    """The request, locked, for an officer; NotFound for any other, Conflict before it is granted."""
    officer(by)
    found = Request.objects.select_for_update().filter(id=request, kind="amendment").first()
    if found is None:
        raise NotFound("request")
    if found.outcome not in GRANTED:
        raise Conflict("A record is amended once the request is granted, at least in part.")
    return found


def of_the_person(found: Request, about: Subject) -> UUID:
    """The person of the request; Invalid where a record is not one about them."""
    origin = origins([about]).get(about)
    if found.person_id is None or not origin or origin.person not in people.circle(found.person_id):
        raise Invalid("about", f"{about.kind} {about.id}", "Choose a record of the person who asks.")
    return found.person_id


@transaction.atomic
def keep_statement(*, by: Actor, request: UUID, text: str, about: Subject) -> Statement:
    """Keep the person's disagreement beside the record (164.526(d)(2)); the record itself is unchanged.

    For the person whose request it is and for officers, once an amendment was refused at least in part.
    """
    found = Request.objects.select_for_update().filter(id=request, kind="amendment").first()
    own = found and by.person and found.person_id in people.circle(by.person)
    if found is None or not (own or by.may("keep_trust")) or found.person_id is None:
        raise NotFound("request")
    if found.outcome not in ("denied", "granted_in_part"):
        raise Conflict("A statement follows an answer that refuses at least a part.")
    of_the_person(found, about)
    if not text.strip():
        raise Invalid("text", text, "Write the statement in the person's own words.")
    kept = Statement.objects.create(
        request=found,
        person_id=found.person_id,
        kind=about.kind,
        subject=about.id,
        text=text.strip()[:MOST],
        by=by.id,
    )
    step(by, found, "statement")
    return kept


@transaction.atomic
def amend_record(*, by: Actor, request: UUID, about: Subject, text: str, tell: bool = False) -> Statement:
    """Link the amendment to the record: whoever reads it from now on reads that too (164.526(c)(1)).

    `tell`: the person agrees that workers to whom it was disclosed hear that it was amended (164.526(c)(3)).
    """
    found = _amendment(by, request)
    person = of_the_person(found, about)
    if not text.strip():
        raise Invalid("text", text, "Say what was wrong and what is right.")
    kept = Statement.objects.create(
        request=found, person_id=person, kind=about.kind, subject=about.id, what="amendment",
        text=text.strip()[:MOST], by=by.id,
    )  # fmt: skip
    step(by, found, "amended")
    said = events.RecordAmended(request=request, of=about.kind, record=about.id, tell=tell)
    journal.write(by=by, event=said)
    return kept


@transaction.atomic
def tell_of_amendment(*, by: Actor, request: UUID, name: str, contact: str) -> Letter:
    """Write to somebody whom the person names what was amended (164.526(c)(3)(i)); Conflict before that."""
    found = _amendment(by, request)
    for field, said in (("name", name), ("contact", contact)):
        if not said.strip():
            raise Invalid(field, said, "Name whom the person wants told, and where a letter reaches them.")
    amended = Statement.objects.filter(request=found, what="amendment").order_by("created_at")
    if not amended:
        raise Conflict("Write the amendment beside the record first.")
    step(by, found, "told")
    typed = "\n\n".join(dict.fromkeys(one.text for one in amended))
    to = letters.Addressee(name.strip()[:160], contact.strip()[:240])
    return letters.write(by=by, request=found, letter="amended", typed=typed, to=to)
