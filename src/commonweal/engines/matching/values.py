"""What matching is told of a person and of a service, and what it may never be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# What must never steer who is offered help: protected traits, and marks that enforcement leaves.
EXCLUDED = frozenset(
    (
        *("race", "ethnicity", "color", "colour", "national_origin", "ancestry", "religion", "politics"),
        *(
            "immigration_status",
            "citizenship",
            "sexual_orientation",
            "arrests",
            "arrest_count",
            "convictions",
        ),
        *("charges", "criminal_history", "bookings", "jail_days", "warrants", "probation", "parole", "gang"),
        *("police_contacts", "risk_score", "credit", "neighborhood_crime"),
    )
)


class MatchingError(ValueError):
    """A fact or setting that cannot be used; the message names field, value and remedy."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and Spanish."""

    en: str
    es: str

    def said_in(self, language: str) -> str:
        """The words in a language; English where it is neither of the two."""
        return self.es if language.lower().startswith("es") else self.en


@dataclass(frozen=True, slots=True)
class Person:
    """What decides which services fit; None or an absent fact is not known and leads to a question.

    ``needs`` are codes, the most pressing first. ``facts`` answer a service's requirements and exclusions,
    by code. ``has_pets``, ``comes_with_police`` and ``is_involuntary`` describe this referral.
    """

    needs: tuple[str, ...] = ()
    age: int | None = None
    sex: str | None = None
    area: str | None = None
    languages: tuple[str, ...] = ()
    insurance: str | None = None
    has_pets: bool = False
    comes_with_police: bool = False
    is_involuntary: bool = False
    facts: Mapping[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse excluded facts among the codes."""
        _refuse_excluded(self.facts)

    @staticmethod
    def read(facts: Mapping[str, object]) -> Person:
        """Build from plain values; raises MatchingError for facts excluded, unknown or of a wrong kind.

        Excluded facts raise even where they are empty: nobody should be gathering them for this.
        """
        _refuse_excluded(facts)
        unknown = sorted(set(facts) - set(_KINDS))
        if unknown:
            raise MatchingError(
                f"{unknown[0]}: is not a fact that matching uses; it uses {', '.join(_KINDS)}"
            )
        return Person(
            needs=_words(facts, "needs"),
            age=_age(facts),
            sex=_word(facts, "sex"),
            area=_word(facts, "area"),
            languages=_words(facts, "languages"),
            insurance=_word(facts, "insurance"),
            has_pets=_flag(facts, "has_pets"),
            comes_with_police=_flag(facts, "comes_with_police"),
            is_involuntary=_flag(facts, "is_involuntary"),
            facts=_flags(facts.get("facts") or {}),
        )


def _refuse_excluded(names: Iterable[str]) -> None:
    for name in names:
        if str(name).lower() in EXCLUDED:
            raise MatchingError(f"{name}: must never decide who is offered help; leave it out")


_KINDS = tuple(Person.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Room:
    """The latest word on capacity: how many are free (None: open, number unknown), how old, and from whom.

    ``kept`` and ``broken`` count how often this service's posts held when a referral put them to the test.
    """

    available: int | None
    is_open: bool = True
    hours_old: float = 0.0
    source: str = "provider"
    kept: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Service:
    """What a service asks and offers. Empty collections mean no restriction; None means not known.

    Ages in years, both ends included. ``accepted`` and ``declined`` count earlier answers to referrals.
    """

    id: str
    name: str = ""
    needs: frozenset[str] = frozenset()
    min_age: int | None = None
    max_age: int | None = None
    sexes: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    interprets: bool = False
    insurances: frozenset[str] = frozenset()
    allows_pets: bool | None = None
    accepts_police_drop_off: bool = False
    accepts_involuntary: bool = False
    requirements: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()
    is_active: bool = True
    is_open_now: bool | None = None
    room: Room | None = None
    travel_minutes: float | None = None
    accepted: int = 0
    declined: int = 0


def _word(facts: Mapping[str, object], name: str) -> str | None:
    value = facts.get(name)
    if value is not None and not isinstance(value, str):
        raise MatchingError(f"{name}: {value!r} is not text; give text or leave it out")
    return value or None


def _words(facts: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = facts.get(name) or ()
    if (
        isinstance(value, str)
        or not isinstance(value, list | tuple)
        or not all(isinstance(v, str) for v in value)
    ):
        raise MatchingError(f"{name}: {value!r} is not a list of codes; give a list")
    return tuple(dict.fromkeys(value))


def _flag(facts: Mapping[str, object], name: str) -> bool:
    value = facts.get(name, False)
    if not isinstance(value, bool):
        raise MatchingError(f"{name}: {value!r} is neither true nor false; give one of them")
    return value


def _flags(value: object) -> dict[str, bool]:
    if not isinstance(value, Mapping) or not all(isinstance(flag, bool) for flag in value.values()):
        raise MatchingError(f"facts: {value!r} is not codes with true or false; leave unknown ones out")
    return {str(name): flag for name, flag in value.items()}


def _age(facts: Mapping[str, object]) -> int | None:
    value = facts.get("age")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 130:
        raise MatchingError(
            f"age: {value!r} is not a whole number of years from 0 to 130; correct it or leave it out"
        )
    return value
