"""The county's packs as typed values: what was observed in real files, and what was invented around it."""

from __future__ import annotations

from functools import cache
from typing import TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from commonweal import packs

Xy = tuple[float, float]
Floats = NDArray[np.float64]
Random = np.random.Generator


class Town(TypedDict):
    """A town: where and how far (km), who lives and polices there, how its grid is turned (degrees)."""

    code: str
    name: str
    at: list[float]
    radius: float
    residents: int
    angle: float
    police: str


class BeatFacts(TypedDict):
    """A beat's seed point; `busy` weighs the calls of a resident."""

    code: str
    name: str
    at: list[float]
    police: str
    busy: float


class Round(TypedDict):
    """A pond or park: a soft circle."""

    name: str
    at: list[float]
    radius: float


class Course(TypedDict, total=False):
    """A road, river or railway through given points."""

    name: str
    course: list[list[float]]
    width: float


class Spot(TypedDict):
    """A place people name."""

    name: str
    at: list[float]
    kind: str


class AgencyFacts(TypedDict):
    """An agency and where it is."""

    code: str
    name: str
    short: str
    kind: str
    at: list[float]


class TeamFacts(TypedDict):
    """A team of an agency and its response model."""

    code: str
    agency: str
    name: str
    model: str


class StaffFacts(TypedDict, total=False):
    """How many workers of a role an agency has, and in which team."""

    agency: str
    role: str
    count: int
    team: str


class UnitFacts(TypedDict, total=False):
    """Units of one kind: call sign, crew by role, shifts by local hours, cost of an hour in dollars."""

    agency: str
    kind: str
    sign: str
    count: int
    crew: list[str]
    team: str
    hours: list[list[int]]
    cost: int


class Programme(TypedDict):
    """The truth about what teams change; see county.yaml."""

    started: dict[str, int]
    effect: dict[str, float]
    return_days: int


class CountyPack(TypedDict):
    """packs/demo/county.yaml."""

    origin: dict[str, float]
    size: list[float]
    time_zone: str
    residents: int
    calls_per_year: int
    crisis_line_share: float
    towns: list[Town]
    beats: list[BeatFacts]
    water: dict[str, object]
    parks: list[Round]
    roads: list[Course]
    rail: list[Course]
    streets: dict[str, object]
    places: list[Spot]
    agencies: list[AgencyFacts]
    teams: list[TeamFacts]
    staff: list[StaffFacts]
    units: list[UnitFacts]
    programme: Programme


class NatureFigures(TypedDict, total=False):
    """What was observed of one neutral nature."""

    share: float
    disciplines: dict[str, float]
    priorities: dict[str, float]
    arrived: float
    endings: dict[str, float]
    spans: dict[str, list[float]]


class Centre(TypedDict):
    """What was observed at a dispatch centre."""

    calls: int
    week: list[list[float]]
    sources: dict[str, dict[str, float]]
    spans: dict[str, dict[str, list[float]]]
    urgent_spans: dict[str, list[float]]
    reopened: float
    natures: dict[str, NatureFigures]


class Crisis(TypedDict):
    """What was observed at a mobile crisis service."""

    calls: int
    week: list[list[float]]
    reasons: dict[str, float]
    further_reasons: dict[str, float]
    reasons_per_call: dict[str, float]
    contact: dict[str, float]
    dispositions: dict[str, float]
    spans: dict[str, list[float]]
    impossible_order: float


class Figures(TypedDict):
    """packs/demo/harlow.yaml."""

    levels: list[float]
    centre: Centre
    crisis: Crisis


@cache
def county() -> CountyPack:
    """Return what was invented: geography, agencies, staff, units, and the truth about the programme."""
    return cast(CountyPack, packs.read("demo/county.yaml"))


@cache
def figures() -> Figures:
    """Return what was observed in real files (bench/county_figures.py)."""
    return cast(Figures, packs.read("demo/harlow.yaml"))


class CourseFacts(TypedDict):
    """A course, its certificate and who needs it."""

    code: str
    title: list[str]
    hours: int
    certificate: str
    months: int
    roles: list[str]


class Words(TypedDict):
    """packs/demo/words.yaml: invented names and plain sentences."""

    names: dict[str, list[str]]
    natures: dict[str, list[str]]
    notes: dict[str, list[str]]
    narratives: dict[str, list[str]]
    plans: dict[str, list[str]]
    goals: dict[str, list[str]]
    tasks: list[str]
    situations: list[str]
    feedback: dict[str, list[str]]
    replies: list[str]
    meetings: list[list[str]]
    commitments: list[list[str]]
    courses: list[CourseFacts]


class ServiceFacts(TypedDict, total=False):
    """One row of packs/demo/services.yaml."""

    provider: str
    name: str
    es: str
    needs: list[str]
    unit: str
    total: int
    hours: str
    ages: list[int | None]
    sexes: list[str]
    pathway: str
    drop_off: bool
    involuntary: bool
    confidential: bool


@cache
def words() -> Words:
    """Return names and sentences."""
    return cast(Words, packs.read("demo/words.yaml"))


@cache
def services() -> list[ServiceFacts]:
    """Return what providers offer."""
    return cast("list[ServiceFacts]", packs.read("demo/services.yaml"))


@cache
def answers() -> dict[str, dict[str, dict[str, float]]]:
    """Return how callers answer the triage protocol: nature to question to answer to weight."""
    return cast("dict[str, dict[str, dict[str, float]]]", packs.read("demo/answers.yaml"))


def stream(seed: int, part: str) -> Random:
    """Return the randomness of one part of the county, independent of all the others."""
    return np.random.default_rng([seed, *part.encode("ascii")])


def pick(random: Random, table: dict[str, float], count: int) -> list[str]:
    """Return `count` keys drawn by their weights."""
    names, weights = list(table), np.array(list(table.values()))
    chosen = random.choice(len(names), count, p=weights / weights.sum())
    return [names[index] for index in chosen]


def one(random: Random, table: dict[str, float]) -> str:
    """Return one key drawn by its weight: the same as `pick`, faster where only one is wanted."""
    at, total = random.random() * sum(table.values()), 0.0
    for name, weight in table.items():
        total += weight
        if at < total:
            return name
    return next(reversed(table))


def draw_spans(random: Random, levels: list[float], quantiles: list[float], count: int) -> Floats:
    """Return `count` seconds with the given quantiles, linear between them, up to 1.15 of the last."""
    at = np.array([0.0, *levels, 1.0])
    seconds = np.array([min(quantiles[0], 0.6 * quantiles[0]), *quantiles, 1.15 * quantiles[-1]])
    return np.asarray(np.interp(random.random(count), at, seconds), dtype=np.float64)
