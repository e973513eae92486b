"""Verbs of money: open a funding source with its conditions, and the lines that take parts of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from commonweal.agencies.queries import UNIT_KINDS
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.planning import events
from commonweal.planning.models import SOURCE_KINDS, BudgetLine, FundingSource
from commonweal.planning.scenarios import may_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The conditions of a funding source."""

    name: str
    kind: str
    starts: date
    ends: date
    amount: Decimal
    restriction: str = ""
    unit_kinds: tuple[str, ...] = ()


def check_terms(starts: date, ends: date, amount: Decimal, unit_kinds: Collection[str]) -> None:
    """What all money keeps to: days in order, an amount, known kinds of unit. Invalid names the fault."""
    if ends < starts:
        raise Invalid("ends", ends, "Choose a day on or after %(day)s.", day=starts)
    if amount <= 0:
        raise Invalid("amount", amount, "Give an amount above zero.")
    if unknown := set(unit_kinds) - set(UNIT_KINDS):
        raise Invalid("unit_kinds", ", ".join(sorted(unknown)), f"Use: {', '.join(UNIT_KINDS)}.")


@transaction.atomic
def open_source(*, by: Actor, terms: Terms) -> FundingSource:
    """Money with its conditions; Invalid for a name already used, an unknown kind, or days out of order."""
    if by.role != "system":
        may_plan(by)
    if terms.kind not in SOURCE_KINDS:
        raise Invalid("kind", terms.kind, f"Use one of: {', '.join(SOURCE_KINDS)}.")
    check_terms(terms.starts, terms.ends, terms.amount, terms.unit_kinds)
    if not terms.name.strip() or FundingSource.objects.filter(name=terms.name.strip()).exists():
        raise Invalid("name", terms.name, "Give it a name that no other source has.")
    made = FundingSource.objects.create(
        name=terms.name.strip(), kind=terms.kind, starts=terms.starts, ends=terms.ends,
        amount=terms.amount, restriction=terms.restriction, unit_kinds=list(terms.unit_kinds),
    )  # fmt: skip
    journal.write(by=by, event=events.MoneySet(line=made.id))
    return made


@transaction.atomic
def open_line(
    *, by: Actor, agency: UUID, source: UUID, name: str, amount: Decimal, unit_kinds: tuple[str, ...] = ()
) -> BudgetLine:
    """A part of a source for one agency; Invalid where the source has not that much left."""
    if by.role != "system":
        may_plan(by)
    found = FundingSource.objects.select_for_update().filter(id=source).first()
    if found is None:
        raise NotFound("funding source")
    given = sum((line.amount for line in found.lines.all()), Decimal(0))
    if not 0 < amount <= found.amount - given:
        raise Invalid("amount", amount, "The source has %(left)s left to give.", left=found.amount - given)
    if not name.strip() or BudgetLine.objects.filter(agency=agency, name=name.strip()).exists():
        raise Invalid("name", name, "Give it a name that no other line of the agency has.")
    made = BudgetLine.objects.create(
        agency_id=agency, source=found, name=name.strip(), amount=amount, unit_kinds=list(unit_kinds)
    )
    journal.write(by=by, event=events.MoneySet(line=made.id))
    return made


@transaction.atomic
def fund(*, by: Actor, terms: Terms, agency: UUID, line: str) -> BudgetLine:
    """A source and one line that takes all of it: both or neither."""
    source = open_source(by=by, terms=terms)
    return open_line(
        by=by, agency=agency, source=source.id, name=line, amount=terms.amount, unit_kinds=terms.unit_kinds
    )
