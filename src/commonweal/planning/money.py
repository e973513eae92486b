"""What shifts cost, and whether a line's money may be used for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import mean, stdev
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.agencies.queries import Unit
from commonweal.kernel import clock, codes
from commonweal.kernel.errors import Invalid
from commonweal.planning.models import BudgetLine

CENT = Decimal("0.01")
WEEK = timedelta(days=7)
PACE = 8  # weeks whose spending is taken to go on


def cost_of(unit: Unit, starts: datetime, ends: datetime) -> Decimal:
    """Money for one shift: hours on duty at the unit's hourly cost."""
    return _price(unit, ends - starts)


@dataclass(frozen=True, slots=True)
class Burn:
    """A line as it stands: spent on shifts that are over, promised to shifts that are set, what is left."""

    line: BudgetLine
    spent: Decimal
    promised: Decimal
    elapsed: float

    @property
    def left(self) -> Decimal:
        """What is neither spent nor promised; below zero when it is overdrawn."""
        return self.line.amount - self.spent - self.promised

    @property
    def share(self) -> int:
        """Per cent spent or promised, at most 100 for drawing."""
        used = self.spent + self.promised
        return min(100, int(100 * used / self.line.amount)) if self.line.amount else 100

    @property
    def elapsed_share(self) -> int:
        """Per cent of its days that have passed."""
        return int(100 * self.elapsed)

    @property
    def is_ahead(self) -> bool:
        """Whether money goes faster than time."""
        return bool(self.line.amount) and float(self.spent / self.line.amount) > self.elapsed + 0.05


def burns(lines: Sequence[BudgetLine]) -> list[Burn]:
    """Every line with what its agency's shifts of its kinds cost within its source's days.

    Two statements for each term of days, however many shifts it holds.
    """
    now = clock.now()
    terms = {(line.source.starts, line.source.ends) for line in lines}
    duty = {term: agencies.duty(*_moments(*term), now) for term in terms}
    return [_burn(line, duty[line.source.starts, line.source.ends], now) for line in lines]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the pace of the last weeks leads: left on the last day, with its range; when it is used up."""

    weekly: float
    left: float
    left_low: float
    left_high: float
    runs_out: date | None


def forecasts(found: Sequence[Burn]) -> dict[UUID, Forecast]:
    """By line. Weeks vary: the range is 95 % for the weeks that are left; none for a line that is over.

    Eight weeks are read, two statements each.
    """
    now = clock.now()
    weeks = [(now - WEEK * (n + 1), now - WEEK * n) for n in range(PACE)]
    duty = [agencies.duty(a, b, b) for a, b in weeks]
    told = {}
    for burn in found:
        if burn.line.source.starts <= clock.today() <= burn.line.source.ends:
            spent = [_spent(burn.line, week) for week in duty]
            told[burn.line.id] = _forecast(burn, spent)
    return told


def _spent(line: BudgetLine, duty: Sequence[agencies.Duty]) -> float:
    own = [d for d in duty if d.unit.agency_id == line.agency_id and pays_for(line, d.unit.kind)]
    return float(sum((_price(d.unit, d.done) for d in own), Decimal(0)))


def _forecast(burn: Burn, spent: Sequence[float]) -> Forecast:
    pace, spread = mean(spent), stdev(spent)
    days = (burn.line.source.ends - clock.today()).days + 1
    weeks = days / 7
    money = float(burn.line.amount - burn.spent)
    half = 1.96 * spread * (weeks + weeks * weeks / len(spent)) ** 0.5
    left = money - pace * weeks
    out = None
    if left + half < 0:
        out = clock.today() + timedelta(days=int(7 * max(money, 0.0) / pace) if pace else 0)
    return Forecast(pace, left, left - half, left + half, out)


def _burn(line: BudgetLine, duty: Sequence[agencies.Duty], now: datetime) -> Burn:
    start, end = _moments(line.source.starts, line.source.ends)
    spent = promised = Decimal(0)
    for found in duty:
        if found.unit.agency_id == line.agency_id and pays_for(line, found.unit.kind):
            spent += _price(found.unit, found.done)
            promised += _price(found.unit, found.ahead)
    elapsed = (min(max(now, start), end) - start) / (end - start)
    return Burn(line, spent, promised, elapsed)


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    """The days from `first` up to and with `last`."""
    return clock.begin(first), clock.begin(last + timedelta(days=1))


def _price(unit: Unit, span: timedelta) -> Decimal:
    return (Decimal(span.total_seconds()) / 3600 * unit.hourly_cost).quantize(CENT)


def pays_for(line: BudgetLine, kind: str) -> bool:
    """Whether both the line and its source allow this kind of unit."""
    return all(not kinds or kind in kinds for kinds in (line.unit_kinds, line.source.unit_kinds))


def checked(line: BudgetLine, unit: Unit, starts: datetime, ends: datetime) -> None:
    """Invalid where the money may not be used for that unit or for those days."""
    if line.agency_id != unit.agency_id:
        raise Invalid("line", line.name, "Choose a line of the unit's own agency.")
    if not pays_for(line, unit.kind):
        allowed = codes.several(line.unit_kinds or line.source.unit_kinds)
        raise Invalid("line", line.name, "It pays only for: %(kinds)s. Choose another line.", kinds=allowed)
    first, last = clock.day(starts), clock.day(ends - timedelta(seconds=1))  # a shift may end at midnight
    if not line.source.starts <= first or last > line.source.ends:
        says = "Its money is for %(first)s to %(last)s; choose another line or other days."
        raise Invalid("line", line.name, says, first=line.source.starts, last=line.source.ends)
