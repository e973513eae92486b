"""A short list for people to decide on: voluntary, spaced, adults, in bands; and why others are not on it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BANDS = ("first", "second", "later")
ENDED_BY_PERSON = ("declined",)


@dataclass(frozen=True, slots=True)
class Rules:
    """A list's limits. Days are days; `capacity` is people on it."""

    capacity: int = 20
    valid_days: int = 14
    most_visits: int = 3
    visits_within_days: float = 90
    cool_off_days: float = 14
    after_no_days: float = 180
    adult_at: int = 18

    def __post_init__(self) -> None:
        """Refuse lists without an end or a limit."""
        for name, most in {"capacity": 100, "valid_days": 31, "most_visits": 6}.items():
            if not 1 <= getattr(self, name) <= most:
                raise ValueError(f"{name}: {getattr(self, name)}; give 1 to {most}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who agreed to be asked: the band, the age, days since each visit and since a no."""

    key: str
    band: str
    age: int | None
    is_marked_minor: bool = False
    opted_out: bool = False
    consents: bool = True
    visits: Sequence[float] = ()
    said_no: float | None = None


def left_out(one: Candidate, rules: Rules) -> str:
    """Why somebody is not to be listed; "" where they may be. An unknown age is no adult's."""
    recent = [days for days in one.visits if days < rules.visits_within_days]
    tests = (
        ("opted_out", one.opted_out),
        ("no_consent", not one.consents),
        ("minor", one.is_marked_minor or one.age is None or one.age < rules.adult_at),
        ("said_no", one.said_no is not None and one.said_no < rules.after_no_days),
        ("visit_cap", len(recent) >= rules.most_visits),
        ("cool_off", any(days < rules.cool_off_days for days in recent)),
        ("later", one.band == "later"),
    )
    return next((why for why, holds in tests if holds), "")


@dataclass(frozen=True, slots=True)
class Listed:
    """The list, band by band (within a band in the order given), and how many were left out by reason."""

    people: tuple[Candidate, ...]
    left_out: Mapping[str, int]


def listed(found: Sequence[Candidate], rules: Rules) -> Listed:
    """Never more than the capacity; the first band before the second."""
    why = {one.key: left_out(one, rules) for one in found}
    able = sorted((one for one in found if not why[one.key]), key=lambda one: BANDS.index(one.band))
    gone = Counter(reason for reason in why.values() if reason)
    if len(able) > rules.capacity:
        gone["beyond_capacity"] = len(able) - rules.capacity
    return Listed(tuple(able[: rules.capacity]), dict(gone))
