"""One encounter held for writing, and who may write it."""

from uuid import UUID

from commonweal.encounters.models import Encounter
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

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
