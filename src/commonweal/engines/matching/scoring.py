"""How well a service suits, in parts from 0 to 1: need, room, travel, language, hours.

Capacity is hearsay that ages: a post is believed by half after its half-life, less where the posts of this
service did not hold when referrals put them to the test, and what is no longer believed falls back on how
often the service has accepted before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from commonweal.engines.matching.values import MatchingError, Person, Room, Service
from commonweal.engines.numerics.node import Node

_PRIOR_ACCEPTED, _PRIOR_DECLINED = 1.0, 1.0
_PRIOR_KEPT, _PRIOR_BROKEN = 4.0, 1.0  # until tested, four posts of five are taken to hold


@dataclass(frozen=True, slots=True)
class Settings:
    """Weights of the parts (scaled to sum 1), half-lives, and the travel time that halves its part."""

    weights: Mapping[str, float] = field(
        default_factory=lambda: {"need": 0.35, "room": 0.25, "travel": 0.2, "language": 0.12, "hours": 0.08}
    )
    half_life_hours: Mapping[str, float] = field(
        default_factory=lambda: {
            "provider": 12.0,
            "phone": 8.0,
            "import": 24.0,
            "accepted": 6.0,
            "declined": 6.0,
        }
    )
    other_half_life_hours: float = 12.0
    travel_halves_at_minutes: float = 30.0
    believed_full_from: float = 0.5

    @staticmethod
    def read(mapping: Mapping[str, object]) -> Settings:
        """Build from a parsed file; raises MatchingError naming place, value and remedy."""
        top = Node(mapping, "matching", MatchingError)
        top.only(_SETTINGS)
        usual = Settings()
        weights = {key: node.positive() for key, node in top.get("weights").items()}
        if weights and set(weights) != set(usual.weights):
            top.get("weights").refuse(f"must name each of {', '.join(usual.weights)} once")
        lives = {key: node.positive() for key, node in top.get("half_life_hours").items()}
        full = top.get("believed_full_from").number(usual.believed_full_from)
        if not 0 < full <= 1:
            top.get("believed_full_from").refuse(f"{full!r} is not above 0 and up to 1; correct it")
        return Settings(
            weights=weights or usual.weights,
            half_life_hours=lives or usual.half_life_hours,
            other_half_life_hours=_above_zero(top.get("other_half_life_hours"), usual.other_half_life_hours),
            travel_halves_at_minutes=_above_zero(
                top.get("travel_halves_at_minutes"), usual.travel_halves_at_minutes
            ),
            believed_full_from=full,
        )


_SETTINGS = tuple(Settings.__dataclass_fields__)


def _above_zero(node: Node, usual: float) -> float:
    return usual if node.absent else node.positive()


def confidence(age_hours: float, half_life: float) -> float:
    """How far a post of this age is to be believed: 1 when new, one half after each half-life (hours).

    Raises MatchingError for a negative age or a half-life that is not positive.
    """
    if not age_hours >= 0:
        raise MatchingError(f"age_hours: {age_hours!r} is not 0 or more; give hours since the post")
    if not half_life > 0:
        raise MatchingError(f"half_life: {half_life!r} is not above 0; give hours")
    return float(0.5 ** (age_hours / half_life))


def belief(room: Room, settings: Settings) -> float:
    """The confidence in a post, by its age, its source, and how this service's posts held before."""
    half_life = settings.half_life_hours.get(room.source, settings.other_half_life_hours)
    return confidence(room.hours_old, half_life) * record(room.kept, room.broken)


def record(kept: int, broken: int) -> float:
    """What tested posts make of the belief in the next: 1 while untested or held, less the more were broken.

    The share that held (Beta(4, 1) prior) against what is taken of a service nobody has tested.
    Raises MatchingError for a negative count.
    """
    if kept < 0 or broken < 0:
        raise MatchingError(f"kept {kept}, broken {broken}: count from 0")
    share = (kept + _PRIOR_KEPT) / (kept + broken + _PRIOR_KEPT + _PRIOR_BROKEN)
    return min(1.0, share / (_PRIOR_KEPT / (_PRIOR_KEPT + _PRIOR_BROKEN)))


def acceptance(service: Service) -> float:
    """The share of referrals accepted, drawn towards one half where few were answered (Beta(1, 1) prior)."""
    accepted, declined = service.accepted + _PRIOR_ACCEPTED, service.declined + _PRIOR_DECLINED
    return accepted / (accepted + declined)


def chance_of_room(service: Service, settings: Settings) -> float:
    """How likely a place is free: the post as far as believed, else the record of acceptance."""
    usual = acceptance(service)
    if service.room is None:
        return usual
    trust = belief(service.room, settings)
    says = service.room.is_open and (service.room.available is None or service.room.available > 0)
    return trust * float(says) + (1 - trust) * usual


def is_believed_full(service: Service, settings: Settings) -> bool:
    """Whether a post that is still believed says that nothing is free or that referrals are closed."""
    room = service.room
    if room is None or (room.is_open and room.available != 0):
        return False
    return belief(room, settings) >= settings.believed_full_from


def parts(person: Person, service: Service, settings: Settings) -> dict[str, float]:
    """Each part of the score, from 0 to 1."""
    return {
        "need": _need(person, service),
        "room": chance_of_room(service, settings),
        "travel": _travel(service, settings),
        "language": _language(person, service),
        "hours": {True: 1.0, None: 0.6, False: 0.3}[service.is_open_now],
    }


def total(values: Mapping[str, float], settings: Settings) -> float:
    """The weighted mean of the parts."""
    weight = sum(settings.weights.values())
    return sum(settings.weights[name] * values[name] for name in settings.weights) / weight


def _need(person: Person, service: Service) -> float:
    """The share of needs served; each counts half as much as the one before it."""
    if not person.needs:
        return 1.0
    worth = [0.5**place for place in range(len(person.needs))]
    met = sum(value for value, need in zip(worth, person.needs, strict=True) if need in service.needs)
    return met / sum(worth)


def _travel(service: Service, settings: Settings) -> float:
    if service.travel_minutes is None:
        return 0.5
    return float(0.5 ** (max(service.travel_minutes, 0.0) / settings.travel_halves_at_minutes))


def _language(person: Person, service: Service) -> float:
    """1 for a language in common or none stated, less for an interpreter, least for neither."""
    if not person.languages or set(person.languages) & service.languages:
        return 1.0
    return 0.7 if service.interprets else 0.2
