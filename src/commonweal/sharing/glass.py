"""Break-glass beforehand: what an emergency would open, decided without showing or writing anything.

Only yes or no leaves this module, never a permit: reading goes through the gate, with `claims`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from commonweal.engines.disclosure import Facts, Permit, Question, Refusal, decide
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.sharing.circumstances import Circumstances
from commonweal.sharing.facts import Origin, facts_of, origins, standing
from commonweal.sharing.models import Disclosure, Opening
from commonweal.sharing.policy import current

PURPOSE = "emergency"
SERVED = frozenset(
    {"emergency", "treatment", "care_coordination"}
)  # never enforcement, evaluation, reporting
CODES = {
    "self_harm": "imminent_threat",
    "harm_to_others": "imminent_threat",
    "overdose_or_injury": "medical_emergency",
    "missing_at_risk": "imminent_threat",
}
"""What may be happening, and which fact of the policy that claims (45 CFR 164.512(j); 42 CFR 2.51)."""
DANGERS = ("the_person", "someone_else", "several_people", "a_worker")
ORIGINS = (None, "ecc", "police", "health", "social_service", "hmis", "school")
OPENED = ("identity", "safety_alerts", "mh_assessment", "location")
About = Mapping[str, Sequence[Subject]]


class Answers(NamedTuple):
    """One question, decided as things stand and as they would with the claims of an emergency."""

    subject: Subject
    now: Permit | Refusal
    then: Permit | Refusal

    @property
    def opens(self) -> bool:
        """Whether the emergency opens more, of a record that may be acknowledged."""
        if isinstance(self.now, Refusal) and not self.now.acknowledged:
            return False
        return isinstance(self.then, Permit) and bool(self.then.fields - self.now.fields)


def claims(opening: Opening) -> Circumstances:
    """What is said with each question under an opening."""
    return said(opening.code, opening.reason, opening.call, opening.cannot_consent, opening.id)


def said(
    code: str, reason: str, call: UUID | None, cannot_consent: bool = False, opening: UUID | None = None
) -> Circumstances:
    """The claims of one code of CODES."""
    claimed = CODES[code]
    return Circumstances(
        incident=call,
        opening=opening,
        break_glass=reason,
        imminent_threat=claimed == "imminent_threat",
        medical_emergency=claimed == "medical_emergency",
        consent_obtainable=not cannot_consent,
    )


def _worst(call: UUID | None) -> Circumstances:
    return Circumstances(incident=call, break_glass="supposed", imminent_threat=True, medical_emergency=True)


@lru_cache(maxsize=256)
def _role_opens(role: str, covered: bool, version: str) -> bool:
    """Whether the policy in force opens anything more to this role, on a call, for a broken glass.

    Remembered for the version of the policy.
    """
    policy = current()
    calm = {"assigned_to_incident": True, "incident_active": True, "actor_covered_entity": covered}
    loud = calm | {"break_glass": {"reason": "supposed"}, "imminent_threat": True, "medical_emergency": True}
    for category in OPENED:
        question = Question(role, category, PURPOSE)
        for program in ORIGINS:
            before, after = (
                decide(question, Facts.read({**facts, "source_program": program}), policy)
                for facts in (calm, loud)
            )
            if isinstance(after, Permit) and after.fields - before.fields:
                return True
    return False


def may_break_glass(by: Actor) -> bool:
    """Whether this worker's role is one that an emergency opens anything to; says nothing of anybody."""
    return by.mfa and _role_opens(by.policy_role, by.covered_entity, current().version)


def _decided(by: Actor, category: str, about: Sequence[Subject], then: Circumstances) -> Iterator[Answers]:
    found = origins(about)
    known = standing(by, found.values(), about, then.incident)
    question = Question(by.policy_role, category, PURPOSE, actor_id=by.id, agency=str(by.agency or ""))
    policy = current()
    for subject, origin in found.items():
        one, two = (
            decide(question, facts_of(by, category, PURPOSE, origin, known, words), policy)
            for words in (Circumstances(incident=then.incident), then)
        )
        yield Answers(subject, one, two)


def openable(by: Actor, about: About, call: UUID | None = None) -> tuple[str, ...]:
    """Categories of which an emergency would open more to this worker than they may read now.

    Records that must not be acknowledged count for nothing, whatever an emergency does to them.
    """
    if not may_break_glass(by):
        return ()
    worst = _worst(call)
    return tuple(
        category
        for category, subjects in about.items()
        if subjects and any(one.opens for one in _decided(by, category, subjects, worst))
    )


def may_treat(by: Actor, person: UUID, circle: frozenset[UUID], call: UUID | None = None) -> bool:
    """Whether 42 CFR 2.51 would open treatment records of the person, were there any: none is looked for."""
    if not by.medical:
        return False
    origin = Origin(person, source_program="part2_program", circle=circle)
    worst = said("overdose_or_injury", "supposed", call, cannot_consent=True)
    known = standing(by, [origin], [], call)
    question = Question(by.policy_role, "sud_record", PURPOSE, actor_id=by.id)
    facts = facts_of(by, "sud_record", PURPOSE, origin, known, worst)
    return isinstance(decide(question, facts, current()), Permit)


def hours(by: Actor, about: About, then: Circumstances) -> dict[str, float]:
    """What would open under these claims: category, and for how many hours at most."""
    found: dict[str, float] = {}
    for category, subjects in about.items():
        for one in _decided(by, category, subjects, then) if subjects else ():
            if isinstance(one.then, Permit) and one.then.fields - one.now.fields:
                least = one.then.expires_hours or LONGEST
                found[category] = min(found.get(category, LONGEST), least)
    return found


LONGEST = 4.0
"""Hours, where the policy names none (42 CFR 2.51 sets no term; the default of break-glass is taken)."""


def offered(by: Actor, category: str, purpose: str, about: Subject, call: UUID | None = None) -> UUID | None:
    """The person of a refused record where an emergency would open this category of it; else None."""
    if purpose not in SERVED or category not in OPENED or not openable(by, {category: [about]}, call):
        return None
    return origins([about])[about].person


def opening(by: Actor, opening_id: UUID) -> Opening:
    """One's own opening, running or over; NotFound for anybody else's."""
    found = Opening.objects.filter(id=opening_id, account=by.id).first()
    if found is None:
        raise NotFound("opening")
    return found


def judged(openings: Iterable[UUID]) -> dict[UUID, str]:
    """What the review of each opening found, by opening; empty while it is open."""
    rows = Opening.objects.filter(id__in=list(openings))
    return dict(rows.values_list("id", "review__outcome"))


def openings_in_force(by: Actor, ids: Iterable[UUID]) -> list[Opening]:
    """Those of these openings that are this worker's own and still run."""
    running = Opening.objects.filter(
        id__in=list(ids), account=by.id, ended_at__isnull=True, until__gt=clock.now()
    )
    return list(running.order_by("until"))


def opening_of(review: UUID) -> Opening | None:
    """The opening that a review is about, if it is about one."""
    return Opening.objects.filter(review=review).first()


def read_under(opening: Opening) -> QuerySet[Disclosure]:
    """What was read under it, oldest first."""
    return Disclosure.objects.filter(opening=opening.id).order_by("created_at")
