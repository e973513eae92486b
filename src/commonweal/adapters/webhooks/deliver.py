"""One delivery out: claimed, asked for at the gate, journalled, then sent; what became of it is noted."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commonweal.adapters.webhooks import reaching, writer
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.messages import actions as messages
from commonweal.sharing import actions as sharing

CARRIES_FACTS = "call."  # events about a call; all others are ids and codes


class Withheld(Exception):
    """The receiver may not learn that the call exists."""


def deliver_next(*, by: Actor) -> bool:
    """Send the delivery that is due longest; whether there was one.

    Three transactions: it is claimed; the gate is asked and the line committed; after the request, its
    outcome is noted. A worker that dies in between leaves it to be sent again under the same id.
    """
    found = messages.claim_webhook()
    if found is None:
        return False
    try:
        content = writer.body(found.name, found.made, found.ids, _facts(found))
    except Withheld:
        messages.withhold_webhook(delivery=found.id)
        return True
    status, fault = _sent(found, content)
    messages.note_webhook(by=by, delivery=found.id, status=status, fault=fault)
    return True


def _sent(found: messages.Outgoing, content: bytes) -> tuple[int | None, str]:
    signed = writer.headers(found.id, clock.now(), content, found.secrets)
    try:
        status = reaching.post(found.url, content, signed, settings.WEBHOOK_HOSTS)
    except reaching.Unreachable as fault:
        return None, str(fault)
    return status, "" if 200 <= status < 300 else "refused"


def _facts(found: messages.Outgoing) -> Mapping[str, object] | None:
    """What the agency's own permit opens of the call now; None where it did not ask for facts."""
    call = found.ids.get("call")
    if not found.with_facts or not found.name.startswith(CARRIES_FACTS) or call is None:
        return None
    about = Subject("call", UUID(str(call)))
    with transaction.atomic():
        answer = sharing.ask(
            by=calls.receiver_of(found.agency), category="call_facts", purpose="emergency", about=about
        )
        if isinstance(answer, sharing.Permit):
            [shown] = call_queries.facts({about: answer})
            return {field: shown.get(field) for field in shown if field not in shown.withheld}
    if not answer.acknowledged:
        raise Withheld
    return {}
