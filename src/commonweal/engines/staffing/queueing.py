"""How many people answer how fast: Erlang's formulas, exact.

Loads are in erlangs (arrivals per hour times hours of handling); times in minutes unless said.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, expm1

from scipy.integrate import quad

MOST_SERVERS = 10_000


def erlang_b(servers: int, load: float) -> float:
    """Share of calls lost when nobody can wait (M/M/n/n; Erlang 1917), by the stable recursion."""
    refuse(servers, load)
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Share of calls that wait when all can (M/M/n; Erlang 1917); 1 where load reaches the servers."""
    if load >= servers:
        refuse(servers, load)
        return 1.0
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1 - blocked))


def refuse(servers: int, load: float) -> None:
    """ValueError for numbers of servers and loads that cannot be."""
    if servers < 0 or not 0 <= load < float("inf"):
        raise ValueError(f"servers {servers} and load {load}: give zero or more of each")


@dataclass(frozen=True)
class Desk:
    """What a call desk faces. `patience` is the mean minutes after which a caller hangs up; None: never."""

    calls_per_hour: float
    handle_minutes: float
    target_seconds: float
    patience: float | None = None

    def __post_init__(self) -> None:
        """Refuse rates and times that are not above zero."""
        for name in ("calls_per_hour", "handle_minutes"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"{name}: {getattr(self, name)}; give a number above zero")
        if not self.target_seconds >= 0:
            raise ValueError(f"target_seconds: {self.target_seconds}; give zero or more")
        if self.patience is not None and not self.patience > 0:
            raise ValueError(f"patience: {self.patience} minutes; give a number above zero, or leave it out")

    @property
    def load(self) -> float:
        """Erlangs offered."""
        return self.calls_per_hour * self.handle_minutes / 60


@dataclass(frozen=True)
class Service:
    """What callers meet with so many servers: shares from 0 to 1, `mean_wait` in seconds (inf: no end)."""

    servers: int
    service_level: float
    occupancy: float
    p_wait: float
    mean_wait: float
    abandoned: float


def service(desk: Desk, servers: int) -> Service:
    """Service with `servers` people: Erlang C, or Erlang A where callers lose patience.

    `service_level` is the share of all calls answered within the target.
    """
    if servers < 1:
        raise ValueError(f"servers: {servers}; somebody has to answer: give 1 or more")
    return patient(desk, servers) if desk.patience is None else impatient(desk, servers, desk.patience)


def patient(desk: Desk, servers: int) -> Service:
    """M/M/n: everybody waits."""
    load, waiting = desk.load, erlang_c(servers, desk.load)
    if load >= servers:
        return Service(servers, 0.0, 1.0, 1.0, float("inf"), 0.0)
    spare = (servers - load) / (desk.handle_minutes * 60)  # departures per second beyond arrivals
    late = waiting * exp(-spare * desk.target_seconds)
    return Service(servers, 1 - late, load / servers, waiting, waiting / spare, 0.0)


def impatient(desk: Desk, servers: int, patience: float) -> Service:
    """M/M/n+M by Zeltyn & Mandelbaum (2005): integrals over the wait a patient caller would have."""
    arrive, serve = desk.calls_per_hour / 60, servers / desk.handle_minutes
    until = desk.target_seconds / 60

    def weight(wait: float) -> float:
        return exp(-arrive * patience * expm1(-wait / patience) - serve * wait)

    def stays(wait: float) -> float:
        return weight(wait) * exp(-wait / patience)

    everyone = integral(weight, 0.0, float("inf"))
    idle = 1 / erlang_b(servers - 1, desk.load)
    total = idle + arrive * everyone
    answered_late_or_not = arrive * integral(stays, 0.0, float("inf")) / total
    free = idle / total
    abandoned = 1 - free - answered_late_or_not
    in_time = free + arrive * integral(stays, 0.0, until) / total if until else free
    occupancy = desk.load * (1 - abandoned) / servers
    return Service(servers, in_time, occupancy, 1 - free, 60 * patience * abandoned, abandoned)


def integral(function: Callable[[float], float], low: float, high: float) -> float:
    """A smooth integral to some ten digits."""
    return float(quad(function, low, high, epsabs=1e-12, epsrel=1e-10, limit=200)[0])


@dataclass(frozen=True)
class Staffing:
    """The fewest servers that keep the promises, and how many to roster for absences."""

    service: Service
    rostered: int


def required(
    desk: Desk, service_level: float, max_occupancy: float = 1.0, shrinkage: float = 0.0
) -> Staffing:
    """The fewest servers that answer `service_level` of calls in time and stay below `max_occupancy`.

    `shrinkage` is the share of paid time away from the desk (breaks, training, sickness).
    """
    if not 0 <= service_level < 1 or not 0 < max_occupancy <= 1 or not 0 <= shrinkage < 1:
        raise ValueError(
            f"service_level {service_level}, max_occupancy {max_occupancy}, shrinkage {shrinkage}: "
            "give shares, level and shrinkage below 1, occupancy above 0"
        )
    servers = 1
    if desk.patience is None:  # without enough servers the queue never ends: start where it does
        servers = max(1, ceil(desk.load / max_occupancy))
    while servers <= MOST_SERVERS:
        found = service(desk, servers)
        if found.service_level >= service_level and found.occupancy <= max_occupancy:
            return Staffing(found, ceil(servers / (1 - shrinkage) - 1e-9))
        servers += 1
    raise ValueError(
        f"calls_per_hour: {desk.calls_per_hour} need more than {MOST_SERVERS} servers; split the desk"
    )
