"""Many runs over days drawn again: what a plan gives, with intervals, and what another would change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from commonweal.engines.numerics import Floats, Interval, generator, percentile_interval
from commonweal.engines.staffing.plans import DAY, WEEK, Plan
from commonweal.engines.staffing.simulation import GIVE_UP, Policy, Run, SimCall, Travel, simulate

MEASURES = ("mean", "p50", "p90", "within_target", "unserved_share", "busy_share", "cost_per_call")


@dataclass(frozen=True)
class Scenario:
    """What stays the same whichever plan is tried: the calls of `days` whole days, roads, policy, target."""

    calls: tuple[SimCall, ...]
    days: int
    travel: Travel
    policy: Policy
    target_minutes: float = 15.0
    give_up: float = GIVE_UP

    def __post_init__(self) -> None:
        """Refuse scenarios without days, or with calls beyond them."""
        if self.days < 1:
            raise ValueError(f"days: {self.days}; a scenario lasts a day or longer")
        if late := next((call for call in self.calls if call.at >= self.days * DAY), None):
            raise ValueError(
                f"calls: {late.id} comes after the {self.days} days; lengthen them or leave it out"
            )


@dataclass(frozen=True)
class Estimate:
    """The mean over replications and the interval of the middle 95 % (or `interval.level`) of them."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class Outlook:
    """What a plan gives: response minutes from call to the last unit needed, shares, cost, by replication.

    `measures` has "mean", "p50", "p90" (minutes), "within_target", "unserved_share", "busy_share" (shares),
    "cost_per_call" (money). `coverage_by_hour` is the share of time with somebody free, 24 values.
    """

    plan: str
    measures: Mapping[str, Estimate]
    coverage_by_hour: tuple[Estimate, ...]
    weekly_cost: float
    replications: int


@dataclass(frozen=True)
class Comparison:
    """Two plans on the same drawn days; `difference` is other less base, its interval the paired one."""

    base: Outlook
    other: Outlook
    difference: Mapping[str, Estimate]
    coverage_difference: tuple[Estimate, ...]
    weekly_cost_difference: float


def drawn_days(scenario: Scenario, rng: np.random.Generator) -> tuple[SimCall, ...]:
    """The scenario's calls with each day replaced by a whole day drawn from those like it."""
    by_day: defaultdict[int, list[SimCall]] = defaultdict(list)
    for call in scenario.calls:
        by_day[int(call.at // DAY)].append(call)
    drawn = []
    for day in range(scenario.days):
        source = int(rng.choice(days_like(day, scenario.days)))
        shift = (day - source) * DAY
        drawn += [replace(call, id=f"{call.id}@{day}", at=call.at + shift) for call in by_day[source]]
    return tuple(drawn)


def days_like(day: int, days: int) -> list[int]:
    """Days of the same weekday; where there are fewer than three, working days or weekends; else all."""
    same = list(range(day % 7, days, 7))
    alike = [d for d in range(days) if (d % 7 >= 5) == (day % 7 >= 5)]
    return next((some for some in (same, alike) if len(some) >= 3), list(range(days)))


def measured(run: Run, scenario: Scenario, plan: Plan) -> Floats:
    """One run in numbers, in the order of MEASURES; NaN where there was nothing to measure."""
    minutes = np.array([served.complete for served in run.served])
    answered, asked = len(minutes), len(minutes) + len(run.unserved)
    cost = plan.weekly_cost * scenario.days * DAY / WEEK
    busy = [share for share in run.busy_share.values()]
    return np.array(
        [
            minutes.mean() if answered else np.nan,
            np.quantile(minutes, 0.5) if answered else np.nan,
            np.quantile(minutes, 0.9) if answered else np.nan,
            (minutes <= scenario.target_minutes).sum() / asked if asked else np.nan,
            len(run.unserved) / asked if asked else np.nan,
            np.mean(busy) if busy else np.nan,
            cost / answered if answered else np.nan,
        ]
    )


def replicated(
    scenario: Scenario, plans: Sequence[Plan], seed: int, replications: int
) -> list[tuple[Floats, Floats]]:
    """For each plan (replication x measure) and (replication x hour); all meet the same drawn days."""
    if replications < 2:
        raise ValueError(f"replications: {replications}; an interval takes two or more")
    rng = generator(seed)
    rows: list[tuple[list[Floats], list[Floats]]] = [([], []) for _ in plans]
    for _ in range(replications):
        calls = drawn_days(scenario, rng)
        for plan, (measures, hours) in zip(plans, rows, strict=True):
            run = simulate(
                calls, plan, scenario.travel, scenario.policy, days=scenario.days, give_up=scenario.give_up
            )
            measures.append(measured(run, scenario, plan))
            hours.append(np.array(run.free_share))
    return [(np.stack(measures), np.stack(hours)) for measures, hours in rows]


def estimate(draws: Floats, level: float) -> Estimate:
    """Mean and percentile interval of draws, those that are no numbers left out."""
    finite = draws[np.isfinite(draws)]
    return Estimate(float(finite.mean()) if finite.size else float("nan"), percentile_interval(draws, level))


def columns(table: Floats, level: float) -> tuple[Estimate, ...]:
    """An estimate for each column of (replication x column)."""
    return tuple(estimate(table[:, i], level) for i in range(table.shape[1]))


def outlook(plan: Plan, draws: tuple[Floats, Floats], level: float) -> Outlook:
    """Replications summed up."""
    measures, hours = draws
    return Outlook(
        plan=plan.name,
        measures=dict(zip(MEASURES, columns(measures, level), strict=True)),
        coverage_by_hour=columns(hours, level),
        weekly_cost=plan.weekly_cost,
        replications=len(measures),
    )


def replicate(
    scenario: Scenario, plan: Plan, *, seed: int, replications: int = 40, level: float = 0.95
) -> Outlook:
    """What `plan` gives over days drawn again and again (whole days, each from days like it)."""
    (draws,) = replicated(scenario, [plan], seed, replications)
    return outlook(plan, draws, level)


def compare(
    scenario: Scenario, base: Plan, other: Plan, *, seed: int, replications: int = 40, level: float = 0.95
) -> Comparison:
    """What `other` would change against `base`, both on the same drawn days (common random numbers)."""
    draws = replicated(scenario, [base, other], seed, replications)
    (base_measures, base_hours), (other_measures, other_hours) = draws
    return Comparison(
        base=outlook(base, draws[0], level),
        other=outlook(other, draws[1], level),
        difference=dict(zip(MEASURES, columns(other_measures - base_measures, level), strict=True)),
        coverage_difference=columns(other_hours - base_hours, level),
        weekly_cost_difference=other.weekly_cost - base.weekly_cost,
    )
