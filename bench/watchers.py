"""How much planted misuse the watcher finds, and how many ordinary look-ups it flags.

    python bench/watchers.py [--seed N]

A month of a county is made up: dispatchers, officers, clinicians, shelter workers, case managers and a
supervisor look at people as their work has them do it (calls, referrals, cases, intake before the case,
reports written days later, quarterly reviews of a whole caseload, searches, the wrong namesake opened by
mistake, a neighbour's or a cousin's real call). Misuse of eight kinds is planted among it. The thresholds of
packs/watching.yaml were chosen with seed 11; the reported run uses another. Ends with 1 where less than 95 %
of the misuse is found or more than 2 % of the ordinary look-ups are flagged.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from commonweal import packs
from commonweal.engines.watching import (
    PATTERNS,
    Bond,
    Context,
    Finding,
    Line,
    Near,
    Renown,
    Rules,
    Visit,
    habit,
    judge,
    visits,
)

CHOSEN_WITH, REPORTED = 11, 20_260_722
BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
STAFF = {
    "dispatcher": 18,
    "patrol_officer": 30,
    "clinician": 12,
    "shelter_worker": 10,
    "case_manager": 20,
    "supervisor": 3,
}
PURPOSE = {
    "dispatcher": "emergency",
    "patrol_officer": "emergency",
    "clinician": "treatment",
    "supervisor": "emergency",
    "shelter_worker": "care_coordination",
    "case_manager": "care_coordination",
}
PARTS = {
    "dispatcher": ("call_facts", "safety_alerts", "identity"),
    "patrol_officer": ("identity", "safety_alerts", "call_facts"),
    "clinician": ("identity", "mh_assessment", "safety_alerts", "encounter_narrative"),
    "shelter_worker": ("identity", "referral_status"),
    "case_manager": ("identity", "case_plan", "referral_status", "mh_assessment"),
    "supervisor": ("call_facts", "identity"),
}
CALLS = {"dispatcher": 14, "patrol_officer": 6, "clinician": 4, "supervisor": 6}
SURNAMES = 400  # drawn by Zipf's law: the commonest name is one person in some fifteen
STREETS = 120


@dataclass(frozen=True)
class Human:
    """Who somebody is outside the records."""

    id: str
    surname: int
    address: tuple[int, int]  # street, number
    at: tuple[float, float]  # metres


@dataclass
class County:
    """People, workers' own lives, ties, lines, and which (worker, person, day) is planted misuse of what."""

    chance: random.Random
    people: list[Human] = field(default_factory=list)
    own: dict[str, Human] = field(default_factory=dict)
    role: dict[str, str] = field(default_factory=dict)
    kin: set[tuple[str, str]] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    bonds: dict[tuple[str, str], list[Bond]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    lines: list[Line] = field(default_factory=list)
    planted: dict[int, tuple[str, int]] = field(default_factory=dict)  # line to kind and episode

    def look(
        self,
        worker: str,
        person: str,
        at: datetime,
        parts: tuple[str, ...] = (),
        *,
        purpose: str = "",
        refused: float = 0.02,
        foreign: float = 0.15,
        misuse: tuple[str, int] | None = None,
    ) -> datetime:
        """Open a person's page: one line a part; returns when the worker turns away."""
        role = self.role[worker]
        for part in parts or PARTS[role][: self.chance.randint(1, len(PARTS[role]))]:
            line = Line(
                len(self.lines) + 1,
                at,
                worker,
                role,
                person,
                part,
                purpose or PURPOSE[role],
                self.chance.random() < refused,
                self.chance.random() < foreign,
            )
            if misuse:
                self.planted[line.id] = misuse
            self.lines.append(line)
            at += timedelta(seconds=self.chance.randint(1, 40))
        return at + timedelta(seconds=self.chance.randint(20, 200))

    def tie(self, worker: str, person: str, relation: str, since: datetime, until: datetime | None) -> None:
        """Bind; something new has happened to the person."""
        self.bonds[worker, person].append(Bond(relation, since, until))
        self.events[person].append(since)


def settle(chance: random.Random, people: int = 6_000) -> County:
    """The county before the month: who lives where, whose cousin is whose, who is known."""
    county = County(chance)
    weights = [1 / (rank + 1) for rank in range(SURNAMES)]
    for number in range(people):
        county.people.append(_human(f"p{number}", chance, weights))
    for role, count in STAFF.items():
        for number in range(count):
            worker = f"{role}{number}"
            county.role[worker] = role
            county.own[worker] = chance.choice(county.people)  # a worker is a resident, and may have a record
    county.known = {human.id for human in chance.sample(county.people, 12)}
    for worker, me in county.own.items():
        alike = [h for h in county.people if h.surname == me.surname and h.id != me.id]
        for cousin in chance.sample(alike, min(len(alike), 2)):
            county.kin.add((worker, cousin.id))
    _households(county)
    return county


def _human(name: str, chance: random.Random, weights: list[float]) -> Human:
    street, number = chance.randrange(STREETS), chance.randint(1, 60) * 20 + chance.randrange(10)
    at = (street * 150.0, number * 8.0)
    return Human(name, chance.choices(range(SURNAMES), weights)[0], (street, number), at)


def _households(county: County) -> None:
    """Half the workers live with one who has a record, half of those under the same name."""
    for worker in list(county.own)[::2]:
        me, place = county.own[worker], county.chance.randrange(len(county.people))
        if county.people[place].id != me.id:
            surname = me.surname if county.chance.random() < 0.5 else county.people[place].surname
            county.people[place] = replace(
                county.people[place], surname=surname, address=me.address, at=me.at
            )


def work(county: County, day: datetime) -> None:
    """A day of everybody's ordinary work."""
    for worker, role in county.role.items():
        if county.chance.random() < 0.35:
            continue  # a day off
        now = day + timedelta(
            hours=county.chance.choice((7, 8, 9, 15, 16)), minutes=county.chance.randint(0, 59)
        )
        if role in CALLS:
            _calls(county, worker, now, CALLS[role])
        else:
            _cases(county, worker, now)


def _calls(county: County, worker: str, now: datetime, usual: int) -> None:
    chance = county.chance
    busy = 3 if chance.random() < 0.03 else 1  # the night of a storm
    for _ in range(busy * chance.randint(usual // 2, usual + usual // 2)):
        person = chance.choice(county.people).id
        ends = now + timedelta(minutes=chance.randint(20, 90))
        county.tie(worker, person, "incident", now, ends)
        if chance.random() < 0.08:
            now = _slip(county, worker, person, now)
        if chance.random() < 0.2:
            _search(county, worker, now)
        now = county.look(worker, person, now) + timedelta(minutes=chance.randint(0, 25 // busy))
        if chance.random() < 0.15:  # the report is written later
            county.look(worker, person, ends + timedelta(hours=chance.uniform(1, 60)))
        if chance.random() < 0.004:  # and now and then too late
            county.look(worker, person, ends + timedelta(hours=chance.uniform(80, 200)))


def _slip(county: County, worker: str, person: str, now: datetime) -> datetime:
    """The namesake is opened first, and closed again."""
    surname = next(h.surname for h in county.people if h.id == person)
    wrong = county.chance.choice([h for h in county.people if h.surname == surname]).id
    return county.look(worker, wrong, now, PARTS[county.role[worker]][:1], refused=0.5)


def _search(county: County, worker: str, now: datetime) -> None:
    """Results of a search: names alone, at one moment."""
    for human in county.chance.sample(county.people, county.chance.randint(3, 10)):
        line = Line(
            len(county.lines) + 1, now, worker, county.role[worker], human.id, "identity", "emergency"
        )
        county.lines.append(line)


def _cases(county: County, worker: str, now: datetime) -> None:
    chance = county.chance
    mine = [
        person for (who, person), bonds in county.bonds.items() if who == worker and bonds[-1].until is None
    ]
    review = chance.random() < 0.02
    for person in mine if review else chance.sample(mine, min(len(mine), chance.randint(3, 9))):
        pause = chance.randint(0, 2) if review else chance.randint(2, 30)
        now = county.look(worker, person, now) + timedelta(minutes=pause)
    for _ in range(chance.choice((0, 1, 1, 2))):  # somebody new: looked up before the case is opened
        person = chance.choice(county.people).id
        county.tie(worker, person, "care", now + timedelta(minutes=chance.randint(0, 90)), None)
        now = county.look(worker, person, now)
    if mine and chance.random() < 0.08:
        now = _slip(county, worker, chance.choice(mine), now)
        now = county.look(worker, chance.choice(mine), now)
    if mine and chance.random() < 0.03:
        person = chance.choice(mine)
        bond = county.bonds[worker, person][-1]
        county.bonds[worker, person][-1] = replace(bond, until=now)
    if chance.random() < 0.01:  # a colleague's client, helped out once without a word to anybody
        county.look(worker, chance.choice(county.people).id, now)


def misuse(county: County, each: int) -> None:
    """`each` acts of every kind, at any hour of the month."""
    acts = (_self, _family, _neighbour, _colleague, _celebrity, _untied, _repetition, _bulk)
    for number in range(each * len(acts)):
        act = acts[number % len(acts)]
        worker = county.chance.choice(list(county.role))
        at = BEGIN + timedelta(days=county.chance.randint(8, 26), minutes=county.chance.randint(0, 1_439))
        act(county, worker, at, (act.__name__.strip("_"), number))


def _free(county: County, worker: str, people: list[Human]) -> Human | None:
    """One of these people to whom the worker has no tie."""
    found = [h for h in people if (worker, h.id) not in county.bonds]
    return county.chance.choice(found) if found else None


def _peek(county: County, worker: str, at: datetime, people: list[Human], what: tuple[str, int]) -> None:
    if human := _free(county, worker, people):
        county.look(worker, human.id, at, misuse=what)


def _self(county: County, worker: str, at: datetime, what: tuple[str, int]) -> None:
    _peek(county, worker, at, [county.own[worker]], what)


def _family(county: County, worker: str, at: datetime, what: tuple[str, int]) -> None:
    me = county.own[worker]
    close = [
        h
        for h in county.people
        if (worker, h.id) in county.kin or (h.address == me.address and h.id != me.id)
    ]
    _peek(county, worker, at, close, what)


def _neighbour(county: County, worker: str, at: datetime, what: tuple[str, int]) -> None:
    me = county.own[worker]
    _peek(county, worker, at, [h for h in county.people if _is_near(me, h) and h.id != me.id], what)


def _colleague(county: County, worker: str, at: datetime, what: tuple[str, int]) -> None:
    others = [human for who, human in county.own.items() if who != worker]
    _peek(county, worker, at, others, what)


def _celebrity(county: County, worker: str, at: datetime, what: tuple[str, int]) -> None:
    _peek(county, worker, at, [h for h in county.people if h.id in county.known], what)


def _untied(county: County, worker: str, at: datetime, what: tuple[str, int]) -> None:
    _peek(county, worker, at, county.people, what)


def _repetition(county: County, worker: str, at: datetime, what: tuple[str, int]) -> None:
    """A former partner, looked at every day or two, most often amid work."""
    if human := _free(county, worker, county.people):
        for days in sorted(county.chance.sample(range(10), county.chance.randint(4, 8))):
            county.look(
                worker, human.id, at - timedelta(days=days), PARTS[county.role[worker]][:1], misuse=what
            )


def _bulk(county: County, worker: str, at: datetime, what: tuple[str, int]) -> None:
    """A list for somebody outside."""
    for human in county.chance.sample(county.people, county.chance.randint(20, 60)):
        at = min(
            county.look(worker, human.id, at, PARTS[county.role[worker]][:1], misuse=what),
            at + timedelta(seconds=45),
        )


def _is_near(me: Human, other: Human) -> bool:
    return _metres(me, other) <= 180


def _metres(me: Human, other: Human) -> float:
    return float(((me.at[0] - other.at[0]) ** 2 + (me.at[1] - other.at[1]) ** 2) ** 0.5)


def month(seed: int, each: int = 60) -> County:
    """A county's month."""
    county = settle(random.Random(seed))
    for number in range(28):
        work(county, BEGIN + timedelta(days=number))
    misuse(county, each)
    return county


def context_of(county: County, looked: list[Visit], rules: Rules) -> Context:
    """What a site knows around these look-ups, as the sharing room gathers it from its tables."""
    humans = {human.id: human for human in county.people}
    staff = {human.id for human in county.own.values()}
    lookers: dict[str, set[str]] = defaultdict(set)
    hours: dict[str, Counter[datetime]] = defaultdict(Counter)
    for visit in looked:
        if not visit.listed:
            hours[visit.worker][visit.starts.replace(minute=0, second=0)] += 1
            if not visit.is_tied(rules):
                lookers[visit.person].add(visit.worker)
    by_role: dict[str, list[int]] = defaultdict(list)
    for worker, found in hours.items():
        by_role[county.role[worker]].extend(found.values())
    return Context(
        near={(v.worker, v.person): _near(county, v.worker, humans[v.person], staff) for v in looked},
        renown={v.person: Renown(v.person in county.known, len(lookers[v.person])) for v in looked},
        habits={worker: habit(found.values()) for worker, found in hours.items()},
        peers={role: habit(found) for role, found in by_role.items()},
    )


def _near(county: County, worker: str, human: Human, staff: set[str]) -> Near:
    me = county.own[worker]
    if me.id == human.id:
        return Near(is_self=True)
    return Near(
        related=(worker, human.id) in county.kin,
        same_surname=me.surname == human.surname,
        same_address=me.address == human.address,
        same_block=me.address[0] == human.address[0] and me.address[1] // 100 == human.address[1] // 100,
        metres=_metres(me, human),
        colleague=human.id in staff,
    )


@dataclass(frozen=True)
class Result:
    """Counts of one run."""

    acts: Counter[str]
    found: Counter[str]
    ordinary: int
    flagged: Counter[str]

    @property
    def share_found(self) -> float:
        """Of the planted acts, those with at least one look-up flagged."""
        return sum(self.found.values()) / sum(self.acts.values())

    @property
    def share_flagged(self) -> float:
        """Of the ordinary look-ups, those flagged."""
        return self.flagged["any"] / self.ordinary


def run(seed: int) -> Result:
    """Make a month, judge it, count."""
    rules, county = Rules.read(packs.read("watching.yaml")), month(seed)
    looked = [
        replace(
            v, bonds=tuple(county.bonds.get((v.worker, v.person), ())), events=tuple(county.events[v.person])
        )
        for v in visits(county.lines, rules)
    ]
    return _counted(county, looked, judge(looked, context_of(county, looked, rules), rules))


def _counted(county: County, looked: list[Visit], findings: list[Finding]) -> Result:
    flags = {finding.visit: finding.flags for finding in findings}
    acts = set(county.planted.values())
    found = {what for visit in flags for what in _misused(county, visit)}
    plain = [visit for visit in looked if not any(_misused(county, visit))]
    wrong = Counter(flag.pattern for visit in plain for flag in flags.get(visit, ()))
    wrong["any"] = sum(visit in flags for visit in plain)
    return Result(Counter(kind for kind, _ in acts), Counter(kind for kind, _ in found), len(plain), wrong)


def _misused(county: County, visit: Visit) -> Iterator[tuple[str, int]]:
    return (county.planted[line] for line in visit.lines if line in county.planted)


def main(arguments: list[str] | None = None) -> int:
    """Print both shares with their counts."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument(
        "--seed", type=int, default=REPORTED, help=f"not {CHOSEN_WITH}: thresholds come from it"
    )
    seed = reader.parse_args(arguments).seed
    result = run(seed)
    acts, found = sum(result.acts.values()), sum(result.found.values())
    print(f"seed {seed} (thresholds chosen with {CHOSEN_WITH})")
    for kind in PATTERNS:
        print(
            f"  {kind:<11} planted {result.acts[kind]:>4}  found {result.found[kind]:>4}"
            f"   ordinary look-ups flagged {result.flagged[kind]:>4}"
        )
    print(f"misuse found      {found} of {acts} ({result.share_found:.1%}; wanted 95 %)")
    print(
        f"ordinary flagged  {result.flagged['any']} of {result.ordinary} "
        f"({result.share_flagged:.2%}; at most 2 %)"
    )
    return int(result.share_found < 0.95 or result.share_flagged > 0.02)


if __name__ == "__main__":
    sys.exit(main())
