"""What dispatch reasons about: a request, units, and the recommendation with its reasons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from commonweal.engines.numerics import Place, checked_place

TIERS = ("T0", "T1", "T2", "T3", "T4", "T5")  # neutral tiers; T0 is life threat now
Param = str | float


class ResponseModel(StrEnum):
    """Who should go. `co_response` means an officer and a clinician, together or meeting on site."""

    CO_RESPONSE = "co_response"
    TELE_CO_RESPONSE = "tele_co_response"
    CIVILIAN_CRISIS = "civilian_crisis"
    CIT_OFFICER = "cit_officer"
    PATROL = "patrol"
    EMS = "ems"
    REMOTE_CLINICIAN = "remote_clinician"
    OUTREACH = "outreach"


class Role(StrEnum):
    """What somebody does at the scene; a unit's kind says which roles its people can fill."""

    OFFICER = "officer"
    CIT_OFFICER = "cit_officer"
    CLINICIAN = "clinician"
    CRISIS_WORKER = "crisis_worker"
    MEDIC = "medic"
    REMOTE_CLINICIAN = "remote_clinician"
    OUTREACH_WORKER = "outreach_worker"


class Status(StrEnum):
    """Where a unit stands in its work; only `available` units can be recommended."""

    AVAILABLE = "available"
    ASSIGNED = "assigned"
    ENROUTE = "enroute"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    AT_DESTINATION = "at_destination"
    OUT_OF_SERVICE = "out_of_service"
    OFF_DUTY = "off_duty"


@dataclass(frozen=True)
class Request:
    """What the scene needs. `place` is (lon, lat); `certificates` adds to the rules, by role.

    `past_responders` are ids of staff whom the person has met before; leave it empty for a viewer
    without a permit to know them: the ranking then says nothing of continuity.
    """

    place: Place
    tier: str
    model: ResponseModel
    language: str = "en"
    past_responders: frozenset[str] = frozenset()
    certificates: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    skills: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a place off the globe, an unknown tier or model."""
        object.__setattr__(self, "place", checked_place("place", self.place))
        object.__setattr__(self, "model", ResponseModel(self.model))
        if self.tier not in TIERS:
            raise ValueError(f"tier: {self.tier!r} is not one of {', '.join(TIERS)}")


@dataclass(frozen=True)
class UnitState:
    """A unit as it stands now. Times in hours; `lapsed` maps a certificate to the day it ended.

    `kind` is a key of `Rules.roles_by_kind`; `responders` are the staff ids aboard; `area` is the
    coverage area it stands in.
    """

    id: str
    kind: str
    status: Status = Status.AVAILABLE
    place: Place | None = None
    skills: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    lapsed: Mapping[str, date] = field(default_factory=dict)
    languages: frozenset[str] = frozenset({"en"})
    responders: frozenset[str] = frozenset()
    hours_on_duty: float = 0.0
    hours_rest: float | None = None
    area: str = ""

    def __post_init__(self) -> None:
        """Refuse a nameless unit, an unknown status, a certificate both in force and lapsed."""
        object.__setattr__(self, "status", Status(self.status))
        if not self.id:
            raise ValueError("id: empty; every unit needs the call sign it is known by")
        if self.place is not None:
            object.__setattr__(self, "place", checked_place("place", self.place))
        both = self.certificates & set(self.lapsed)
        if both:
            raise ValueError(f"lapsed: {sorted(both)} of unit {self.id} also in force; keep the later one")


Travel = Callable[[UnitState, Place], float | None]


@dataclass(frozen=True)
class Reason:
    """A code and its parameters, so that the words can be said in either language (`wording`)."""

    code: str
    params: tuple[tuple[str, Param], ...] = ()

    @classmethod
    def of(cls, code: str, **params: Param) -> "Reason":
        """Build a reason from keyword parameters."""
        return cls(code, tuple(params.items()))


@dataclass(frozen=True)
class ScorePart:
    """One term of a score, in minutes: what the option costs (or saves, below zero) beside travel."""

    code: str
    minutes: float


@dataclass(frozen=True)
class Option:
    """One way to respond: the units to commit together, best first in a recommendation.

    `score` is the sum of `parts` in equivalent minutes, lower is better; `arrival_minutes` is when all
    physical members stand at the scene; `first_minutes` when the first does.
    """

    units: tuple[str, ...]
    model: ResponseModel
    score: float
    arrival_minutes: float
    first_minutes: float
    parts: tuple[ScorePart, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Shortfall:
    """Why a unit cannot go: every lack, not only the first."""

    unit: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Recommendation:
    """Ranked options for the model asked for; `fallbacks` only when there is none.

    `able` are the units that could fill a role of the model; each other unit has one `Shortfall`.
    """

    model: ResponseModel
    options: tuple[Option, ...]
    fallbacks: tuple[Option, ...]
    able: tuple[str, ...]
    shortfalls: tuple[Shortfall, ...]
    cautions: tuple[Reason, ...]

    @property
    def best(self) -> Option | None:
        """The first option of the model asked for; None when nobody can answer it."""
        return self.options[0] if self.options else None
