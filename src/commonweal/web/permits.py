"""From the gate's answer to a permit: a view that needs one gets it, or its page becomes the refusal."""

from commonweal.kernel.actors import Actor, Subject
from commonweal.sharing import queries
from commonweal.sharing.actions import Circumstances, Permit, Refusal, ask
from commonweal.web.pages import Denied

NOTHING_SPECIAL = Circumstances()


def need(answer: Permit | Refusal) -> Permit:
    """The permit; a refusal becomes the denied page, or "not found" where it must not be acknowledged."""
    if isinstance(answer, Refusal):
        raise Denied(answer)
    return answer


def see(
    actor: Actor, category: str, purpose: str, about: Subject, circumstances: Circumstances = NOTHING_SPECIAL
) -> Permit:
    """Ask the gate, journalled; return the permit or end the request with the refusal.

    The denied page offers an emergency where one would open it; what must not be acknowledged never does.
    """
    answer = ask(by=actor, category=category, purpose=purpose, about=about, circumstances=circumstances)
    if isinstance(answer, Refusal) and answer.acknowledged:
        call = circumstances.incident
        raise Denied(answer, queries.offered(actor, category, purpose, about, call), call)
    return need(answer)
