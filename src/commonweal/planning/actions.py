"""Verbs of this room: open money, try a move, propose it, decide on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.agencies import actions as agencies_actions
from commonweal.agencies import queries as agencies
from commonweal.agencies.queries import Shift
from commonweal.evaluation import actions as evaluation
from commonweal.kernel import clock, codes, days, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, in_words
from commonweal.planning import events, money
from commonweal.planning.answering import answer_question as answer_question
from commonweal.planning.answering import draft_form as draft_form
from commonweal.planning.answering import plan_reports as plan_reports
from commonweal.planning.answering import use_form as use_form
from commonweal.planning.choices import Use
from commonweal.planning.costs import Programme, programmes
from commonweal.planning.grants import Asked as Asked
from commonweal.planning.grants import Item as Item
from commonweal.planning.grants import add_item as add_item
from commonweal.planning.grants import award as award
from commonweal.planning.grants import close_grant as close_grant
from commonweal.planning.grants import decline as decline
from commonweal.planning.grants import hand_in as hand_in
from commonweal.planning.grants import open_grant as open_grant
from commonweal.planning.grants import settle_item as settle_item
from commonweal.planning.models import BudgetLine, Plan
from commonweal.planning.moves import Move, weeks_on
from commonweal.planning.opening import Terms as Terms
from commonweal.planning.opening import fund as fund
from commonweal.planning.opening import open_line as open_line
from commonweal.planning.opening import open_source as open_source
from commonweal.planning.reporting import draft_report as draft_report
from commonweal.planning.reporting import held_against as held_against
from commonweal.planning.reporting import quality as quality
from commonweal.planning.runs import play_next as play_next
from commonweal.planning.runs import simulate_scenario as simulate_scenario
from commonweal.planning.runs import stop_simulation as stop_simulation
from commonweal.planning.runs import warm_soon as warm_soon
from commonweal.planning.scenarios import answer_scenarios as answer_scenarios
from commonweal.planning.scenarios import import_scenario as import_scenario
from commonweal.planning.scenarios import keep_scenario as keep_scenario
from commonweal.planning.scenarios import permits_of
from commonweal.planning.scenarios import remove_scenario as remove_scenario
from commonweal.planning.scenarios import share_scenario as share_scenario
from commonweal.sharing import actions as sharing

LONGEST = timedelta(hours=24)
MOST_WEEKS = 13


def _may(by: Actor, permission: str) -> None:
    if not by.may(permission):
        says = "Ask somebody who holds this permission: %(permission)s."
        raise Invalid("by", by.role, says, permission=in_words(agencies.PERMISSIONS[permission]))


def _shift(shift: UUID) -> Shift:
    found = Shift.objects.select_related("unit__agency").filter(id=shift).first()
    if found is None:
        raise NotFound("shift")
    return found


def move_of(*, by: Actor, shift: UUID, starts: datetime, ends: datetime, weeks: int = 1) -> Move:
    """A move, checked: a shift still to come, at most a day long, clashing with none of unit or crew."""
    _may(by, "plan")
    found = _shift(shift)
    if not timedelta(0) < ends - starts <= LONGEST:
        raise Invalid("ends", ends, "A shift lasts more than nothing and at most 24 hours.")
    if found.starts <= clock.now() or starts <= clock.now():
        raise Invalid("starts", starts, "Only shifts that have not begun can be moved, and only ahead.")
    if abs(starts - found.starts) > timedelta(days=7):
        raise Invalid("starts", starts, "Move it within a week of the day it stands on.")
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid("weeks", weeks, "Give 1 to %(most)s weeks.", most=MOST_WEEKS)
    others = agencies.shifts_between(starts, ends).filter(unit=found.unit).exclude(id=found.id)
    if others.exists():
        raise Invalid("starts", starts, "The unit is on duty then already; choose other hours.")
    elsewhere = agencies.shifts_between(starts, ends).filter(crew__in=found.crew.all()).exclude(id=found.id)
    if elsewhere.exists():
        raise Invalid("starts", starts, "One of its crew is on another unit then; choose other hours.")
    return Move(found.unit, (found.starts, found.ends), (starts, ends), weeks)


def try_move(*, by: Actor, move: Move) -> dict[str, object]:
    """What the move would change, nothing stored but the gate's line. Takes a few seconds."""
    _may(by, "plan")
    zone = ZoneInfo(move.unit.agency.time_zone)
    origins = sorted({agency.source_program for agency in agencies.agencies()})
    answers = sharing.ask_set(
        by=by, category="call_facts", purpose="evaluation", source_programs=origins,
        circumstances=sharing.Circumstances(deidentified=True),
    )  # fmt: skip
    permits = {o: a for o, a in answers.items() if isinstance(a, sharing.Permit)}
    from commonweal.planning.trying import tried  # reads compiled loops, which takes a second

    return tried(permits, move, zone)


def cost_programmes(*, by: Actor, start: datetime, end: datetime) -> Sequence[Programme]:
    """What each programme cost in the span, by what it did; the gate opens the rows that are counted."""
    _may(by, "plan")
    return programmes(evaluation.open_sets(by=by).permits, start, end)


def best_use(
    *, by: Actor, amount: Decimal, floors: Mapping[str, Decimal], zone: ZoneInfo
) -> tuple[Use, list[tuple[UUID, str]]]:
    """What an amount would buy beside what lines have over; programmes that their records do not tell of.

    A line gives what its pace surely leaves by its last day: the rest pays the roster that stands. `floors`
    keep money for programmes ("agency.kind"); Invalid where one cannot be kept.
    """
    _may(by, "plan")
    from commonweal.planning.buying import choices, use_of  # reads compiled loops, which takes a second

    found, silent = choices(permits_of(by), zone)
    burns = money.burns(list(BudgetLine.objects.select_related("source", "agency")))
    paces = money.forecasts(burns)
    over = [(b.line, paces[b.line.id].left_low) for b in burns if b.line.id in paces]
    kept = {name: float(sum_) for name, sum_ in floors.items()}
    try:
        return use_of(found, float(amount), over, kept), silent
    except ValueError as fault:
        says = "It cannot be kept: it is more than the money, or than all that may be bought for it."
        raise Invalid("floor", ", ".join(map(str, floors.values())), says) from fault


@transaction.atomic
def propose(*, by: Actor, move: Move, title: str, line: UUID | None, result: dict[str, object]) -> Plan:
    """Keep a tried move for another person to decide; Invalid where the line's money is not for it."""
    _may(by, "plan")
    cost = extra_cost(move)
    found = BudgetLine.objects.select_related("source").filter(id=line).first() if line else None
    if line and found is None:
        raise NotFound("budget line")
    if found:
        last = weeks_on(move.new[1], move.weeks - 1, ZoneInfo(move.unit.agency.time_zone))
        money.checked(found, move.unit, move.new[0], last)
    elif cost > 0:
        raise Invalid("line", "", "It costs more than now: name the budget line that pays for it.")
    plan = Plan.objects.create(
        title=title.strip()[:160] or f"{move.unit.call_sign} {days.at(move.new[0])}",
        agency=move.unit.agency, unit=move.unit, old_starts=move.old[0], old_ends=move.old[1],
        new_starts=move.new[0], new_ends=move.new[1], weeks=move.weeks, line=found, cost=cost,
        result=result, by=by.id,
    )  # fmt: skip
    journal.write(by=by, event=events.PlanProposed(plan=plan.id))
    return plan


def extra_cost(move: Move) -> Decimal:
    """Money more (or less) than the roster now, over all weeks of the move."""
    return move.weeks * (money.cost_of(move.unit, *move.new) - money.cost_of(move.unit, *move.old))


@transaction.atomic
def approve(*, by: Actor, plan: UUID) -> Plan:
    """Set the shifts as proposed, all weeks or none.

    Conflict where the roster has changed since, so that the unit or one of its crew is on duty elsewhere
    then, and where the proposer asks.
    """
    _may(by, "approve_plans")
    found = _open(plan)
    if found.by == by.id:
        raise Conflict("Whoever proposes a plan does not approve it. Ask another approver.")
    rows = []
    for week in range(found.weeks):
        rows += _moved(by, found, week)
    try:
        agencies_actions.set_shifts(by=by, shifts=rows, plan=found.id)
    except Invalid as clash:
        raise Conflict(_("%(why)s Try the move again.") % {"why": clash.remedy}) from clash
    return _decided(by, found, "approved", "")


Row = tuple[UUID, datetime, datetime, tuple[UUID, ...]]


def _moved(by: Actor, plan: Plan, week: int) -> list[Row]:
    """Take one week's old shift off and say what stands instead; later weeks without that shift stay."""
    zone = ZoneInfo(plan.unit.agency.time_zone)
    spans = (plan.old_starts, plan.old_ends, plan.new_starts, plan.new_ends)
    starts, ends, new_starts, new_ends = (weeks_on(moment, week, zone) for moment in spans)
    shift = Shift.objects.filter(unit=plan.unit_id, starts=starts).first()
    if shift is None or shift.ends != ends:
        if week == 0:
            raise Conflict("That shift has changed since the plan was made. Try the move again.")
        return []
    crew = tuple(shift.crew.values_list("id", flat=True))
    agencies_actions.clear_shift(by=by, shift=shift.id)
    return [(plan.unit_id, new_starts, new_ends, crew)]


@transaction.atomic
def reject(*, by: Actor, plan: UUID, reason: str) -> Plan:
    """Turn a plan down; the reason goes to whoever proposed it."""
    _may(by, "approve_plans")
    found = _open(plan)
    if found.by == by.id:
        raise Conflict("Whoever proposes a plan does not decide on it. Withdraw it instead.")
    if not reason.strip():
        raise Invalid("reason", reason, "Say why, so that a better plan can follow.")
    return _decided(by, found, "rejected", reason.strip()[:300])


@transaction.atomic
def withdraw(*, by: Actor, plan: UUID) -> Plan:
    """Take one's own proposal back."""
    found = _open(plan)
    if found.by != by.id:
        raise NotFound("plan")
    return _decided(by, found, "withdrawn", "")


def _open(plan: UUID) -> Plan:
    rows = Plan.objects.select_for_update(of=("self",)).select_related("unit__agency")
    found = rows.filter(id=plan).first()
    if found is None:
        raise NotFound("plan")
    if found.state != "proposed":
        raise Conflict("This plan was decided already: %(state)s.", state=codes.in_sentence(found.state))
    return found


def _decided(by: Actor, plan: Plan, state: str, reason: str) -> Plan:
    plan.state, plan.decided_by, plan.decided_at, plan.reason = state, by.id, clock.now(), reason
    plan.save()
    journal.write(by=by, event=events.PlanDecided(plan=plan.id, state=state))
    return plan
