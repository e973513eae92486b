"""Who comes near an outreach list at all: care, by name. Law enforcement by no path."""

from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

CARE_KINDS = frozenset({"health", "hospital", "social_service"})
CARE_ROLES = frozenset({"corespond_clinician"})  # actors of the disclosure vocabulary
MAY = "offer_outreach"


def own_agency(by: Actor) -> UUID:
    """The agency of a clinician who may work an outreach list; NotFound for everybody else.

    The permission alone is not enough: a clinician employed by an agency that is not one of care (police,
    sheriff, prosecutor, an emergency centre) is refused like anybody else, and learns nothing by it.
    """
    if not by.may(MAY) or by.policy_role not in CARE_ROLES or by.agency is None:
        raise NotFound("list")
    if agencies.agency(by.agency).kind not in CARE_KINDS:
        raise NotFound("list")
    return by.agency


def reads_scores(role: str) -> bool:
    """Whether a permit of this actor opens a standing: care's, or the person's own."""
    return role in CARE_ROLES | {"subject_self"}
