"""Which of many candidates the gate is asked about: a search must find those whom the worker cares for."""

from collections.abc import Collection, Sequence
from uuid import UUID

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import queries as people
from commonweal.sharing import facts

Scored = Sequence[tuple[Subject, float]]
BINDING = frozenset({"care", "incident", "table", "diversion"})


def nearest(by: Actor, found: Scored, limit: int = people.LIKELY) -> list[tuple[Subject, float]]:
    """The few that are asked about: records of people the asker is bound to, then the likeliest.

    A steward's own are the records of their agency. Order stays best first. It opens nothing: whoever is
    bound to none gets the likeliest, and the gate answers for each. Three statements, whoever is found.
    """
    return cut(found, _own(by, [subject for subject, _score in found]), limit)


def cut(found: Scored, own: Collection[Subject], limit: int) -> list[tuple[Subject, float]]:
    """At most `limit` of them, their order kept: the own ones go before the others when some must go."""
    first = [pair for pair in found if pair[0] in own] + [pair for pair in found if pair[0] not in own]
    kept = {subject for subject, _score in first[:limit]}
    return [pair for pair in found if pair[0] in kept]


def _own(by: Actor, subjects: Collection[Subject]) -> frozenset[Subject]:
    origins = facts.origins(list(subjects))
    anchors = {one for origin in origins.values() for one in origin.circle}
    bonds, _lapsed = facts.ties(by, anchors)
    bound = {one for one, of in bonds.items() if any(_binds(bond) for bond in of)}
    return frozenset(s for s, origin in origins.items() if origin.circle & bound or _keeps(by, origin.agency))


def _binds(bond: facts.Bond) -> bool:
    return bond.relation in BINDING and (bond.until is None or bond.until > clock.now())


def _keeps(by: Actor, agency: UUID | None) -> bool:
    return by.policy_role == "record_steward" and agency is not None and agency == by.agency
