"""A call handed to another centre, or back to its own: the gate asked as the receiver, the journal told."""

from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.calls import events
from commonweal.calls.handing import ALL, Handed, hand, handed
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing

RECEIVING = {"lifeline_988": "crisis_worker", "health": "crisis_worker", "hospital": "hospital_staff"}


def receiver_of(agency: UUID) -> Actor:
    """An agency as an asker: the role that takes calls there."""
    return agencies.as_asker(agency, RECEIVING.get(agencies.agency(agency).kind, "call_taker"))


def hand_back(*, by: Actor, call: UUID) -> Handed:
    """A call, whole, for the centre whose it is: to a worker of that centre, or its operator's command.

    NotFound for anybody else, for an unknown id and for what was sealed.
    """
    with transaction.atomic():
        found = hand(call, ALL)
        if by.role != "system" and by.agency != found.agency:
            raise NotFound("call")
        given = tuple(sorted(ALL))
        journal.write(by=by, event=events.CallHandedOver(call=call, to=found.agency, fields=given))
    return found


def hand_over(*, by: Actor, call: UUID, to: UUID) -> Handed:
    """What the receiver's own permit opens of a call now; NotFound where it must not be acknowledged.

    The gate's answer is journalled (and registered, where a row is owed) in the transaction of this act.
    """
    with transaction.atomic():
        about = Subject("call", call)
        answer = sharing.ask(by=receiver_of(to), category="call_facts", purpose="emergency", about=about)
        if isinstance(answer, sharing.Permit):
            found, is_known = handed(call, permit=answer), True
        else:
            found, is_known = hand(call, frozenset()), answer.acknowledged
        given = tuple(sorted(ALL - found.withheld))
        journal.write(by=by, event=events.CallHandedOver(call=call, to=to, fields=given))
    if not is_known:
        raise NotFound("call")
    return found
