"""Who pays for whom: funding sources with their conditions, and a budget line for each kind of unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from commonweal.demo.filling.names import Ids
from commonweal.demo.organization import Organization, Shift
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.planning import actions as planning

ELAPSED = timedelta(days=150)
YEAR = 365
AWARDED = "Co-response grant"  # came by an application; the others are opened as they stand


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
        if money.name == AWARDED:
            _awarded(manager, ids, money, starts, _amount(money, organization, week))
            continue
        terms = planning.Terms(
            name=money.name, kind=money.kind, starts=starts, ends=starts + timedelta(days=YEAR - 1),
            amount=_amount(money, organization, week), restriction=money.restriction,
            unit_kinds=money.unit_kinds,
        )  # fmt: skip
        planning.fund(by=manager, terms=terms, agency=ids.agency[money.agency], line=money.line)
    _asked_for(manager, starts + timedelta(days=YEAR))
    return len(SOURCES)


def _awarded(manager: Actor, ids: Ids, money: Money, starts: date, amount: Decimal) -> None:
    """A grant that runs, with what its funder asks for."""
    quarter = timedelta(days=91)
    running = planning.open_grant(by=manager, asked=planning.Asked(
        name=money.name, funder="State Department of Health Services", reference="CR-2231", starts=starts,
        ends=starts + timedelta(days=YEAR - 1), amount=amount, restriction=money.restriction,
        unit_kinds=money.unit_kinds,
    ))  # fmt: skip
    paper = planning.add_item(
        by=manager, grant=running.id, item=planning.Item(kind="application", text="Letter of the board")
    )
    planning.settle_item(by=manager, item=paper.id, done=True)
    planning.hand_in(by=manager, grant=running.id)
    planning.award(by=manager, grant=running.id, agency=ids.agency[money.agency], line=money.line)
    asked = (
        planning.Item(kind="condition", text="No money for vehicles or weapons"),
        planning.Item(
            kind="deliverable", text="Six in ten referrals accepted", metric="referral_accepted_share",
            target=60.0, due=starts + timedelta(days=YEAR - 1),
        ),
        planning.Item(
            kind="report", text="First quarter", starts=starts, ends=starts + quarter,
            due=starts + quarter + timedelta(days=30),
        ),
        planning.Item(
            kind="report", text="Second quarter", starts=starts + quarter, ends=starts + 2 * quarter,
            due=starts + 2 * quarter + timedelta(days=30),
        ),
    )  # fmt: skip
    for item in asked:
        planning.add_item(by=manager, grant=running.id, item=item)


def _asked_for(manager: Actor, coming: date) -> None:
    """A grant that is still being asked for."""
    wished = planning.open_grant(by=manager, asked=planning.Asked(
        name="Night crisis teams", funder="Foundation for Rural Care", starts=coming,
        ends=coming + timedelta(days=YEAR - 1), amount=Decimal(340_000), unit_kinds=("crisis_team",),
        restriction="Civilian crisis response between 22:00 and 08:00.",
    ))  # fmt: skip
    for text in ("Budget for a year", "Letters of two partners", "Figures of the last twelve months"):
        planning.add_item(
            by=manager, grant=wished.id,
            item=planning.Item(kind="application", text=text, due=clock.today() + timedelta(days=21)),
        )  # fmt: skip


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
