"""What is sealed or expunged, for those who count or keep: ids, never a word."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from commonweal.kernel.actors import Subject
from commonweal.kernel.models import JournalLine
from commonweal.people import queries as people
from commonweal.sharing import events
from commonweal.sharing.models import Holding

BARS = Q(is_sealed=True) | Q(is_expunged=True)


def barred(*kinds: str) -> frozenset[UUID]:
    """Records of these kinds that count nowhere: sealed or expunged, or their call or person is."""
    calls = Holding.objects.filter(BARS, kind="call").values("subject")
    named = Holding.objects.filter(BARS, kind="person").values_list("subject", flat=True)
    gone = {one for circle in people.circles(named).values() for one in circle}
    found = Holding.objects.filter(BARS | Q(call__in=calls) | Q(person__in=gone), kind__in=kinds)
    return frozenset(found.values_list("subject", flat=True))


def is_expunged(subject: Subject) -> bool:
    """Whether a record was expunged: what is kept of it elsewhere is then destroyed."""
    return Holding.objects.filter(kind=subject.kind, subject=subject.id, is_expunged=True).exists()


def sealed_since(moment: datetime) -> bool:
    """Whether anything was sealed or expunged after a moment, by whatever process."""
    return JournalLine.objects.filter(kind=events.Sealed.kind, at__gte=moment).exists()


def unreachable(person: UUID, about: Subject) -> str:
    """Why nothing is sent to a person any more: `died`, `sealed` (they, or what it is about); empty if none.

    Sealed also where every record of theirs is.
    """
    records = people.records_of(person)
    mine = _of_person(person, records)
    if mine.filter(is_deceased=True).exists():
        return "died"
    closed = set(mine.filter(BARS).values_list("kind", "subject"))
    none_left = records and all((one.kind, one.id) in closed for one in records)
    itself = Holding.objects.filter(BARS, kind=about.kind, subject=about.id)
    is_sealed = none_left or any(kind == "person" for kind, _id in closed) or itself.exists()
    return "sealed" if is_sealed else ""


def is_in_hiding(person: UUID) -> bool:
    """Whether a record of the person is a victim's, or keeps where they live confidential."""
    hidden = Q(is_dv=True) | Q(is_confidential_address=True)
    return _of_person(person, people.records_of(person)).filter(hidden).exists()


def _of_person(person: UUID, records: list[Subject]) -> QuerySet[Holding]:
    circle = people.circle(person)
    itself = Q(kind="person", subject__in=circle)
    recorded = Q(kind="source_record", subject__in=[one.id for one in records])
    return Holding.objects.filter(Q(person__in=circle) | itself | recorded)


def is_minors(person: UUID) -> bool:
    """Whether any record of the person was marked as a minor's."""
    return Holding.objects.filter(is_minor=True, person__in=people.circle(person)).exists()
