"""Harlow County, generated: everything that the demonstration shows, and the truth behind it.

    county = generate(seed=7, now=datetime.now(UTC))

Pure: the same seed and moment give the same county, to the last address. Statistics of calls and crises
follow real files (packs/demo/harlow.yaml); geography, names and the programme's effect are invented
(county.yaml, words.yaml, services.yaml, answers.yaml).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from commonweal.demo import cases as casework
from commonweal.demo import geography, learning, organization, pack, people, routine, services
from commonweal.demo.crises import Story
from commonweal.demo.encounters import Scribe
from commonweal.demo.geography import Geography
from commonweal.demo.learning import Certificate, Feedback, Meeting, Session
from commonweal.demo.moments import Year
from commonweal.demo.organization import Organization
from commonweal.demo.people import People, Person
from commonweal.demo.referrals import Sender
from commonweal.demo.services import CapacityPost, Service
from commonweal.demo.values import Call, Case, Discussion, Encounter, Referral, Truth

Say = Callable[[str], None]


@dataclass(frozen=True)
class County:
    """All of it; lists are in the order of time. `truths` hold what would have been, by call number."""

    now: datetime
    ground: Geography
    organization: Organization
    people: People
    services: tuple[Service, ...]
    capacity: list[CapacityPost]
    calls: list[Call]
    truths: list[Truth]
    encounters: list[Encounter]
    referrals: list[Referral]
    cases: list[Case]
    discussions: list[Discussion]
    sessions: list[Session]
    certificates: list[Certificate]
    feedback: list[Feedback]
    meetings: list[Meeting]


def generate(seed: int, now: datetime, scale: float = 1.0, say: Say = lambda sentence: None) -> County:
    """Return the county as it stands at `now` (with a zone): the year of calls ends with the day before.

    `scale` thins out routine calls (1 is the whole year of some 90,000 calls), for tests; `say` is told what
    is being done. Takes some ten seconds at full scale.
    """
    today = now.astimezone(ZoneInfo(pack.county()["time_zone"])).date()
    now = now.astimezone(UTC)
    say("Drawing the ground")
    ground, staff, year = geography.generate(seed), organization.generate(seed), Year(today)
    say("Meeting the people")
    known = people.generate(seed, ground, today)
    offers, capacity = services.generate(seed, staff, now)
    say("Taking a year of calls")
    calls, truths = _calls(seed, ground, staff, known, year, scale)
    say("Following what came of them")
    by_key = {person.key: person for person in known.people}
    encounters = _encounters(seed, calls, staff, by_key)
    sender = Sender(seed, offers, staff, by_key, now)
    referrals = [referral for encounter in encounters for referral in sender.send(encounter)]
    sessions, certificates = learning.training(seed, staff, today)
    return County(
        now=now,
        ground=ground,
        organization=staff,
        people=known,
        services=offers,
        capacity=capacity,
        calls=calls,
        truths=truths,
        encounters=encounters,
        referrals=referrals,
        cases=casework.generate(seed, encounters, referrals, by_key, staff, now),
        discussions=casework.discussions(seed, encounters, by_key, today, now),
        sessions=sessions,
        certificates=certificates,
        feedback=learning.feedback(seed, now),
        meetings=learning.meetings(seed, today),
    )


def _calls(
    seed: int, ground: Geography, staff: Organization, known: People, year: Year,
    scale: float,
) -> tuple[list[Call], list[Truth]]:  # fmt: skip
    """All calls in the order of time, numbered by year and line, with the truths of the crises among them."""
    facts = pack.county()
    total = round(facts["calls_per_year"] * (1 - facts["crisis_line_share"]) * scale)
    told = list(Story(seed, ground, routine.Duty.of(staff), known.people, year).tell())
    told += [(call, None) for call in routine.generate(seed, ground, staff, year, total)]
    told.sort(key=lambda pair: pair[0].times.received)
    calls, truths = [], []
    for count, (call, truth) in enumerate(told, 1):
        number = f"{call.times.received:%y}-{count:06d}"
        calls.append(replace(call, number=number))
        if truth is not None:
            truths.append(replace(truth, call=number))
    return calls, truths


def _encounters(
    seed: int, calls: list[Call], staff: Organization, by_key: dict[int, Person]
) -> list[Encounter]:
    scribe = Scribe(seed, staff)
    found: list[Encounter] = []
    for call in calls:
        if call.answers:
            person = by_key[call.person] if call.person is not None else None
            encounter = scribe.write(len(found) + 1, call, person)
            if encounter is not None:
                found.append(encounter)
    return found
