"""Find candidates by what a caller or a person says: names misheard or swapped, dates partly wrong.

Only ids and scores leave this module; every candidate passes the gate before a value is shown. Records
of victim-service providers are never candidates (34 USC 12291(b)(2)); nor are sealed and expunged ones.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q
from rapidfuzz import fuzz

from commonweal.kernel.actors import Subject
from commonweal.people.keys import key
from commonweal.people.models import SourceRecord

FEWEST = 3  # letters of a name; less is fishing
LIKELY = 8  # how many are asked about and shown
MOST = 200  # how many are weighed where some may be the asker's own
_LOOK_AT = 400  # records of each way of looking, so that a common beginning crowds out nobody


def candidates(
    *, given: str = "", family: str = "", born: date | None = None, phone: str = "", limit: int = LIKELY
) -> list[tuple[Subject, float]]:
    """Records that may be the person, best first, with a score from 0 to 100.

    Needs three letters of a name, a birth date, or seven digits of a phone number; otherwise nothing. Looked
    for are the names as said, then the date and number, then both beginnings, then either: in a county of
    hundreds of Marias the one whose whole name is said is among those compared.
    """
    one, two = key(given), key(family)
    digits = "".join(c for c in phone if c.isdigit())[-7:]
    open_ = SourceRecord.objects.filter(is_barred=False).exclude(agency__kind="victim_service_provider")
    rows = {row.id: row for way in _ways(one, two, born, digits) for row in open_.filter(way)[:_LOOK_AT]}
    scored = [(Subject("source_record", r.id), _score(r, one, two, born, digits)) for r in rows.values()]
    kept = [pair for pair in scored if pair[1] >= 60]
    return sorted(kept, key=lambda pair: (-pair[1], str(pair[0].id)))[:limit]


def _ways(one: str, two: str, born: date | None, digits: str) -> list[Q]:
    """Ways of looking, the surest first; each finds at most _LOOK_AT."""
    named = [name for name in (one, two) if len(name) >= FEWEST]
    longer, begin = [name[:4] for name in named], [name[:2] for name in named]
    ways = [_names(named, "")] if named else []
    ways += [Q(born=born)] if born else []
    ways += [Q(phone__contains=digits[-4:])] if len(digits) == 7 else []
    ways += [_names(start, "__startswith") for start in (longer, begin) if len(start) == 2]
    return ways + [_names([start], "__startswith") for start in begin]


def _names(said: Sequence[str], how: str) -> Q:
    """Two names in either order, or one in either place."""
    if len(said) == 1:
        return Q(**{f"family_key{how}": said[0]}) | Q(**{f"given_key{how}": said[0]})
    one, two = said
    straight = Q(**{f"given_key{how}": one, f"family_key{how}": two})
    return straight | Q(**{f"given_key{how}": two, f"family_key{how}": one})


def _score(row: SourceRecord, one: str, two: str, born: date | None, digits: str) -> float:
    """Names as they are or swapped, whichever fits better; date and phone add or take away."""
    wanted = f"{one} {two}".strip()
    has = f"{row.given_key} {row.family_key}".strip()
    score = fuzz.token_sort_ratio(wanted, has) if wanted else 55.0
    if born and row.born:
        score += 25 if born == row.born else 10 if _near(born, row.born) else -20
    if len(digits) == 7 and row.phone:
        score += 20 if "".join(c for c in row.phone if c.isdigit()).endswith(digits) else 0
    return min(100.0, score)


def _near(a: date, b: date) -> bool:
    """One part of the date wrong, or day and month swapped."""
    same = (a.year == b.year) + (a.month == b.month) + (a.day == b.day)
    return same == 2 or (a.year == b.year and a.month == b.day and a.day == b.month)


def persons(subjects: Iterable[Subject]) -> dict[Subject, UUID]:
    """The person each record is linked to now."""
    wanted = {s.id: s for s in subjects}
    rows = SourceRecord.objects.filter(id__in=wanted).values_list("id", "person_id")
    return {wanted[record]: person for record, person in rows}
