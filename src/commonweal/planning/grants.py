"""Verbs of grants: ask for money, tick off what the funder wants, be awarded, report, close."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from commonweal.evaluation import queries as evaluation
from commonweal.kernel import clock, codes, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, gettext_noop
from commonweal.planning import events
from commonweal.planning.models import ITEM_KINDS, BudgetLine, Grant, GrantItem
from commonweal.planning.opening import Terms, check_terms, fund
from commonweal.planning.scenarios import may_plan

SAID = (
    gettext_noop("Give it a name that no other grant has."),
    gettext_noop("Say who gives the money."),
    gettext_noop("Say what the funder asks for."),
    gettext_noop("A report tells of days: give the first and the last."),
    gettext_noop("No metric has this name. Choose one from the list."),
    gettext_noop("A target takes a metric to hold it against."),
    gettext_noop("This grant is %(state)s; that act no longer fits."),
    gettext_noop("Still open: %(items)s."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a funder."""

    name: str
    funder: str
    starts: date
    ends: date
    amount: Decimal
    reference: str = ""
    restriction: str = ""
    unit_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a funder asks for; `target` is as the metric is shown."""

    kind: str
    text: str
    due: date | None = None
    metric: str = ""
    target: float | None = None
    starts: date | None = None
    ends: date | None = None


@transaction.atomic
def open_grant(*, by: Actor, asked: Asked) -> Grant:
    """An application to be prepared; Invalid names what cannot be."""
    may_plan(by)
    if not asked.name.strip() or Grant.objects.filter(name=asked.name.strip()).exists():
        raise Invalid("name", asked.name, "Give it a name that no other grant has.")
    if not asked.funder.strip():
        raise Invalid("funder", asked.funder, "Say who gives the money.")
    check_terms(asked.starts, asked.ends, asked.amount, asked.unit_kinds)
    made = Grant.objects.create(
        name=asked.name.strip(), funder=asked.funder.strip(), reference=asked.reference.strip(),
        restriction=asked.restriction.strip(), unit_kinds=list(asked.unit_kinds), starts=asked.starts,
        ends=asked.ends, amount=asked.amount, by=by.id,
    )  # fmt: skip
    return _said(by, made)


@transaction.atomic
def add_item(*, by: Actor, grant: UUID, item: Item) -> GrantItem:
    """One more thing that the funder asks for; Invalid names what cannot be."""
    may_plan(by)
    found = _grant(grant, "preparing", "applied", "awarded")
    if item.kind not in ITEM_KINDS:
        raise Invalid("kind", item.kind, f"Use one of: {', '.join(ITEM_KINDS)}.")
    if not item.text.strip():
        raise Invalid("text", item.text, "Say what the funder asks for.")
    if item.kind == "report" and (item.starts is None or item.ends is None):
        raise Invalid("starts", "", "A report tells of days: give the first and the last.")
    if item.starts and item.ends and item.ends < item.starts:
        raise Invalid("ends", item.ends, "Choose a day on or after %(day)s.", day=item.starts)
    if item.metric and item.metric not in evaluation.metrics():
        raise Invalid("metric", item.metric, "No metric has this name. Choose one from the list.")
    if item.target is not None and not item.metric:
        raise Invalid("target", item.target, "A target takes a metric to hold it against.")
    made = GrantItem.objects.create(
        grant=found, kind=item.kind, text=item.text.strip()[:300], due=item.due, metric=item.metric,
        target=item.target, starts=item.starts, ends=item.ends,
    )  # fmt: skip
    _said(by, found)
    return made


@transaction.atomic
def settle_item(
    *, by: Actor, item: UUID, done: bool, note: str = "", filed: Mapping[str, object] | None = None
) -> GrantItem:
    """Tick something off, or take the tick back; `filed` keeps a report's figures as they were sent."""
    may_plan(by)
    row = GrantItem.objects.select_for_update(of=("self",)).filter(id=item).first()
    if row is None:
        raise NotFound("grant item")
    found = _grant(row.grant_id, "preparing", "applied", "awarded")
    row.done_at, row.done_by = (clock.now(), by.id) if done else (None, "")
    row.note, row.filed = note.strip()[:300], dict(filed or {}) if done else {}
    row.save()
    _said(by, found)
    return row


@transaction.atomic
def hand_in(*, by: Actor, grant: UUID) -> Grant:
    """The application has left; Conflict while something on its checklist is open."""
    may_plan(by)
    found = _grant(grant, "preparing")
    _nothing_open(found, "application")
    return _now(by, found, "applied")


@transaction.atomic
def award(*, by: Actor, grant: UUID, agency: UUID, line: str) -> BudgetLine:
    """The funder said yes: a funding source with one line that takes all of it."""
    may_plan(by)
    found = _grant(grant, "applied")
    terms = Terms(
        name=found.name, kind="grant", starts=found.starts, ends=found.ends, amount=found.amount,
        restriction=found.restriction, unit_kinds=tuple(found.unit_kinds),
    )  # fmt: skip
    made = fund(by=by, terms=terms, agency=agency, line=line)
    found.source = made.source
    _now(by, found, "awarded")
    return made


@transaction.atomic
def decline(*, by: Actor, grant: UUID) -> Grant:
    """The funder said no."""
    may_plan(by)
    return _now(by, _grant(grant, "applied"), "declined")


@transaction.atomic
def close_grant(*, by: Actor, grant: UUID) -> Grant:
    """Everything was delivered and reported; Conflict while something is open."""
    may_plan(by)
    found = _grant(grant, "awarded")
    _nothing_open(found, "condition", "deliverable", "report")
    return _now(by, found, "closed")


def _grant(grant: UUID, *states: str) -> Grant:
    found = Grant.objects.select_for_update(of=("self",)).filter(id=grant).first()
    if found is None:
        raise NotFound("grant")
    if found.state not in states:
        says = "This grant is %(state)s; that act no longer fits."
        raise Conflict(says, state=codes.in_sentence(found.state))
    return found


def _nothing_open(grant: Grant, *kinds: str) -> None:
    rows = grant.items.filter(kind__in=kinds, done_at__isnull=True).order_by("due", "created_at")
    if rows:
        raise Conflict("Still open: %(items)s.", items="; ".join(row.text for row in rows))


def _now(by: Actor, grant: Grant, state: str) -> Grant:
    grant.state = state
    grant.save()
    return _said(by, grant)


def _said(by: Actor, grant: Grant) -> Grant:
    journal.write(by=by, event=events.GrantChanged(grant=grant.id, state=grant.state))
    return grant
