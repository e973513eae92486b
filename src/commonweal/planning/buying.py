"""What more money would buy, and where: options of each programme, and the best use of them.

Two kinds of option. One more team on the hours of a unit: calls that meet nobody free now and would meet
somebody, by the hypercube. Hours in which nobody is on duty: calls about behavioral health of the tiers that
the programme answers, times the share of them that it was sent to while it was on duty: an assumption, said
so. A year is 52 weeks like those on file; the interval is that of the count (Garwood 1936). What the same
records said minutes ago is not counted again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import fmean
from uuid import UUID
from zoneinfo import ZoneInfo

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.calls.queries import Counted
from commonweal.engines.disclosure import Permit
from commonweal.engines.numerics import garwood
from commonweal.engines.staffing import Option, Plan, allocate, coverage, erlang_b
from commonweal.kernel import clock
from commonweal.planning.changes import Change
from commonweal.planning.choices import NEW, Choice, Use
from commonweal.planning.comparing import MOST_STATES, middle_of, planned, side
from commonweal.planning.demand import FEW_IN_AREA, Demand, demanded
from commonweal.planning.models import BudgetLine
from commonweal.planning.money import pays_for
from commonweal.planning.present import Present, mark, present
from commonweal.planning.queries import BUYABLE
from commonweal.planning.trying import window
from commonweal.sharing import queries as sharing

TIERS = frozenset({"T2", "T3"})  # what a team of care may answer
YEAR, SHIFT, DAY = 52, 8, 24
STEPS = 5  # how many times the amount is asked for, one upon the other
MORE, OPEN = "more", "open"
TOGETHER = 7  # units on duty at once, up to which the hypercube is solved exactly: within a second
KEPT_FOR, MOST_KEPT = timedelta(minutes=10), 8
Found = tuple[list[Choice], list[tuple[UUID, str]]]
_kept: dict[object, tuple[datetime, Found]] = {}


def choices(permits: Mapping[str, Permit], zone: ZoneInfo) -> Found:
    """Every option of every programme, and programmes whose records do not tell what more would do.

    Asked again within ten minutes, of the same rosters under the same permits, the answer stands.
    """
    kinds = sorted({(u.agency_id, u.kind) for u in agencies.units() if u.kind in BUYABLE})
    rosters = [present(agency, kind) for agency, kind in kinds]
    span, now = window(zone), clock.now()
    key = (str(zone), span, _opened(permits), *(_standing(roster) for roster in rosters))
    kept = _kept.get(key)
    if kept and now - KEPT_FOR < kept[0] <= now:
        return kept[1]
    found = _counted(permits, rosters, list(calls.extract(permits, *span)) if span else [], zone)
    for old in list(_kept)[: max(0, len(_kept) - MOST_KEPT + 1)]:
        _kept.pop(old, None)
    _kept[key] = (now, found)
    return found


def _opened(permits: Mapping[str, Permit]) -> tuple[object, ...]:
    """What the permits open, and what is in no set whatever they open."""
    return (frozenset((p, permit.fields) for p, permit in permits.items()), frozenset(sharing.barred("call")))


def _standing(roster: Present) -> tuple[object, ...]:
    costs = tuple(unit.hourly_cost for unit in roster.units)
    return roster.agency, roster.kind, mark(roster), costs


def _counted(
    permits: Mapping[str, Permit], rosters: Sequence[Present], rows: Sequence[Counted], zone: ZoneInfo
) -> Found:
    found: list[Choice] = []
    silent: list[tuple[UUID, str]] = []
    for roster in rosters:
        demand = demanded(permits, roster.kind, zone, rows)
        has_costs = any(unit.hourly_cost > 0 for unit in roster.units)
        if not has_costs or not demand.calls or demand.is_assumed:
            silent.append((roster.agency, roster.kind))
            continue
        found += [*_more(roster, demand, zone), *_open(roster, demand, rows, zone)]
    return found, silent


def _more(roster: Present, demand: Demand, zone: ZoneInfo) -> list[Choice]:
    """One more team on the hours of each unit; units of the same hours and base are told once."""
    middle = middle_of(demand)
    standing = planned(roster, {}, zone, "now", middle)
    states = MOST_STATES if _most_at_once(standing) < TOGETHER else 0  # both sides by one method
    now = side(standing, demand, states)
    told: dict[object, Choice] = {}
    for unit, spans in roster.units.items():
        alike = (unit.base_lon, unit.base_lat, tuple(sorted((a.hour, b.hour) for a, b in spans)))
        if alike in told:
            continue
        other = planned(roster, {unit.call_sign: Change(teams=2)}, zone, "more", middle)
        then = side(other, demand, states)
        gains = _gains(now, then)
        cost = YEAR * (float(str(then["cost"])) - float(str(now["cost"])))
        starts, ends = spans[0]
        hours = (starts.astimezone(zone).hour, ends.astimezone(zone).hour)
        if cost > 0:
            told[alike] = _choice(roster, MORE, unit.call_sign, hours, cost, gains, len(demand.calls))
    return list(told.values())


def _most_at_once(plan: Plan) -> float:
    counts = coverage(plan).on_duty.values()
    return max((sum(hour) for hour in zip(*counts, strict=True)), default=0)


def _gains(now: Mapping[str, object], then: Mapping[str, object]) -> dict[str, float]:
    """Calls a year by area that meet nobody now and would meet somebody."""
    areas = [side["areas"] for side in (now, then)]
    before, after = (a if isinstance(a, dict) else {} for a in areas)
    return {
        area: YEAR * max(0.0, cell["calls"] * (cell["lost"] - after[area]["lost"]))
        for area, cell in before.items() if area in after
    }  # fmt: skip


def _open(roster: Present, demand: Demand, rows: Sequence[Counted], zone: ZoneInfo) -> list[Choice]:
    """A team in the busiest eight hours of the day in which nobody of the roster is ever on duty."""
    staffed = {
        (a.astimezone(zone) + timedelta(hours=h)).hour
        for spans in roster.units.values() for a, b in spans for h in range(int((b - a) / timedelta(hours=1)))
    }  # fmt: skip
    counted = [c for c in rows if not c.is_cancelled and not c.is_duplicate]
    fit = [c for c in counted if c.is_behavioural and c.tier in TIERS]
    by_hour = Counter(c.received.astimezone(zone).hour for c in fit)
    blocks = [h for h in range(DAY) if not staffed & {(h + n) % DAY for n in range(SHIFT)}]
    if not blocks:
        return []
    start = max(blocks, key=lambda h: sum(by_hour[(h + n) % DAY] for n in range(SHIFT)))
    inside = {(start + n) % DAY for n in range(SHIFT)}
    asked = [c for c in fit if c.received.astimezone(zone).hour in inside]
    uptake = _uptake(roster.kind, [c for c in fit if c.received.astimezone(zone).hour in staffed])
    reached = uptake * (1 - erlang_b(1, _load(len(asked) * uptake / demand.weeks, demand)))
    many = Counter(c.area for c in asked)
    gains: dict[str, float] = {}
    for area, number in many.items():
        name = area if number >= FEW_IN_AREA else ""
        gains[name] = gains.get(name, 0.0) + number * reached * YEAR / demand.weeks
    wage = fmean(float(u.hourly_cost) for u in roster.units if u.hourly_cost > 0)
    hours = (start, (start + SHIFT) % DAY)
    return [_choice(roster, OPEN, "", hours, wage * SHIFT * 7 * YEAR, gains, len(asked))]


def _uptake(kind: str, staffed: Sequence[Counted]) -> float:
    """Of the calls that it may answer, the share to which it was sent while somebody was on duty."""
    return sum(kind in c.sent for c in staffed) / len(staffed) if staffed else 0.0


def _load(weekly: float, demand: Demand) -> float:
    job = sum(demand.scenes) / len(demand.scenes) + demand.delay
    return weekly * job / (7 * SHIFT * 60)


def _choice(
    roster: Present, what: str, sign: str, hours: tuple[int, int], cost: float, gains: Mapping[str, float],
    count: int,
) -> Choice:  # fmt: skip
    whole, chance = sum(gains.values()), garwood(max(count, 1))
    low, high = (whole * end / max(count, 1) for end in (chance.low, chance.high))
    areas = tuple(sorted(gains.items(), key=lambda g: -g[1])[:3])
    code = f"{roster.agency}.{roster.kind}.{what}.{sign}"
    return Choice(code, roster.agency, roster.kind, what, sign, hours, cost, whole, low, high, areas)


def use_of(
    found: Sequence[Choice], amount: float, over: Sequence[tuple[BudgetLine, float]],
    floors: Mapping[str, float],
) -> Use:  # fmt: skip
    """New money beside what each line will have over: what to buy first, who pays, what one more would give.

    A line pays only for its own agency and kinds. ValueError where a floor cannot be met.
    """
    lines = {str(line.id): spare for line, spare in over if spare > 0}
    named = {str(line.id): line for line, _ in over}
    options = [
        Option(
            c.code, c.programme, c.cost, c.calls,
            frozenset(
                [NEW, *(k for k in lines if named[k].agency_id == c.agency and pays_for(named[k], c.kind))]
            ),
        )
        for c in found
    ]  # fmt: skip
    best = allocate(options, {NEW: amount, **lines}, floors)
    base = allocate(options, lines).gain
    ladder = [
        (amount * n, allocate(options, {NEW: amount * n, **lines}).gain - base) for n in range(1, STEPS + 1)
    ]
    rows = [(c, best.bought[c.code], {p: m for (o, p), m in best.paid.items() if o == c.code}) for c in found]
    rows.sort(key=lambda r: (-r[1], r[0].each or float("inf")))
    return Use(amount, rows, best.gain, best.worth, best.price, best.left, ladder)
