"""Find candidates by what a caller or a person says: names misheard or swapped, dates partly wrong.

Only ids and scores leave this module; every candidate passes the gate before a value is shown. Records
of victim-service providers are never candidates (34 USC 12291(b)(2)); nor are sealed and expunged ones.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q
from rapidfuzz import fuzz

from commonweal.kernel.actors import Subject
from commonweal.people.keys import key
from commonweal.people.models import SourceRecord

FEWEST = 3  # letters of a name; less is fishing
_LOOK_AT = 400


def candidates(
    *, given: str = "", family: str = "", born: date | None = None, phone: str = "", limit: int = 8
) -> list[tuple[Subject, float]]:
    """Records that may be the person, best first, with a score from 0 to 100.

    Needs three letters of a name, a birth date, or seven digits of a phone number; otherwise nothing.
    """
    one, two = key(given), key(family)
    digits = "".join(c for c in phone if c.isdigit())[-7:]
    where = _where(one, two, born, digits)
    if where is None:
        return []
    rows = SourceRecord.objects.filter(where, is_barred=False)
    rows = rows.exclude(agency__kind="victim_service_provider")[:_LOOK_AT]
    scored = [(Subject("source_record", r.id), _score(r, one, two, born, digits)) for r in rows]
    kept = [pair for pair in scored if pair[1] >= 60]
    return sorted(kept, key=lambda pair: -pair[1])[:limit]


def _where(one: str, two: str, born: date | None, digits: str) -> Q | None:
    found = Q()
    for name in (one, two):
        if len(name) >= FEWEST:
            start = name[:2]
            found |= Q(family_key__startswith=start) | Q(given_key__startswith=start)
    if born:
        found |= Q(born=born)
    if len(digits) == 7:
        found |= Q(phone__contains=digits[-4:])
    return found or None


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
