"""Invented people's names, and the ways in which clerks mistype them."""

from __future__ import annotations

from datetime import date, timedelta

from commonweal.demo import pack
from commonweal.demo.pack import Random

SHORT = {
    "Alexander": "Alex", "Beatriz": "Bea", "Daniel": "Dan", "Eduardo": "Eddie", "Gabriel": "Gabe",
    "Isabel": "Izzy", "Josefina": "Jo", "Manuel": "Manny", "Miguel": "Mike", "Nathan": "Nate",
    "Rafael": "Rafa", "Ricardo": "Rick", "Teresa": "Tere", "Thomas": "Tom", "Victor": "Vic",
    "Walter": "Walt", "Yolanda": "Yoli", "Helen": "Nell", "Antonio": "Tony", "Francisco": "Paco",
}  # fmt: skip
BESIDE = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "m": "n", "r": "t", "s": "a", "t": "r", "l": "k"}


def unique_names(random: Random, count: int) -> list[tuple[str, str]]:
    """Return distinct pairs of given and family name."""
    found: dict[tuple[str, str], None] = {}
    while len(found) < count:
        found.update(dict.fromkeys(names(random, count - len(found))))
    return list(found)


def names(random: Random, count: int) -> list[tuple[str, str]]:
    """Return pairs of given and family name; as in life, some are shared."""
    known = pack.words()["names"]
    given, family = [*known["female"], *known["male"]], known["family"]
    ones, others = random.integers(len(given), size=count), random.integers(len(family), size=count)
    return [(given[one], family[other]) for one, other in zip(ones, others, strict=True)]


def mistyped(random: Random, word: str) -> str:
    """Return a word with one slip of the keyboard: letters swapped, one dropped, doubled, or a neighbour."""
    if len(word) < 4:
        return word + word[-1:]
    at, slip = int(random.integers(1, len(word) - 1)), int(random.integers(4))
    if slip == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == 1:
        return word[:at] + word[at + 1 :]
    if slip == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + BESIDE.get(word[at].casefold(), "e") + word[at + 1 :]


def misdated(random: Random, born: date) -> date:
    """Return a date of birth as a clerk might take it down: day and month swapped, or one digit off."""
    if born.day <= 12 and born.day != born.month and random.random() < 0.5:
        return born.replace(month=born.day, day=born.month)
    if random.random() < 0.5:
        return born + timedelta(days=int(random.choice([-10, -1, 1, 10])))
    year = born.year + int(random.choice([-10, -1, 1, 10]))
    return born.replace(year=year, day=min(born.day, 28))
