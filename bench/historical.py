"""A historical set made up: several records a person, with heavy errors, as biographies copied by many hands.

Columns: id, first_name, surname, dob, birth_place, postcode_fake, gender, occupation; the truth stands in
the id before its "-". `Errors` says how often each thing goes wrong; `drawn` gives another mix for each
seed, so that nothing is fitted to one. With the usual mix a Splink set-up on its documented settings finds
about as little as it does on such real records: a third of the true pairs share no blocking rule.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from bench.made_people import NICKNAMES, REAL, family_names, misheard, power_law, typo

COLUMNS = "id first_name surname dob birth_place postcode_fake gender occupation".split()
OCCUPATIONS = (
    "politician|writer|painter|clergyman|cricketer|military officer|engineer|botanist|lawyer|merchant|"
    "physician|architect|composer|actor|poet|historian|naval officer|judge|banker|journalist|"
    "photographer|geologist|sculptor|astronomer|explorer|farmer|missionary|chemist|mathematician|suffragette|teacher|novelist|"
    "mountaineer|illustrator|footballer|diplomat|publisher|surgeon|barrister|philanthropist|zoologist|printer"
).split("|")
LETTERS = list("abcdefghjklmnprstuwxyz")


@dataclass(frozen=True)
class Errors:
    """Chances that a record's field is missing or changed; `records` is the mean number a person."""

    records: float = 9.7
    relatives: float = 0.05  # of people: surname and home of somebody else, often the given name too
    name_typo: float = 0.20
    nickname: float = 0.14
    initial: float = 0.05
    other_given: float = 0.14
    other_surname: float = 0.40  # of those who went by two
    names_swapped: float = 0.015
    no_given: float = 0.03
    no_surname: float = 0.02
    year_known: float = 0.25  # of people: the day was never known, and 1 January stands for it
    no_date: float = 0.22
    date_truncated: float = 0.06
    date_first_of_january: float = 0.06
    date_typo: float = 0.07
    day_month_swapped: float = 0.02
    year_off: float = 0.05
    no_place: float = 0.24
    place_coarser: float = 0.12
    other_place: float = 0.14
    no_postcode: float = 0.28
    postcode_near: float = 0.20
    postcode_moved: float = 0.22
    postcode_cut: float = 0.05
    no_gender: float = 0.35
    no_occupation: float = 0.25
    other_occupation: float = 0.15
    occupation_list: float = 0.10


def drawn(seed: int) -> Errors:
    """Another mix: every chance between half and one and a half times the usual one; 0 is the usual mix."""
    if not seed:
        return Errors()
    rng = np.random.default_rng([seed, 77])
    return Errors(**{one.name: float(one.default * rng.uniform(0.5, 1.5)) for one in fields(Errors)})


@dataclass(frozen=True)
class Life:
    """One made-up person as they were."""

    givens: tuple[str, ...]
    surnames: tuple[str, ...]  # one, or two: by birth and by marriage or title
    born: str
    place: tuple[str, str]  # town and county
    postcode: str
    gender: str
    occupations: tuple[str, ...]


class World:
    """Where made-up people are drawn from: names, places and their postcodes, as skewed as real ones."""

    def __init__(self, people: int, rng: np.random.Generator) -> None:
        """Distinct names and places for so many people."""
        self.rng = rng
        self.givens = [line.split()[0] for line in REAL.split("|")] + family_names(rng, 250)
        self.surnames = family_names(rng, max(1500, people // 2))
        counties = family_names(rng, 60)
        towns = family_names(rng, 700)
        self.places = [(town, counties[int(rng.integers(0, 60))]) for town in towns]
        self.areas = ["".join(rng.choice(LETTERS, 2)) + str(rng.integers(1, 40)) for _ in self.places]

    def one_of(self, values: list[str], exponent: float = 0.9) -> str:
        """One value, the first the most common."""
        return values[int(power_law(self.rng, len(values), 1, exponent)[0])]

    def postcode(self, area: str) -> str:
        """A postcode of this area."""
        return f"{area} {self.rng.integers(0, 10)}{''.join(self.rng.choice(LETTERS, 2))}"

    def relative(self, of: Life) -> Life:
        """A child, brother or sister: surname and home are the same, in one of three the given name too."""
        one = self.life()
        givens = of.givens if self.rng.uniform() < 0.33 else one.givens
        return replace(of, givens=givens, born=one.born, gender=one.gender, occupations=one.occupations)

    def life(self) -> Life:
        """Somebody."""
        rng = self.rng
        at = int(power_law(rng, len(self.places), 1, 0.9)[0])
        born = np.datetime64("1640-01-01") + int(270 * 365 * rng.uniform() ** 0.6)
        women = rng.uniform() < 0.25
        return Life(
            tuple(self.one_of(self.givens, 1.0) for _ in range(int(rng.integers(1, 4)))),
            tuple(
                self.one_of(self.surnames, 0.7)
                for _ in range(2 if rng.uniform() < (0.5 if women else 0.2) else 1)
            ),
            str(born),
            self.places[at],
            self.postcode(self.areas[at]),
            "female" if women else "male",
            tuple(dict.fromkeys(self.one_of(OCCUPATIONS, 1.0) for _ in range(int(rng.integers(1, 4))))),
        )


def written(life: Life, errors: Errors, world: World) -> dict[str, str]:
    """One record of a life."""
    rng = world.rng
    given, surname = names(life, errors, rng)
    return {
        "first_name": given,
        "surname": surname,
        "dob": "" if rng.uniform() < errors.no_date else date_of(life.born, errors, rng),
        "birth_place": place(life, errors, world),
        "postcode_fake": postcode(life, errors, world),
        "gender": "" if rng.uniform() < errors.no_gender else life.gender,
        "occupation": occupation(life, errors, world),
    }


def names(life: Life, errors: Errors, rng: np.random.Generator) -> tuple[str, str]:
    """Given name and surname as one hand wrote them."""
    given, surname = life.givens[0], life.surnames[0]
    if rng.uniform() < errors.other_given:
        given = life.givens[-1]
    elif rng.uniform() < errors.nickname:
        given = str(rng.choice(NICKNAMES.get(given) or [given]))
    if rng.uniform() < errors.initial:
        given = given[:1]
    if rng.uniform() < errors.other_surname:
        surname = life.surnames[-1]
    if rng.uniform() < errors.name_typo:
        given = typo(given, rng)
    if rng.uniform() < errors.name_typo:
        surname = (misheard if rng.uniform() < 0.4 else typo)(surname, rng)
    if rng.uniform() < errors.names_swapped:
        given, surname = surname, given
    given = "" if rng.uniform() < errors.no_given else given
    return given, "" if rng.uniform() < errors.no_surname else surname


def date_of(born: str, errors: Errors, rng: np.random.Generator) -> str:
    """A birth date as one hand wrote it: ISO, its beginning, or with one mistake."""
    year, month, day = born.split("-")
    if rng.uniform() < errors.year_off:
        year = str(int(year) + int(rng.choice([-10, -2, -1, 1, 2, 10])))
    if rng.uniform() < errors.day_month_swapped and int(day) <= 12:
        month, day = day, month
    if rng.uniform() < errors.date_typo:
        day = f"{int(rng.integers(1, 29)):02}"
        month = f"{int(rng.integers(1, 13)):02}" if rng.uniform() < 0.3 else month
    if rng.uniform() < errors.date_first_of_january:
        month, day = "01", "01"
    kept = 3 if rng.uniform() >= errors.date_truncated else int(rng.integers(1, 3))
    return "-".join((year, month, day)[:kept])


def place(life: Life, errors: Errors, world: World) -> str:
    """Town, or county, or both, or another place, or nothing."""
    rng = world.rng
    if rng.uniform() < errors.no_place:
        return ""
    town, county = life.place
    if rng.uniform() < errors.other_place:
        town, county = world.places[int(power_law(rng, len(world.places), 1)[0])]
    if rng.uniform() < errors.place_coarser:
        return county if rng.uniform() < 0.6 else f"{town}, {county}"
    return town


def postcode(life: Life, errors: Errors, world: World) -> str:
    """The postcode, one near it, another, or its beginning."""
    rng = world.rng
    if rng.uniform() < errors.no_postcode:
        return ""
    found = life.postcode
    if rng.uniform() < errors.postcode_near:
        found = world.postcode(found.split()[0])
    elif rng.uniform() < errors.postcode_moved:
        found = world.postcode(world.areas[int(power_law(rng, len(world.areas), 1)[0])])
    return found.split()[0] if rng.uniform() < errors.postcode_cut else found


def occupation(life: Life, errors: Errors, world: World) -> str:
    """One of a person's occupations, all of them, another, or nothing."""
    rng = world.rng
    if rng.uniform() < errors.no_occupation:
        return ""
    if rng.uniform() < errors.other_occupation:
        return world.one_of(OCCUPATIONS, 1.0)
    if rng.uniform() < errors.occupation_list:
        return ", ".join(life.occupations)
    return life.occupations[0]


def historical(size: int, seed: int = 1, mix: int = 0) -> list[dict[str, str]]:
    """So many records, in no order; `mix` chooses the errors (see `drawn`)."""
    rng, errors = np.random.default_rng([seed, size]), drawn(mix)
    world = World(int(size / errors.records), rng)
    found: list[dict[str, str]] = []
    number, life = 0, world.life()
    while len(found) < size:
        life = world.relative(life) if rng.uniform() < errors.relatives else world.life()
        if rng.uniform() < errors.year_known:
            life = replace(life, born=life.born[:4] + "-01-01")
        for copy in range(1 + int(rng.gamma(1.6, (errors.records - 1) / 1.6))):
            found.append({"id": f"q{number}-{copy}", **written(life, errors, world)})
        number += 1
    return [found[n] for n in rng.permutation(len(found))[:size]]
