"""What a person's records share with somebody's surname and home: answers, never the values themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from commonweal.people.keys import key
from commonweal.people.models import SourceRecord
from commonweal.places import queries as places


@dataclass(frozen=True, slots=True)
class Likeness:
    """Whether any record of the person has this surname, this address, this block; metres between homes."""

    same_surname: bool = False
    same_address: bool = False
    same_block: bool = False
    metres: float | None = None


def likeness(
    persons: Iterable[UUID], *, family: str, address: str, point: tuple[float, float] | None
) -> Likeness:
    """One person, all their ids given, against a surname, an address and its place; blank ones match nobody.

    For the detector of look-ups: nothing of a record leaves but these four answers.
    """
    rows = list(SourceRecord.objects.filter(person__in=list(persons)).values_list("family_key", "address"))
    name, home = key(family), key(address)
    homes = sorted({there for _family, there in rows if there})
    block = key(places.to_block(address)) if address[:1].isdigit() else ""
    return Likeness(
        bool(name) and any(family_key == name for family_key, _there in rows),
        bool(home) and any(key(there) == home for there in homes),
        bool(block) and any(key(places.to_block(there)) == block for there in homes),
        _metres(homes, point) if point else None,
    )


def _metres(homes: Iterable[str], point: tuple[float, float]) -> float | None:
    """Metres from the point to the nearest of these addresses that the gazetteer knows."""
    known = [found[0] for home in homes if (found := places.find(home, 1)) and found[0].score >= 85]
    return min((places.distance_km(point, (one.lon, one.lat)) * 1000 for one in known), default=None)
