"""Naming somebody outside, and what a letter to them could say: a look ahead that opens nothing."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from commonweal.engines.disclosure import Permit
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.people import queries as people
from commonweal.sharing import events, outside
from commonweal.sharing.actions.gate import decided
from commonweal.sharing.facts import origins
from commonweal.sharing.models import Outsider


@transaction.atomic
def name_outsider(*, by: Actor, person: UUID, kind: str, name: str, address: str) -> Outsider:
    """Keep whom a person names; the same one again is the one that is there. It allows nothing yet."""
    if kind not in outside.KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(outside.KINDS)}.")
    if not name.strip():
        raise Invalid("name", name, "Write the name of the person or office.")
    if not address.strip():
        raise Invalid("address", address, "Write where the letter goes: by post, fax or e-mail.")
    same = {"kind": kind, "name": name.strip(), "address": address.strip()}
    whole = people.circle(person)
    if already := Outsider.objects.filter(person__in=whole, **same).first():
        return already
    made = Outsider.objects.create(person_id=people.survivor(person), added_by=by.id, **same)
    journal.write(by=by, event=events.OutsiderNamed(person=made.person_id, outsider=made.id))
    return made


def could_tell(
    *, by: Actor, to: UUID, category: str, about: Sequence[Subject]
) -> dict[Subject, frozenset[str]]:
    """Which fields of each record a letter to somebody outside could hold now, by what the person signed.

    Nothing leaves and nothing is opened: sending asks the gate, which writes it down.
    """
    asker = outside.standing_for(by)
    answers = decided(asker, category, outside.PURPOSE, origins(about), about, to=to)
    return {s: a.fields for s, a in answers.items() if isinstance(a, Permit)}
