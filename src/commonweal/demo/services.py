"""What providers offer, and how much room there has been lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from commonweal.demo import pack
from commonweal.demo.organization import Organization
from commonweal.demo.pack import Random, ServiceFacts

POST_DAYS = 14


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a provider agency; `needs` are codes of packs/directory/needs.yaml, hours are local."""

    key: str
    provider: str
    name: str
    name_es: str
    needs: tuple[str, ...]
    capacity_unit: str
    capacity_total: int
    opens: str
    closes: str
    days: tuple[str, ...]
    minimum_age: int | None
    maximum_age: int | None
    sexes: tuple[str, ...]
    pathway: str
    accepts_drop_off: bool
    accepts_involuntary: bool
    is_confidential: bool
    languages: tuple[str, ...]
    phone: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class CapacityPost:
    """How much room a provider said there was, and when (UTC)."""

    service: str
    at: datetime
    available: int
    waiting: int


def generate(
    seed: int, organization: Organization, now: datetime
) -> tuple[tuple[Service, ...], list[CapacityPost]]:
    """Return the services, and the capacity posts of the last two weeks up to `now`."""
    random = pack.stream(seed, "services")
    places = {agency.code: (agency.lon, agency.lat) for agency in organization.agencies}
    services = tuple(
        _service(number, facts, places[facts["provider"]]) for number, facts in enumerate(pack.services())
    )
    return services, [post for service in services for post in _posts(random, service, now)]


def _service(number: int, facts: ServiceFacts, at: tuple[float, float]) -> Service:
    opens, closes = facts["hours"].split("-")
    youngest, oldest = facts.get("ages", [None, None])
    always = opens == "00:00" or facts["unit"] in ("beds", "rooms")
    return Service(
        key=f"{facts['provider']}.{number + 1:02d}",
        provider=facts["provider"],
        name=facts["name"],
        name_es=facts["es"],
        needs=tuple(facts["needs"]),
        capacity_unit=facts["unit"],
        capacity_total=facts["total"],
        opens=opens,
        closes=closes,
        days=("MO", "TU", "WE", "TH", "FR", "SA", "SU") if always else ("MO", "TU", "WE", "TH", "FR"),
        minimum_age=youngest,
        maximum_age=oldest,
        sexes=tuple(facts.get("sexes", ())),
        pathway=facts.get("pathway", "standard"),
        accepts_drop_off=facts.get("drop_off", False),
        accepts_involuntary=facts.get("involuntary", False),
        is_confidential=facts.get("confidential", False),
        languages=("en", "es") if number % 3 else ("en",),
        phone=f"+1530555{100 + number:04d}",
        lon=at[0],
        lat=at[1],
    )


def _posts(random: Random, service: Service, now: datetime) -> list[CapacityPost]:
    """Two posts a day, some forgotten; fuller towards the weekend. The last may be hours or days old."""
    typical = 0.05 + 0.3 * random.random()
    found = []
    for hours in range(24 * POST_DAYS, 0, -12):
        at = (now - timedelta(hours=hours - float(random.uniform(0, 9)))).astimezone(UTC)
        if random.random() < 0.25:
            continue
        full = typical * (0.6 if at.weekday() in (4, 5) else 1.0)
        available = int(random.binomial(service.capacity_total, min(0.95, full)))
        waiting = 0 if available else int(random.poisson(3))
        found.append(CapacityPost(service.key, min(at, now), available, waiting))
    return found
