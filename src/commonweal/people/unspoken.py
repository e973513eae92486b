"""Records whose being there is not said to another agency: no candidate, no pair, no count of them.

Treatment programmes (42 CFR 2.13(c)) and the 988 Lifeline compare their own records themselves; victim
services nobody's (34 USC 12291(b)(2)).
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from commonweal.agencies import queries as agencies

NEVER = "victim_service_provider"
UNSPOKEN = ("part2_program", "lifeline_988", NEVER)


def told_to(agency: UUID | None, of: str = "") -> Q:
    """Which source records a steward of this agency may hear of; `of` is the way to the record ("left__")."""
    silent = Q(**{f"{of}agency__kind__in": UNSPOKEN})
    return ~silent | Q(**{f"{of}agency": agency}) if agency else ~silent


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
