"""Units that could go, and the ways to combine them."""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from commonweal.engines.dispatching.eligibility import fillable, standing_lacks
from commonweal.engines.dispatching.rules import Rules
from commonweal.engines.dispatching.values import (
    Reason,
    Request,
    ResponseModel,
    Role,
    Shortfall,
    Status,
    Travel,
    UnitState,
)


@dataclass(frozen=True)
class Candidate:
    """An able unit, its travel minutes (0 for somebody who joins by phone) and the roles it can fill.

    `lacks` says what keeps it from a second role that its kind would provide; `leaves` is its area where
    sending it may leave too few, else empty.
    """

    unit: UnitState
    minutes: float
    roles: frozenset[Role]
    lacks: tuple[Reason, ...]
    remote: bool
    speaks: bool
    known: bool
    tired: bool
    leaves: str

    @property
    def profile(self) -> tuple[object, ...]:
        """All that can change a score beside minutes: of two with one profile, the nearer is never worse."""
        return self.roles, self.remote, self.speaks, self.known, self.tired, self.leaves


@dataclass(frozen=True)
class Worth:
    """The circumstances of one request, ready to price any team: penalties already scaled by tier."""

    request: Request
    rules: Rules
    scale: float
    free_by_area: Mapping[str, int]
    wanted_by_area: Mapping[str, int]

    @classmethod
    def of(
        cls, request: Request, rules: Rules, units: Sequence[UnitState], coverage: Mapping[str, int] | None
    ) -> "Worth":
        """Count the free units by area once."""
        free: dict[str, int] = {}
        for unit in units:
            if unit.status is Status.AVAILABLE:
                free[unit.area] = free.get(unit.area, 0) + 1
        return cls(request, rules, rules.urgency[request.tier], free, coverage or {})

    @property
    def greatest_bonus(self) -> float:
        """The most (below zero) that circumstances can take off a team's travel minutes."""
        return -self.scale * self.rules.continuity

    def candidate(
        self, unit: UnitState, minutes: float, roles: frozenset[Role], lacks: Sequence[Reason]
    ) -> Candidate:
        """An able unit with everything that counts about it for this request."""
        remote = is_remote(unit, self.rules)
        at_risk = not remote and self.left(unit.area, 2) < self.wanted_by_area.get(unit.area, 0)
        return Candidate(
            unit=unit,
            minutes=minutes,
            roles=roles,
            lacks=tuple(lacks),
            remote=remote,
            speaks=self.request.language in unit.languages,
            known=not self.request.past_responders.isdisjoint(unit.responders),
            tired=self.is_tired(unit),
            leaves=unit.area if at_risk else "",
        )

    def is_tired(self, unit: UnitState) -> bool:
        """Long on duty, or too little rest before."""
        rested = unit.hours_rest is None or unit.hours_rest >= self.rules.short_rest_hours
        return not rested or unit.hours_on_duty >= self.rules.tired_after_hours

    def left(self, area: str, leaving: int) -> int:
        """Free units that stay in `area` when `leaving` of them go."""
        return self.free_by_area.get(area, 0) - leaving

    def areas_short(self, team: Sequence[Candidate]) -> dict[str, int]:
        """Areas that sending `team` would leave with fewer free units than wanted, and how many stay."""
        leaving: dict[str, int] = {}
        for member in team:
            if member.leaves:
                leaving[member.leaves] = leaving.get(member.leaves, 0) + 1
        staying = {area: self.left(area, n) for area, n in leaving.items()}
        return {area: left for area, left in staying.items() if left < self.wanted_by_area.get(area, 0)}

    def price(self, team: Sequence[Candidate]) -> dict[str, float]:
        """The parts of the score in minutes; their sum ranks the team."""
        rules, scale = self.rules, self.scale
        parts = {"travel": max([member.minutes for member in team])}
        if len(team) > 1:
            parts["second_unit"] = scale * rules.second_unit
        if not any([member.speaks for member in team]):
            parts["language"] = scale * rules.interpreter
        if any([member.known for member in team]):
            parts["continuity"] = -scale * rules.continuity
        if tired := sum([member.tired for member in team]):
            parts["rest"] = scale * rules.tired * tired
        if any([member.leaves for member in team]) and (short := self.areas_short(team)):
            parts["coverage"] = scale * rules.coverage * len(short)
        return parts


def is_remote(unit: UnitState, rules: Rules) -> bool:
    """True when the unit only joins by phone or video."""
    return rules.roles_by_kind.get(unit.kind, frozenset()) == {Role.REMOTE_CLINICIAN}


Split = tuple[list[Candidate], list[Shortfall]]


def split_units(model: ResponseModel, units: Sequence[UnitState], travel: Travel, worth: Worth) -> Split:
    """Able candidates for `model`, and a shortfall for each other unit; `travel` is called once a unit."""
    request, rules = worth.request, worth.rules
    able: list[Candidate] = []
    shortfalls: list[Shortfall] = []
    for unit in units:
        roles, lacks = fillable(unit, rules.needs[model], request, rules)
        minutes = 0.0 if is_remote(unit, rules) else travel(unit, request.place)
        standing = list(standing_lacks(unit, minutes, request, rules))
        if roles and not standing and minutes is not None:
            able.append(worth.candidate(unit, minutes, roles, lacks))
        else:
            shortfalls.append(Shortfall(unit.id, tuple(standing + lacks)))
    return able, shortfalls


@dataclass(frozen=True, order=True)
class Team:
    """One way to fill every role, ordered as it ranks: score, then travel in sum, then ids."""

    score: float
    travel_in_sum: float
    ids: tuple[str, ...]
    members: tuple[Candidate, ...] = field(compare=False)


def best_teams(able: Sequence[Candidate], wanted: tuple[Role, ...], worth: Worth, limit: int) -> list[Team]:
    """The `limit` cheapest teams that fill every wanted role: one unit alone, or two different ones.

    A unit that fills both roles by itself is never paired: a second unit would add nothing. Exact: teams
    are weighed in order of arrival, until no later one could be worth more than the worst one kept.
    """
    best: list[Team] = []
    for members in teams_by_arrival(nearest_by_profile(able, limit), wanted):
        score = sum(worth.price(members).values())
        if len(best) == limit and score > best[-1].score:
            if max(member.minutes for member in members) + worth.greatest_bonus > best[-1].score + 1e-9:
                break
            continue
        travel = sum(member.minutes for member in members)
        insort(best, Team(score, travel, tuple(member.unit.id for member in members), members))
        del best[limit:]
    return best


def nearest_by_profile(able: Sequence[Candidate], limit: int) -> Iterator[Candidate]:
    """Candidates by travel, at most `limit` of each profile: the next one could only repeat them later."""
    seen: Counter[tuple[object, ...]] = Counter()
    for candidate in sorted(able, key=lambda c: (c.minutes, c.unit.id)):
        seen[candidate.profile] += 1
        if seen[candidate.profile] <= limit:
            yield candidate


def teams_by_arrival(
    nearest_first: Iterable[Candidate], wanted: tuple[Role, ...]
) -> Iterator[tuple[Candidate, ...]]:
    """Every team, by the arrival of its last member; a pair stands in the order of `wanted`."""
    waiting: dict[Role, list[Candidate]] = {role: [] for role in wanted}
    for candidate in nearest_first:
        if candidate.roles >= set(wanted):
            yield (candidate,)
            continue
        (mine,) = candidate.roles
        (other,) = set(wanted) - {mine}
        for partner in waiting[other]:
            yield (candidate, partner) if mine is wanted[0] else (partner, candidate)
        waiting[mine].append(candidate)
