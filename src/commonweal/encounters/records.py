"""One encounter held for writing, who may write it, and who wrote which field when."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from commonweal.encounters.models import Encounter
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

NO_OPERATIONS: Mapping[str, UUID] = MappingProxyType({})
CLINICAL_ROLES = frozenset({"corespond_clinician", "crisis_team", "hospital"})


def locked(encounter: UUID) -> Encounter:
    """The encounter, held until the transaction ends; NotFound otherwise."""
    found = Encounter.objects.select_for_update().filter(id=encounter).first()
    if found is None:
        raise NotFound("encounter")
    return found


def present(by: Actor, found: Encounter) -> None:
    """NotFound for whoever was not of its team."""
    if by.id not in found.team:
        raise NotFound("encounter")


class Writing(NamedTuple):
    """The last writing of one field: the encounter's version that it made, by whom, when, in which operation.

    Version 0 by nobody is a field that nobody wrote yet.
    """

    version: int
    by: str
    at: datetime | None
    operation: str


def writing(found: Encounter, field: str) -> Writing:
    """Who wrote a field last."""
    version, by, at, operation = (found.written or {}).get(field, (0, "", "", ""))
    return Writing(version, by, datetime.fromisoformat(at) if at else None, operation)


def sign(
    found: Encounter, fields: Iterable[str], by: str, operations: Mapping[str, UUID] = NO_OPERATIONS
) -> None:
    """Note on an unsaved encounter that these fields were written now, in its present version."""
    at = clock.now().isoformat()
    lines = {name: [found.version, by, at, str(operations.get(name, ""))] for name in fields}
    found.written = {**(found.written or {}), **lines}
