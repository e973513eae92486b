"""With whose records a steward may compare their own: an agreement names linkage, and the law lets it."""

from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.engines.disclosure import Permit, Question, decide
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.people import queries as people
from commonweal.sharing.circumstances import NONE
from commonweal.sharing.facts import Bound, Origin, Standing, agreements_of, facts_of
from commonweal.sharing.policy import current

CATEGORY, PURPOSE = "identity", "administration"


def reviewer(by: Actor, agency: UUID) -> people.Reviewer:
    """The steward of this agency with the agencies whose records would be opened beside their own.

    It opens nothing: every value still passes the gate. A clause counts for nothing against a stricter law
    (health, homeless, treatment and school records: 45 CFR 164.502, HMIS, 42 CFR 2.13, 34 CFR 99.30).
    """
    bound = agreements_of(agency)
    programs = {a.id: agencies.program_of(a.kind) for a in agencies.agencies() if a.id in bound[1]}
    return people.Reviewer(agency, frozenset(a for a, of in programs.items() if _opens(by, a, of, bound)))


def _opens(by: Actor, agency: UUID, program: str, bound: Bound) -> bool:
    partners, clauses = bound
    known = Standing({}, {}, partners, clauses, lapsed=False, now=clock.now())
    facts = facts_of(by, CATEGORY, PURPOSE, Origin(agency=agency, source_program=program), known, NONE)
    question = Question(
        actor=by.policy_role, category=CATEGORY, purpose=PURPOSE, subject=str(agency), actor_id=by.id,
        agency=str(by.agency or ""),
    )  # fmt: skip
    answer = decide(question, facts, current())
    return isinstance(answer, Permit) and "name" in answer.fields
