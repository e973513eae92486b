"""The people whom agencies know: who they truly are, and what each agency wrote down about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from commonweal.demo import pack
from commonweal.demo.geography import Address, Geography
from commonweal.demo.names import SHORT, misdated, mistyped
from commonweal.demo.names import names as draw_names
from commonweal.demo.pack import Random

COUNT = 2500
LOOK_ALIKES = 60
AREA_CODES = (
    530,
    209,
    279,
    341,
    350,
    369,
    408,
    415,
    424,
    442,
    510,
    559,
    562,
    619,
    628,
    650,
    657,
    661,
    669,
    707,
)
HOUSING = {"stable": 0.45, "family_or_friend": 0.16, "temporary": 0.12, "shelter": 0.11, "unsheltered": 0.16}
NEEDS = {
    "mental_health": 0.62, "substance_use": 0.34, "housing": 0.4, "financial": 0.35, "health": 0.28,
    "employment": 0.2, "food": 0.22, "safety": 0.1, "legal": 0.12, "documents": 0.14, "transport": 0.12,
}  # fmt: skip
# which agencies come to know someone with a need
KNOWN_TO = {
    "mental_health": ("health", "hospital"), "substance_use": ("bridges", "hospital"),
    "housing": ("lantern", "commons", "harbor"), "financial": ("commons",), "health": ("hospital",),
    "employment": ("works",), "food": ("pantry",), "safety": ("haven",), "legal": ("legal", "prosecutor"),
    "documents": ("commons",), "transport": ("commons",),
}  # fmt: skip
SLIPS = {
    "given_mistyped": 0.12, "family_mistyped": 0.12, "short_name": 0.1, "born_misdated": 0.1,
    "born_missing": 0.06,
    "moved": 0.25, "no_phone": 0.3, "no_ssn": 0.45, "names_swapped": 0.015, "second_family_name": 0.04,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """What one agency holds on someone. `slips` names the ways in which it differs from the truth."""

    agency: str
    external_id: str
    person: int
    given: str
    family: str
    born: date | None
    sex: str
    address: str
    phone: str
    ssn_last4: str
    language: str
    slips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Someone as they truly are. `weight` is how readily crises find them; `chance` is how likely one more
    crisis follows within the programme's days when nothing is changed. `look_alike` is someone else with
    nearly the same particulars, whom no one should take them for.
    """

    key: int
    given: str
    family: str
    born: date
    sex: str
    language: str
    home: Address
    phone: str
    ssn_last4: str
    housing: str
    needs: tuple[str, ...]
    weight: float
    chance: float
    look_alike: int | None
    has_plan: bool


@dataclass(frozen=True)
class People:
    """Everyone, and the agencies' records of them: `Record.person` is the truth to judge linkage on."""

    people: tuple[Person, ...]
    records: tuple[Record, ...]


def generate(seed: int, ground: Geography, today: date) -> People:
    """Return the people and their records. The same seed and day give the same people."""
    random = pack.stream(seed, "people")
    people = _people(random, ground, today)
    people += [_look_alike(random, people[index], COUNT + index, today) for index in range(LOOK_ALIKES)]
    records = [record for person in people for record in _records(random, person, ground)]
    numbered = tuple(
        replace(record, external_id=f"{record.agency[:3].upper()}{10_000 + number}")
        for number, record in enumerate(records)
    )
    return People(tuple(people), numbered)


def _people(random: Random, ground: Geography, today: date) -> list[Person]:
    shares = {beat.code: beat.call_share for beat in ground.beats}
    homes = ground.addresses(random, pack.pick(random, shares, COUNT))
    housing = pack.pick(random, HOUSING, COUNT)
    languages = pack.pick(random, {"en": 0.8, "es": 0.15, "vi": 0.02, "tl": 0.015, "ar": 0.015}, COUNT)
    weights = random.pareto(1.35, COUNT) + 0.15
    names = draw_names(random, COUNT)
    return [
        _person(
            random, key, names[key], homes[key], (housing[key], languages[key], float(weights[key])), today
        )
        for key in range(COUNT)
    ]


def _person(
    random: Random, key: int, name: tuple[str, str], home: Address, facts: tuple[str, str, float], today: date
) -> Person:
    housing, language, weight = facts
    age = float(np.clip(random.gamma(5.2, 7.6), 12, 92))
    needs = tuple(need for need, share in NEEDS.items() if random.random() < share) or ("mental_health",)
    return Person(
        key=key,
        given=name[0],
        family=name[1],
        born=today - timedelta(days=int(age * 365.25)),
        sex="female" if name[0] in pack.words()["names"]["female"] else "male",
        language=language,
        home=home,
        phone=_phone(key),
        ssn_last4=f"{int(random.integers(1, 10_000)):04d}",
        housing=housing,
        needs=needs,
        weight=min(weight, 16.0),
        chance=float(np.clip(0.1 + 0.05 * np.log1p(weight) + 0.03 * (housing == "unsheltered"), 0.08, 0.45)),
        look_alike=None,
        has_plan=weight > 3 and random.random() < 0.6,
    )


def _phone(key: int) -> str:
    """A number out of the range that is kept for stories (555-0100 to 555-0199)."""
    return f"+1{AREA_CODES[key // 100 % len(AREA_CODES)]}5550{100 + key % 100}"


def _look_alike(random: Random, person: Person, key: int, today: date) -> Person:
    """Someone else who looks alike on paper: a parent of the same name, a twin, or a near namesake."""
    given, born = person.given, person.born
    if key % 3 == 0:
        born = max(born - timedelta(days=int(random.integers(7300, 12_000))), date(today.year - 95, 1, 1))
    elif key % 3 == 1:
        names = pack.words()["names"][person.sex]
        given = next((name for name in names if name[0] == given[0] and name != given), names[0])
    else:
        born += timedelta(days=int(random.integers(40, 300)))
    return replace(
        person,
        key=key,
        given=given,
        born=born,
        phone=_phone(key + 977),
        ssn_last4=f"{int(random.integers(1, 10_000)):04d}",
        look_alike=person.key,
        weight=0.3,
        has_plan=False,
    )


def _records(random: Random, person: Person, ground: Geography) -> list[Record]:
    """One record in each agency that came to know the person; now and then an agency has two."""
    agencies = {str(random.choice(KNOWN_TO[need])) for need in person.needs}
    if person.weight > 1 or random.random() < 0.3:
        agencies.add("harlow_pd" if person.home.beat.startswith("H") else "sheriff")
    known = sorted(agencies)[: 1 + int(random.integers(0, 4))]
    if random.random() < 0.05:
        known.append(known[0])
    return [_record(random, person, agency, ground) for agency in known]


def _record(random: Random, person: Person, agency: str, ground: Geography) -> Record:
    slips = tuple(slip for slip, share in SLIPS.items() if random.random() < share)
    given, family = _names(random, person, slips)
    born: date | None = misdated(random, person.born) if "born_misdated" in slips else person.born
    moved = "moved" in slips
    return Record(
        agency=agency,
        external_id="",
        person=person.key,
        given=given,
        family=family,
        born=None if "born_missing" in slips else born,
        sex=person.sex,
        address=ground.addresses(random, [person.home.beat])[0].text if moved else person.home.text,
        phone="" if "no_phone" in slips else person.phone,
        ssn_last4="" if "no_ssn" in slips else person.ssn_last4,
        language=person.language,
        slips=slips,
    )


def _names(random: Random, person: Person, slips: tuple[str, ...]) -> tuple[str, str]:
    given, family = person.given, person.family
    if "short_name" in slips:
        given = SHORT.get(given, given)
    if "given_mistyped" in slips:
        given = mistyped(random, given)
    if "family_mistyped" in slips:
        family = mistyped(random, family)
    if "second_family_name" in slips:
        others = pack.words()["names"]["family"]
        family = f"{family}-{others[person.key % len(others)]}"
    return (family, given) if "names_swapped" in slips else (given, family)
