"""A made town: people, and what several agencies wrote down about them, with errors; the truth is known."""

from datetime import date, timedelta

import numpy as np

from commonweal.engines.linkage import Record

GIVEN = (
    "ana maria jose luis james mary robert linda michael elena david sarah carlos rosa william emma".split()
)
FAMILY = (
    "garcia smith johnson lopez nguyen brown martinez davis jones wilson hernandez moore kim clark".split()
)
NICK = {"william": "bill", "robert": "bob", "james": "jim", "jose": "pepe", "michael": "mike"}


def town(people: int, seed: int) -> list[Record]:
    """Records "p7@police" and so on: each person is known to one to three agencies."""
    rng = np.random.default_rng(seed)
    records = []
    for number in range(people):
        syllables = rng.choice(list("bdfglmnprstv"), 2)
        family = f"{rng.choice(FAMILY)}{rng.choice(list('aeiou'))}{syllables[0]}{syllables[1]}"
        if rng.uniform() < 0.4:
            family = str(rng.choice(FAMILY))
        born = date(1940, 1, 1) + timedelta(days=int(rng.integers(0, 25_000)))
        true = Record(
            id=f"p{number}",
            source="",
            origin="health",
            given=str(rng.choice(GIVEN)),
            family=family,
            born=born,
            sex=str(rng.choice(["F", "M"])),
            phone=f"703555{rng.integers(0, 10_000):04}",
            ssn_last4=f"{rng.integers(0, 10_000):04}",
            address=f"{rng.integers(1, 900)} {rng.choice(FAMILY)} street",
        )
        for agency in rng.choice(["police", "health", "shelter"], int(rng.integers(1, 4)), replace=False):
            records.append(written(true, str(agency), rng))
    return records


def written(true: Record, agency: str, rng: np.random.Generator) -> Record:
    """The same person as an agency wrote them down."""
    given, family, born = true.given, true.family, true.born
    assert born is not None
    if rng.uniform() < 0.15:
        given = NICK.get(given, given)
    if rng.uniform() < 0.08:
        family = misspelt(family, rng)
    if rng.uniform() < 0.02:
        given, family = family, given
    if rng.uniform() < 0.04 and born.day <= 12:
        born = date(born.year, born.day, born.month)
    return Record(
        id=f"{true.id}@{agency}",
        source=agency,
        origin=agency,
        given=given,
        family=family,
        born=None if rng.uniform() < 0.1 else born,
        sex=true.sex,
        phone=true.phone if rng.uniform() < 0.5 else "",
        ssn_last4=true.ssn_last4 if rng.uniform() < 0.4 else "",
        address=true.address if rng.uniform() < 0.4 else "",
    )


def misspelt(name: str, rng: np.random.Generator) -> str:
    """One letter exchanged with the next."""
    at = int(rng.integers(1, len(name) - 1))
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def person(id: str) -> str:
    """The person whom a record is truly about."""
    return id.split("@")[0]
