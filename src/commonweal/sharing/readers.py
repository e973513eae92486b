"""Whom the gate would let read one record: nothing is read for it, and nothing journalled."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from commonweal.engines.disclosure import Permit, Question, decide
from commonweal.kernel.actors import Actor, Subject
from commonweal.sharing.circumstances import NONE, Circumstances
from commonweal.sharing.facts import Origin, facts_of, origins, standing
from commonweal.sharing.models import Tie
from commonweal.sharing.policy import current

Alike = tuple[object, ...]


def readers(
    *,
    among: Iterable[Actor],
    category: str,
    purpose: str,
    about: Subject,
    said: Circumstances = NONE,
) -> dict[UUID, frozenset[str]]:
    """Accounts to whom the gate would open any field of this category, each with those fields.

    For whoever holds a permit on the same record: who else reads it is no secret from its readers. Workers
    who are bound to it by nothing of their own share one decision an agency and role. None for an unknown
    record. `said`: what would be claimed with each question.
    """
    workers, origin = list(among), origins([about]).get(about)
    if origin is None or not workers:
        return {}
    bound, made = _bound(workers, origin, about), dict[Alike, frozenset[str]]()
    found: dict[UUID, frozenset[str]] = {}
    for one in workers:
        key = _alike(one, one.id in bound)
        if key not in made:
            made[key] = _fields(one, category, purpose, origin, about, said)
        if made[key]:
            found[UUID(one.id)] = made[key]
    return found


def _fields(
    by: Actor, category: str, purpose: str, origin: Origin, about: Subject, said: Circumstances
) -> frozenset[str]:
    facts = facts_of(by, category, purpose, origin, standing(by, [origin], [about]), said)
    question = Question(
        actor=by.policy_role, category=category, purpose=purpose, subject=str(about.id),
        actor_id=by.id, agency=str(by.agency or ""),
    )  # fmt: skip
    answer = decide(question, facts, current())
    return answer.fields if isinstance(answer, Permit) else frozenset()


def _alike(by: Actor, is_bound: bool) -> Alike:
    """Two of the same key are answered alike: the gate knows nothing else of them."""
    same = (
        by.role, by.policy_role, by.agency, by.mfa, by.session_valid, by.account_active, by.device_trusted,
        by.covered_entity, by.medical, by.cjis_screened, by.security_addendum,
    )  # fmt: skip
    return (by.id,) if is_bound else same


def _bound(workers: Collection[Actor], origin: Origin, about: Subject) -> frozenset[str]:
    """Those whom a tie of their own binds to the record, or holds back from every one."""
    anchors = {*origin.circle, about.id} | ({origin.call} if origin.call else set())
    of_their_own = Tie.objects.filter(
        Q(subject__in=anchors) | Q(relation="training_lapsed", until__isnull=True),
        account__in=[UUID(one.id) for one in workers],
    )
    return frozenset(str(account) for account in of_their_own.values_list("account", flat=True))
