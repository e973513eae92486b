"""Cases and hub-table discussions: support over months, and situations that several agencies share."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import numpy as np

from commonweal.demo import pack
from commonweal.demo.organization import Organization
from commonweal.demo.pack import Random
from commonweal.demo.people import Person
from commonweal.demo.values import Case, Contact, Discussion, Encounter, Goal, Rating, Referral, Task

COUNT = 400
LATE = timedelta(weeks=4)  # a promise this late has been kept by now
DISCUSSIONS = 48
DOMAINS = (
    "shelter", "food", "transport", "employment", "financial", "childcare", "health", "mental_health",
    "substance_use", "safety",
)  # fmt: skip
CLOSINGS = {"goals_met": 0.35, "stable": 0.2, "moved": 0.08, "person_ended": 0.17, "no_contact": 0.2}
CONCLUSIONS = {
    "connected": 0.52, "connected_elsewhere": 0.08, "personal_supports": 0.08, "refused": 0.08,
    "informed": 0.06, "not_located": 0.05, "systemic": 0.03, "not_aer": 0.05, "already_connected": 0.05,
}  # fmt: skip
REJECTED = frozenset(["not_aer", "already_connected", "single_agency", "originator_not_exhausted"])
RISKS = {
    "mental_health": ("mental_health.diagnosed", "mental_health.not_following_treatment"),
    "substance_use": ("drugs.abuse", "alcohol.abuse"),
    "housing": ("housing.no_appropriate", "housing.transient"),
    "financial": ("poverty.person", "basic_needs.unable"), "health": ("physical_health.general",),
    "employment": ("unemployment.chronic_self",), "safety": ("physical_violence.harmed",),
}  # fmt: skip
PROTECTIVE = ("family", "housing", "pro_social", "social_network", "physical_health", "finance")
LEADS = ("health", "commons", "lantern", "schools", "harlow_pd")


def generate(
    seed: int, encounters: list[Encounter], referrals: list[Referral], people: dict[int, Person],
    organization: Organization, now: datetime,
) -> list[Case]:  # fmt: skip
    """Return the cases: opened for those who met teams most often, after their first referral was taken."""
    random = pack.stream(seed, "cases")
    met = Counter(encounter.person for encounter in encounters if encounter.person is not None)
    taken: dict[int, tuple[int, datetime]] = {}
    for referral in referrals:
        at = next((step.at for step in referral.steps if step.state == "accepted"), None)
        if at is not None and at < now - timedelta(days=5):
            taken.setdefault(referral.person, (referral.key, at))
    chosen = sorted(taken, key=lambda key: (-met[key], key))[:COUNT]
    managers = [w.key for w in organization.workers if w.role == "case_manager"]
    return [
        _case(random, number, people[key], taken[key], managers, now)
        for number, key in enumerate(sorted(chosen, key=lambda key: taken[key][1]), 1)
    ]


def _case(
    random: Random,
    number: int,
    person: Person,
    taken: tuple[int, datetime],
    managers: list[str],
    now: datetime,
) -> Case:
    manager = managers[int(random.integers(len(managers)))]
    opened = taken[1] + timedelta(days=float(random.uniform(0.2, 4)))
    length = timedelta(days=float(np.clip(random.gamma(3, 50), 21, 400)))
    closed = opened + length if opened + length < now and random.random() < 0.8 else None
    until = closed or now
    words = pack.words()
    wants = [need for need in person.needs if need in words["goals"]] or ["mental_health"]
    goals = tuple(_goal(random, need, opened, until) for need in wants[:3])
    return Case(
        key=number,
        person=person.key,
        agency=manager.partition(".")[0],
        manager=manager,
        kind=pack.one(random, {"support": 0.72, "diversion": 0.12, "outreach": 0.16}),
        referral=taken[0],
        opened_at=opened,
        closed_at=closed,
        close_reason=pack.one(random, CLOSINGS) if closed else "",
        own_words=goals[0].text,
        summary=words["narratives"]["shared"][number % len(words["narratives"]["shared"])],
        members=(manager, managers[(number + 3) % len(managers)]),
        goals=goals,
        tasks=_tasks(random, manager, opened, until),
        contacts=_contacts(random, manager, opened, until),
        ratings=_ratings(random, person, opened, until),
    )


def _goal(random: Random, need: str, opened: datetime, until: datetime) -> Goal:
    texts = pack.words()["goals"][need]
    span = (until - opened).days
    reached = (
        (opened + timedelta(days=span * float(random.uniform(0.4, 1)))).date()
        if random.random() < 0.4
        else None
    )
    return Goal(need, texts[int(random.integers(len(texts)))], reached)


def _tasks(random: Random, owner: str, opened: datetime, until: datetime) -> tuple[Task, ...]:
    texts, found = pack.words()["tasks"], []
    for index in random.choice(len(texts), int(random.integers(2, 6)), replace=False):
        due = (opened + timedelta(days=int(random.integers(3, 60)))).date()
        is_kept = random.random() < 0.75 or due < until.date() - LATE
        done = due + timedelta(days=int(random.integers(-3, 9))) if is_kept else None
        found.append(Task(texts[int(index)], owner, due, done if done and done <= until.date() else None))
    return tuple(found)


def _contacts(random: Random, by: str, opened: datetime, until: datetime) -> tuple[Contact, ...]:
    found: list[Contact] = []
    at = opened + timedelta(days=1)
    notes = pack.words()["narratives"]["shared"]
    while at < until and len(found) < 40:
        reached = bool(random.random() < 0.74)
        way = pack.one(random, {"phone": 0.45, "visit": 0.35, "text": 0.2})
        found.append(Contact(at, by, way, reached, notes[len(found) % len(notes)] if reached else ""))
        at += timedelta(days=float(random.gamma(2, 5)))
    return tuple(found)


def _ratings(random: Random, person: Person, opened: datetime, until: datetime) -> tuple[Rating, ...]:
    """The matrix at the start and every sixty days: needs start low and rise, unevenly."""
    level = {domain: 2.0 if domain in person.needs else 3.6 for domain in DOMAINS}
    level["shelter"] = {"unsheltered": 1.0, "shelter": 1.8, "temporary": 2.4}.get(person.housing, 3.6)
    found: list[Rating] = []
    at = opened + timedelta(hours=2)
    while at < until and len(found) < 6:
        ratings = tuple(
            (domain, int(np.clip(round(value + random.normal(0, 0.4)), 1, 5)))
            for domain, value in level.items()
        )
        lowest = sorted(ratings, key=lambda pair: pair[1])[:2]
        found.append(Rating(at, ratings, tuple(domain for domain, _ in lowest)))
        level = {domain: min(5.0, value + float(random.normal(0.3, 0.3))) for domain, value in level.items()}
        at += timedelta(days=60)
    return tuple(found)


def discussions(
    seed: int, encounters: list[Encounter], people: dict[int, Person], today: date, now: datetime
) -> list[Discussion]:
    """Return the year's discussions at the hub table, two most weeks; the last ones are still open."""
    random = pack.stream(seed, "tables")
    met = Counter(encounter.person for encounter in encounters if encounter.person is not None)
    often = [key for key, _ in met.most_common(3 * DISCUSSIONS)]
    chosen = random.choice(often, min(DISCUSSIONS, len(often)), replace=False)
    found = []
    for number, key in enumerate(chosen, 1):
        opened = now - timedelta(days=(DISCUSSIONS - number) * 7 + 0.3)
        found.append(_discussion(random, number, people[int(key)], opened, now, today))
    return found


def _discussion(
    random: Random, number: int, person: Person, opened: datetime, now: datetime, today: date
) -> Discussion:
    conclusion = pack.one(random, CONCLUSIONS)
    is_rejected = conclusion in REJECTED
    stages = tuple(opened + timedelta(minutes=12 * step) for step in range(2 if is_rejected else 4))
    concluded = opened + timedelta(days=1 if is_rejected else float(random.uniform(6, 30)))
    is_over = concluded < now
    risks = [factor for need in person.needs for factor in RISKS.get(need, ())]
    leads = [LEADS[index] for index in random.choice(len(LEADS), 3, replace=False)]
    return Discussion(
        number=number,
        origin=leads[2],
        person=person.key,
        age_band=_band((today - person.born).days // 365),
        sex=person.sex,
        situation=pack.words()["situations"][number % len(pack.words()["situations"])],
        risk_factors=() if is_rejected and is_over else tuple(dict.fromkeys(risks)),
        protective_factors=()
        if is_rejected and is_over
        else tuple(random.choice(PROTECTIVE, 2, replace=False).tolist()),
        is_elevated=not is_rejected,
        stages=tuple(at for at in stages if at <= now),
        lead="" if is_rejected else leads[0],
        assisting=() if is_rejected else (leads[1],),
        plan=""
        if is_rejected
        else "Visit together within a day; offer a bed and the clinic; one worker stays in touch.",
        conclusion=conclusion if is_over else "",
        concluded_at=concluded if is_over else None,
    )


def _band(age: int) -> str:
    for top, name in ((12, "0-11"), (18, "12-17"), (30, "18-29"), (40, "30-39"), (60, "40-59")):
        if age < top:
            return name
    return "60+"
