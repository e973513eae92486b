"""Who works in the county: agencies, teams, workers with roles, units and their shifts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from commonweal.demo import pack
from commonweal.demo.names import unique_names
from commonweal.demo.pack import Random, StaffFacts
from commonweal.demo.projection import place_at

LANGUAGES = {"en": 0.7, "en es": 0.2, "en vi": 0.03, "en tl": 0.03, "en zh": 0.02, "en ar": 0.02}


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency by its short code; `kind` is one of agencies.AGENCY_KINDS."""

    code: str
    name: str
    short: str
    kind: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Team:
    """A team of an agency."""

    code: str
    agency: str
    name: str
    response_model: str


@dataclass(frozen=True, slots=True)
class Worker:
    """One hat: a role at an agency. `key` is stable from run to run, such as ``harlow_pd.cit_officer.3``."""

    key: str
    username: str
    name: str
    agency: str
    role: str
    team: str
    badge: str
    languages: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that can be sent; `hours` is its local span of duty (a day and a night where both are equal)."""

    call_sign: str
    agency: str
    kind: str
    team: str
    crew_roles: tuple[str, ...]
    hours: tuple[int, int]
    hourly_cost: int
    lon: float
    lat: float

    def on_duty(self, hour: int) -> bool:
        """Whether the unit is on duty at a local hour."""
        start, end = self.hours
        return start <= hour < end if start < end else start <= hour or hour < end


@dataclass(frozen=True, slots=True)
class Shift:
    """A unit on duty between two moments (UTC), with the keys of its crew."""

    call_sign: str
    starts: datetime
    ends: datetime
    crew: tuple[str, ...]


@dataclass(frozen=True)
class Organization:
    """All of it."""

    agencies: tuple[Agency, ...]
    teams: tuple[Team, ...]
    workers: tuple[Worker, ...]
    units: tuple[Unit, ...]

    def crews(self) -> dict[tuple[str, str], list[Worker]]:
        """Return the workers of each agency and role."""
        found: dict[tuple[str, str], list[Worker]] = defaultdict(list)
        for worker in self.workers:
            found[worker.agency, worker.role].append(worker)
        return found

    @cached_property
    def _pools(self) -> dict[tuple[str, str, str], list[Worker]]:
        """Workers by agency, role and team."""
        found: dict[tuple[str, str, str], list[Worker]] = defaultdict(list)
        for worker in self.workers:
            found[worker.agency, worker.role, worker.team].append(worker)
        return found

    def crew_of(self, unit: Unit, day: int) -> tuple[Worker, ...]:
        """Return who is aboard on a day (counted from any first day): workers of its team take turns."""
        found, pools = [], self._pools
        for seat, role in enumerate(unit.crew_roles):
            pool = pools.get((unit.agency, role, unit.team), [])
            number = int("".join(filter(str.isdigit, unit.call_sign[1:])) or 0)
            if pool:
                found.append(pool[(number * len(unit.crew_roles) + seat + day // 4) % len(pool)])
        return tuple(dict.fromkeys(found))

    def shifts(self, first: date, days: int) -> list[Shift]:
        """Return the shifts of every unit from a first local day on."""
        found = []
        for day in range(days):
            on = first + timedelta(days=day)
            for unit in self.units:
                starts, ends = span(on, unit.hours)
                crew = tuple(worker.key for worker in self.crew_of(unit, on.toordinal()))
                found.append(Shift(unit.call_sign, starts, ends, crew))
        return found


def span(on: date, hours: tuple[int, int]) -> tuple[datetime, datetime]:
    """Return a local span of hours in UTC; one that ends at or before its start ends a day later."""
    zone = ZoneInfo(pack.county()["time_zone"])
    starts = datetime.combine(on, time(hours[0]), zone)
    later = on if hours[1] > hours[0] else on + timedelta(days=1)
    return starts.astimezone(UTC), datetime.combine(later, time(hours[1] % 24), zone).astimezone(UTC)


def generate(seed: int) -> Organization:
    """Return the county's organization. The same seed gives the same workers."""
    facts, random = pack.county(), pack.stream(seed, "organization")
    agencies = tuple(
        Agency(item["code"], item["name"], item["short"], item["kind"], *place_at(item["at"]))
        for item in facts["agencies"]
    )
    teams = tuple(Team(item["code"], item["agency"], item["name"], item["model"]) for item in facts["teams"])
    bases = {agency.code: agency for agency in agencies}
    return Organization(agencies, teams, _workers(random), _units(bases))


def _workers(random: Random) -> tuple[Worker, ...]:
    staff = pack.county()["staff"]
    total = sum(item["count"] for item in staff)
    names = iter(unique_names(random, total))
    languages = iter(pack.pick(random, LANGUAGES, total))
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    found = []
    for item in staff:
        for _ in range(item["count"]):
            numbers[item["agency"], item["role"]] += 1
            found.append(_worker(item, numbers[item["agency"], item["role"]], next(names), next(languages)))
    return tuple(found)


def _worker(item: StaffFacts, number: int, name: tuple[str, str], languages: str) -> Worker:
    is_sworn = item["role"] in ("patrol_officer", "cit_officer")
    badge = f"{item['agency'][:1].upper()}{item['role'][:1].upper()}{100 + number}" if is_sworn else ""
    return Worker(
        key=f"{item['agency']}.{item['role']}.{number}",
        username=f"{name[0]}.{name[1]}".casefold(),
        name=f"{name[0]} {name[1]}",
        agency=item["agency"],
        role=item["role"],
        team=item.get("team", ""),
        badge=badge,
        languages=languages,
    )


def _units(agencies: dict[str, Agency]) -> tuple[Unit, ...]:
    found = []
    for item in pack.county()["units"]:
        base = agencies[item["agency"]]
        for number in range(item["count"]):
            hours = item["hours"][number % len(item["hours"])]
            unit = Unit(
                call_sign=f"{item['sign']}{number + 1:02d}",
                agency=item["agency"],
                kind=item["kind"],
                team=item.get("team", ""),
                crew_roles=tuple(item["crew"]),
                hours=(hours[0], hours[1]),
                hourly_cost=item["cost"],
                lon=base.lon,
                lat=base.lat,
            )
            found.append(unit)
    return tuple(found)
