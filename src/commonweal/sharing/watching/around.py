"""What this site knows around look-ups: ties, events, nearness, renown, what is usual."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import TruncHour

from commonweal.agencies import queries as agencies
from commonweal.engines.watching import Bond, Context, Habit, Near, Renown, Visit, habit
from commonweal.kernel import clock
from commonweal.people import queries as people
from commonweal.sharing.models import Closeness, Holding, LookUp, Opening, PublicInterest, Tie
from commonweal.sharing.watching import rules
from commonweal.sharing.watching.gathering import as_visits

BINDING = ("incident", "care", "table", "diversion")


def with_ties(rows: Sequence[LookUp]) -> dict[UUID, Visit]:
    """The look-ups with ties of the worker (or their agency and role) and what happened to the person."""
    anchors = _anchors(rows)
    wanted = {one for found in anchors.values() for one in found}
    by_anchor: dict[UUID, list[Tie]] = defaultdict(list)
    for tie in Tie.objects.filter(subject__in=wanted, relation__in=BINDING):
        by_anchor[tie.subject].append(tie)
    found, openings = as_visits(rows), _openings(rows)
    for row in rows:
        ties = [tie for anchor in anchors[row.id] for tie in by_anchor[anchor]]
        bonds = [Bond(t.relation, t.since, t.until) for t in ties if _binds(t, row)]
        events = sorted({t.since for t in ties})
        every = (*bonds, *openings[row.id])
        found[row.id] = replace(found[row.id], bonds=every, events=tuple(events))
    return found


def _openings(rows: Sequence[LookUp]) -> dict[UUID, list[Bond]]:
    """Emergencies in which a worker opened this person's records: each is before the officer already."""
    circles = people.circles({row.person for row in rows})
    every = {one for circle in circles.values() for one in circle} | {row.person for row in rows}
    found: dict[tuple[UUID, UUID], list[Opening]] = defaultdict(list)
    for one in Opening.objects.filter(account__in={row.account for row in rows}, person__in=every):
        found[one.account, one.person].append(one)
    return {row.id: _opened(row, circles.get(row.person, frozenset({row.person})), found) for row in rows}


def _opened(
    row: LookUp, circle: Collection[UUID], openings: dict[tuple[UUID, UUID], list[Opening]]
) -> list[Bond]:
    """Only while it was open: what is looked at before or after is no part of it."""
    grace = rules().span("gap_minutes")
    return [
        Bond("emergency", one.created_at, one.ended_at or one.until)
        for person in circle
        for one in openings[row.account, person]
        if one.created_at - grace <= row.starts_at and row.ends_at <= (one.ended_at or one.until) + grace
    ]


def _binds(tie: Tie, row: LookUp) -> bool:
    mine = tie.account == row.account or (row.agency is not None and tie.agency_id == row.agency)
    policy = agencies.ROLES[row.role].policy_role if row.role in agencies.ROLES else row.role
    return mine and (tie.account is not None or tie.role in ("", row.role, policy))


def _anchors(rows: Sequence[LookUp]) -> dict[UUID, set[UUID]]:
    """Ids at which a tie would count for each look-up: the person's, their records' and their calls'."""
    circles = people.circles({row.person for row in rows})
    near: dict[UUID, set[UUID]] = defaultdict(set)
    every = {one for circle in circles.values() for one in circle}
    asked = {UUID(one) for row in rows for one in row.subjects}
    held = Holding.objects.filter(Q(person__in=every) | Q(subject__in=asked))
    for person, subject, call in held.values_list("person", "subject", "call"):
        for key in (person, subject):
            near[key] |= {subject, call} if call else {subject}
    return {row.id: _all_of(row, circles.get(row.person, frozenset({row.person})), near) for row in rows}


def _all_of(row: LookUp, circle: Collection[UUID], near: dict[UUID, set[UUID]]) -> set[UUID]:
    asked = {UUID(one) for one in row.subjects}
    own = {*circle, *asked}
    return own | {one for key in own for one in near.get(key, ())}


def context(rows: Sequence[LookUp]) -> Context:
    """Everything that the engine may weigh around these look-ups."""
    accounts, persons = {row.account for row in rows}, {row.person for row in rows}
    return Context(
        history=_history(rows, accounts, persons),
        near=_near(rows, accounts),
        renown=_renown(persons),
        habits=_habits(Q(account__in=accounts), "account"),
        peers=_habits(Q(role__in={row.role for row in rows}), "role"),
    )


def _history(rows: Sequence[LookUp], accounts: set[UUID], persons: set[UUID]) -> list[Visit]:
    """The same workers' look-ups of that day, and those at the same persons as far as the pack looks back."""
    begin = min(row.starts_at for row in rows)
    same_day = Q(starts_at__gte=begin - timedelta(hours=2))
    same_person = Q(person__in=persons, starts_at__gte=begin - rules().span("history_days"))
    before = list(
        LookUp.objects.filter(same_day | same_person, account__in=accounts, judged_at__isnull=False)
    )
    seen = as_visits(before)
    bond = (Bond("kept", datetime.min.replace(tzinfo=begin.tzinfo)),)
    return [replace(seen[row.id], bonds=bond) if row.is_tied else seen[row.id] for row in before]


def _near(rows: Sequence[LookUp], accounts: set[UUID]) -> dict[tuple[str, str], Near]:
    kept = {one.account: one for one in Closeness.objects.filter(account__in=accounts)}
    names = {a.id: a.display_name for a in agencies.accounts().filter(id__in=accounts)}
    circles = people.circles({row.person for row in rows})
    staff = {person for person in Closeness.objects.exclude(person=None).values_list("person", flat=True)}
    found: dict[tuple[str, str], Near] = {}
    for row in rows:
        pair = str(row.account), str(row.person)
        if pair not in found and not row.is_listed:
            own = kept.get(row.account) or Closeness(surname=names.get(row.account, "").split(" ")[-1])
            circle = circles.get(row.person, frozenset({row.person}))
            found[pair] = _between(own, circle, staff)
    return found


def _between(own: Closeness, circle: frozenset[UUID], staff: set[UUID | None]) -> Near:
    if own.person in circle:
        return Near(is_self=True)
    point = (own.lon, own.lat) if own.lon is not None and own.lat is not None else None
    alike = people.likeness(circle, family=own.surname, address=own.address, point=point)
    return Near(
        related=any(str(one) in own.related for one in circle),
        same_surname=alike.same_surname,
        same_address=alike.same_address,
        same_block=alike.same_block,
        metres=alike.metres,
        colleague=bool(staff & circle),
    )


def _renown(persons: set[UUID]) -> dict[str, Renown]:
    now = clock.now()
    marked = PublicInterest.objects.filter(Q(until__isnull=True) | Q(until__gt=now))
    circles = people.circles(marked.values_list("person", flat=True))
    known = {one for circle in circles.values() for one in circle}
    since = now - rules().span("history_days")
    crowds = (
        LookUp.objects.filter(
            person__in=persons, starts_at__gte=since, is_tied=False, is_listed=False, judged_at__isnull=False
        )
        .values_list("person")
        .annotate(n=Count("account", distinct=True))
    )
    lookers = dict(crowds)
    return {str(one): Renown(one in known, lookers.get(one, 0)) for one in persons}


def _habits(whose: Q, by: str) -> dict[str, Habit]:
    """What is usual in an hour, by account or by role, over the weeks before yesterday."""
    now = clock.now()
    span = (now - rules().span("history_days"), now - timedelta(days=1))
    rows = LookUp.objects.filter(whose, is_listed=False, starts_at__range=span)
    hours = rows.annotate(hour=TruncHour("starts_at")).values_list(by, "account", "hour")
    counts: dict[str, list[int]] = defaultdict(list)
    for key, _account, _hour, n in hours.annotate(n=Count("person", distinct=True)):
        counts[str(key)].append(n)
    return {key: habit(found) for key, found in counts.items()}
