"""Whose a follow-up is: those who met the person, and the care side of the agencies that answered."""

from collections.abc import Collection
from uuid import UUID

from commonweal.kernel.actors import Actor

POLICE_ROLES = frozenset({"patrol_officer", "cit_officer"})


def follows_up(by: Actor, team: Collection[str], agencies: Collection[UUID | None]) -> bool:
    """Never police who were not there: data given for care are not read for enforcement."""
    of_agency = by.agency is not None and by.agency in agencies and by.policy_role not in POLICE_ROLES
    return by.role == "system" or by.id in team or of_agency
