"""What shifts cost, and whether a line's money may be used for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from commonweal.agencies import queries as agencies
from commonweal.agencies.queries import Unit
from commonweal.kernel import clock, codes
from commonweal.kernel.errors import Invalid
from commonweal.planning.models import BudgetLine

CENT = Decimal("0.01")


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
