"""Whose records a steward hears of: their own agency's, and those that an agreement lays beside them.

Evidence that a hidden record agrees in name and date of birth says whose it is. So a pair is told only where
both sides may be read. Treatment programmes (42 CFR 2.13(c)) and the 988 Lifeline compare their own records
themselves; victim services nobody's (34 USC 12291(b)(2)), whatever an agreement says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from commonweal.agencies import queries as agencies

NEVER = "victim_service_provider"
UNSPOKEN = ("part2_program", "lifeline_988", NEVER)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A steward's agency, and the agencies whose records an agreement that names linkage opens to it."""

    agency: UUID
    linked: frozenset[UUID] = frozenset()


def told_to(reviewer: Reviewer, of: str = "") -> Q:
    """Which source records the reviewer may hear of; `of` is the way to the record ("left__")."""
    own = Q(**{f"{of}agency": reviewer.agency})
    opened = Q(**{f"{of}agency__in": sorted(reviewer.linked)})
    return own | opened & ~Q(**{f"{of}agency__kind__in": UNSPOKEN})


def beside(reviewer: Reviewer, agencies: Iterable[UUID]) -> list[UUID]:
    """Of these agencies those whose records the reviewer may have compared with their own, own included."""
    told = {reviewer.agency} | reviewer.linked
    return [one for one in comparable(agencies, reviewer.agency) if one in told]


def comparable(chosen: Iterable[UUID], by: UUID | None) -> list[UUID]:
    """Of these agencies those whose records a steward of agency `by` may compare; their order is kept."""
    kinds = dict(agencies.agencies().values_list("id", "kind"))
    return [
        one for one in chosen if kinds.get(one) != NEVER and (kinds.get(one) not in UNSPOKEN or one == by)
    ]


def is_told(compared: Iterable[str], agency: UUID) -> bool:
    """Whether a comparison over these agencies may be told to one of them: no other's silence is in it."""
    silent = {str(id) for id in agencies.agencies().filter(kind__in=UNSPOKEN).values_list("id", flat=True)}
    named = set(compared)
    return str(agency) in named and not (named & silent) - {str(agency)}
