"""Who pays for whom: funding sources with their conditions, and a budget line for each kind of unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from commonweal.demo.filling.names import Ids
from commonweal.demo.organization import Organization, Shift
from commonweal.kernel import clock
from commonweal.planning import actions as planning

ELAPSED = timedelta(days=150)
YEAR = 365


@dataclass(frozen=True, slots=True)
class Money:
    """A source that pays for one agency's units of some kinds; `spare` is its amount over a year's roster."""

    name: str
    kind: str
    agency: str
    line: str
    unit_kinds: tuple[str, ...]
    restriction: str
    spare: float


SOURCES = (
    Money(
        "State crisis response grant", "grant", "health", "Civilian crisis team", ("crisis_team", "tele"),
        "Civilian crisis response and its telephone clinicians; no vehicles.", 1.06,
    ),
    Money(
        "Co-response grant", "grant", "health", "Co-response pairs", ("co_response",),
        "A clinician who rides with a trained officer.", 0.97,
    ),
    Money(
        "Opioid settlement", "opioid_settlement", "commons", "Street outreach", ("outreach",),
        "Outreach to people who use substances, and their families.", 1.15,
    ),
    Money(
        "County general fund, police", "general_fund", "harlow_pd", "Patrol and crisis-trained officers",
        ("patrol", "cit"), "", 1.02,
    ),
    Money("County general fund, ambulance", "general_fund", "ems", "Ambulances", ("ems",), "", 1.03),
)  # fmt: skip


def first_day() -> date:
    """The first day of the year of money: the start of a month about five months ago."""
    return (clock.now() - ELAPSED).date().replace(day=1)


@transaction.atomic
def fill(organization: Organization, ids: Ids) -> int:
    """Open each source with its line, sized by what a year of the roster costs; returns how many."""
    manager = next(ids.actor(w.key) for w in organization.workers if w.role == "program_manager")
    starts = first_day()
    week = organization.shifts(starts, 7)
    for money in SOURCES:
        terms = planning.Terms(
            name=money.name, kind=money.kind, starts=starts, ends=starts + timedelta(days=YEAR - 1),
            amount=_amount(money, organization, week), restriction=money.restriction,
            unit_kinds=money.unit_kinds,
        )  # fmt: skip
        planning.fund(by=manager, terms=terms, agency=ids.agency[money.agency], line=money.line)
    return len(SOURCES)


def _amount(money: Money, organization: Organization, week: Sequence[Shift]) -> Decimal:
    """A year of such weeks, to the thousand."""
    costs = {
        u.call_sign: u.hourly_cost
        for u in organization.units
        if u.agency == money.agency and u.kind in money.unit_kinds
    }
    hours = ((s.call_sign, (s.ends - s.starts).total_seconds() / 3600) for s in week if s.crew)
    spent = sum(costs.get(sign, 0) * length for sign, length in hours)
    return Decimal(round(spent * YEAR / 7 * money.spare / 1_000)) * 1_000
