"""Lists of referrals as operations need them: states and times by opaque id, nobody's name, no need."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.people import queries as people
from commonweal.referrals import states, telling
from commonweal.referrals.models import AnswerLink, Referral, Step
from commonweal.referrals.parties import last_answer, parties
from commonweal.referrals.queries.row import Row, Rows

FOLDERS: Mapping[str, frozenset[str]] = {
    "waiting": states.WAITING,
    "current": states.CURRENT,
    "settled": frozenset(states.OUTCOMES),
    "ended": states.ENDS | states.UNMET,
}


def _soonest(found: QuerySet[Referral]) -> QuerySet[Referral]:
    return found.order_by(F("due_at").asc(nulls_last=True), "-sent_at", "id")


def _latest(found: QuerySet[Referral]) -> QuerySet[Referral]:
    return found.order_by(F("sent_at").desc(nulls_first=True), "-created_at", "id")


def inbox(by: Actor, folder: str = "waiting") -> Rows:
    """Referrals sent to the actor's agency, soonest due first; in `ended`, the latest first."""
    mine = Referral.objects.filter(to_agency=by.agency, sent_at__isnull=False) if by.agency else None
    if mine is None or not by.may("answer_referrals"):
        return Rows(Referral.objects.none())
    found = mine.filter(state__in=FOLDERS.get(folder, states.STATES))
    if folder == "ended":
        return Rows(found.order_by(Coalesce("closed_at", "answered_at", "sent_at").desc(), "id"))
    return Rows(_latest(found) if folder in ("settled", "all") else _soonest(found))


def outbox(by: Actor, folder: str = "all") -> Rows:
    """Referrals that the actor's agency made, latest first; in a folder, those of which it may be told.

    A guarded one of which the actor may know only that it was made stands in no folder but `all`.
    """
    if by.agency is None or not by.may("send_referrals"):
        return Rows(Referral.objects.none())
    found = Referral.objects.filter(from_agency=by.agency)
    if folder in FOLDERS:
        found = found.filter(state__in=FOLDERS[folder])
        found = found.exclude(id__in=telling.withheld(by, found.filter(is_guarded=True)))
    return Rows(_latest(found), by)


def own_appointments(by: Actor, since: timedelta = timedelta(days=14)) -> list[Subject]:
    """Referrals with an appointment, sent by the actor or booked by them: subjects to ask about."""
    mine = Q(sent_by=by.id) | Q(steps__act="schedule", steps__by=by.id)
    sides = Q(from_agency=by.agency) | Q(to_agency=by.agency)
    found = Referral.objects.filter(mine, sides, state=states.SCHEDULED)
    coming = found.filter(scheduled_for__gt=clock.now() - since).order_by("scheduled_for").distinct()
    return [Subject("referral", i) for i in coming.values_list("id", flat=True)[:50]]


def counts(by: Actor) -> dict[str, int]:
    """How many referrals the actor's agency holds in each folder: the length of its own lists."""
    if by.agency is None or not by.may("answer_referrals"):
        return dict.fromkeys(FOLDERS, 0)
    found = Referral.objects.filter(to_agency=by.agency, sent_at__isnull=False)
    by_state = dict(found.values_list("state").annotate(n=Count("id")).order_by())
    return {name: sum(by_state.get(s, 0) for s in wanted) for name, wanted in FOLDERS.items()}


def parties_of(by: Actor, referral: UUID) -> frozenset[str]:
    """What the actor is to it: sender, receiver, both; empty for anyone else and for unknown ids."""
    found = Referral.objects.filter(id=referral).first()
    if found is None or (found.sent_at is None and by.agency != found.from_agency_id):
        return frozenset()
    return parties(by, found)


def hands(referral: UUID, party: str) -> list[UUID]:
    """Accounts of one party (sender, receiver) that have done something on it, once each."""
    done = Step.objects.filter(referral=referral, party=party).values_list("by", flat=True)
    return [UUID(account) for account in dict.fromkeys(done) if len(account) == 36]


def may_take_back(by: Actor, referral: UUID) -> bool:
    """Whether the last answer is the actor's own and less than a minute old."""
    return last_answer(by, referral) is not None


def row(by: Actor, referral: UUID) -> Row:
    """One referral to which the actor is a party; NotFound to everyone else."""
    if not parties_of(by, referral):
        raise NotFound("referral")
    [found] = Rows(Referral.objects.filter(id=referral), by)[0:1]
    return found


def lock(referral: UUID) -> None:
    """Keep other writers of a referral out until the transaction ends; NotFound where there is none."""
    if not Referral.objects.select_for_update().filter(id=referral).first():
        raise NotFound("referral")


def rows_of(referrals: Iterable[UUID]) -> dict[UUID, Row]:
    """Rows by id, as they stand: for handlers, and where a permit has opened the status of each."""
    found = Referral.objects.filter(id__in=list(referrals))
    return {one.id: one for one in Rows(found)[0:1000]}


def row_of(referral: UUID) -> Row:
    """One of them; NotFound otherwise."""
    found = rows_of([referral]).get(referral)
    if found is None:
        raise NotFound("referral")
    return found


def person_behind(referral: UUID) -> UUID | None:
    """Whom a referral is about, for handlers that go on with it; None where its receiver learns no name."""
    found = Referral.objects.filter(id=referral, is_anonymous=False).values_list("person", flat=True).first()
    return found


def of_person(person: UUID) -> list[Subject]:
    """A person's referrals, latest first: subjects to ask about."""
    found = Referral.objects.filter(person__in=people.circle(person)).order_by("-created_at")
    return [Subject("referral", i) for i in found.values_list("id", flat=True)]


def alive_for(person: UUID) -> list[Row]:
    """Sent referrals about a person, under any id of theirs, that are not over; for handlers.

    Guarded ones are among them over or not: whether a sender hears must not hang on it (`Row.is_live`).
    """
    found = Referral.objects.filter(person__in=people.circle(person), sent_at__isnull=False)
    return list(Rows(found.filter(Q(state__in=states.LIVE) | Q(is_guarded=True))))


def sender_told(referral: UUID) -> UUID | None:
    """The account that sent it, where it may be told how it stands; None where not, or a program sent."""
    found = Referral.objects.filter(id=referral).first()
    return telling.sender_told(found) if found else None


def of_encounter(encounter: UUID) -> list[Subject]:
    """Referrals made at an encounter, in order: subjects to ask about."""
    found = Referral.objects.filter(encounter=encounter).order_by("created_at")
    return [Subject("referral", i) for i in found.values_list("id", flat=True)]


def has_open_link(referral: UUID) -> bool:
    """Whether a mailed link still waits for an answer."""
    found = AnswerLink.objects.filter(referral=referral, used_at__isnull=True, revoked_at__isnull=True)
    return found.filter(expires_at__gt=clock.now()).exists()


def linked(link: UUID) -> Row:
    """The row behind an opened answer link; NotFound otherwise."""
    found = AnswerLink.objects.filter(id=link).values_list("referral", flat=True).first()
    if found is None:
        raise NotFound("link")
    return rows_of([found])[found]
