"""What a programme really cost, by unit hour, contact, call met without police and completed referral.

Money is counted from shifts worked; what it bought are counts, whose chance is told by the exact interval for
a Poisson count (Garwood 1936). Counts below the site's smallest number are hidden, and so is their cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.engines.disclosure import Permit
from commonweal.engines.numerics import Interval, garwood
from commonweal.kernel import clock
from commonweal.referrals import queries as referrals
from commonweal.sharing.queries import floor

POLICE = frozenset({"patrol", "cit", "co_response"})  # an officer rides in a co-response unit
CARE = ("crisis_team", "co_response", "outreach", "tele", "cit")  # whose contacts are told
SPAN = timedelta(days=91)
Permits = Mapping[str, Mapping[str, Permit]]


@dataclass(frozen=True)
class Each:
    """Money for each of something: how many, the cost of one with its interval; None where hidden or none."""

    count: int | None
    cost: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True)
class Programme:
    """One agency's units of one kind over a span: hours on duty, money, and what each thing cost."""

    agency: UUID
    name: str
    kind: str
    hours: float
    cost: float
    contact: Each
    alone: Each
    referral: Each

    @property
    def per_hour(self) -> float:
        """Money for an hour on duty."""
        return self.cost / self.hours if self.hours else 0.0


def each(count: int, cost: float) -> Each:
    """The cost of one of so many, hidden below the smallest count that may be told."""
    if 0 < count < floor():
        return Each(None)
    if not count:
        return Each(0)
    told = garwood(count)
    return Each(count, cost / count, Interval(cost / told.high, cost / told.low, told.level))


def programmes(permits: Permits, start: datetime, end: datetime) -> Sequence[Programme]:
    """Every programme of care with shifts worked in the span, by agency and kind."""
    spent: dict[tuple[UUID, str], list[float]] = {}
    names = {}
    for duty in agencies.duty(start, end, min(end, clock.now())):
        if duty.unit.kind in CARE and duty.done:
            key, hours = (duty.unit.agency_id, duty.unit.kind), duty.done / timedelta(hours=1)
            names[key] = duty.unit.agency.name
            totals = spent.setdefault(key, [0.0, 0.0])
            totals[0] += hours
            totals[1] += hours * float(duty.unit.hourly_cost)
    met, alone = _met(permits, start, end)
    sent = _completed(permits, start, end)
    by_agency = {a: sum(c for (x, _), (_, c) in spent.items() if x == a) for a, _ in spent}
    return [
        Programme(
            agency, names[agency, kind], kind, hours, cost, each(met.get((agency, kind), 0), cost),
            each(alone.get((agency, kind), 0), cost) if kind not in POLICE else Each(None),
            each(sent.get(agency, 0), by_agency[agency]),
        )
        for (agency, kind), (hours, cost) in sorted(spent.items(), key=lambda s: (names[s[0]], s[0][1]))
    ]  # fmt: skip


Counts = dict[tuple[UUID | None, str], int]


def _met(permits: Permits, start: datetime, end: datetime) -> tuple[Counts, Counts]:
    """Calls at which a unit of the programme arrived, and those of them to which no officer was sent."""
    met: Counts = {}
    alone: Counts = {}
    for call, turns in calls.answered(permits.get("call_facts", {}), start, end, CARE):
        if call.is_duplicate:
            continue
        is_alone = not POLICE & {turn.kind for turn in turns}
        for key in {(t.agency, t.kind) for t in turns if t.on_scene and t.agency and t.kind in CARE}:
            met[key] = met.get(key, 0) + 1
            alone[key] = alone.get(key, 0) + is_alone
    return met, alone


def _completed(permits: Permits, start: datetime, end: datetime) -> dict[UUID, int]:
    """Referrals sent in the span whose need was met, wholly or in part, by the agency that sent them."""
    found: dict[UUID, int] = {}
    for sent in referrals.extract(permits.get("referral_status", {}), start, end):
        if sent.resolved and sent.agency:
            found[sent.agency] = found.get(sent.agency, 0) + 1
    return found
