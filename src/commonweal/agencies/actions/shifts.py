"""The roster: units put on duty with their crews, and taken off. Nobody is at two places at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.agencies import events
from commonweal.agencies.models import Account, Shift, Unit
from commonweal.kernel import clock, days, journal, keeping
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.turns import take_turn

Key = tuple[UUID, datetime]  # a unit and when its shift starts: one shift
Row = tuple[UUID, datetime, datetime, tuple[UUID, ...]]  # unit, starts, ends, crew


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One shift as the check sees it: when, and which."""

    starts: datetime
    ends: datetime
    unit: UUID


@transaction.atomic
def set_shift(
    *,
    by: Actor,
    unit: UUID,
    starts: datetime,
    ends: datetime,
    crew: Iterable[UUID] = (),
    plan: UUID | None = None,
) -> Shift:
    """Put a unit on duty; the same unit and start replaces the earlier entry.

    Invalid for an empty span, and where the unit or one of its crew is on duty in that span already.
    """
    aboard = tuple(crew)
    _check({(unit, starts): (ends, aboard)})
    return _set(by, (unit, starts, ends, aboard), plan)


def _set(by: Actor, row: Row, plan: UUID | None) -> Shift:
    unit, starts, ends, crew = row
    shift, _new = Shift.objects.update_or_create(
        unit_id=unit, starts=starts, defaults={"ends": ends, "plan": plan}
    )
    shift.crew.set(Account.objects.filter(id__in=crew))
    journal.write(by=by, event=events.ShiftSet(unit=unit, shift=shift.id))
    return shift


@transaction.atomic
def set_shifts(*, by: Actor, shifts: Iterable[Row], plan: UUID | None = None) -> int:
    """An adopted plan's roster: each (unit, starts, ends, crew) as `set_shift`; returns how many were set.

    Of the same unit and start the last counts. Those not on file yet go in together. All or none.
    """
    wanted = {(unit, starts): (ends, crew) for unit, starts, ends, crew in shifts}
    _check(wanted)
    units, begins = {unit for unit, _starts in wanted}, {starts for _unit, starts in wanted}
    held = Shift.objects.filter(unit_id__in=units, starts__in=begins).values_list("unit", "starts")
    known = set(held) & set(wanted)
    for unit, starts in known:
        _set(by, (unit, starts, *wanted[unit, starts]), plan)
    fresh = [
        Shift(unit_id=unit, starts=starts, ends=ends, plan=plan)
        for (unit, starts), (ends, _crew) in wanted.items()
        if (unit, starts) not in known
    ]
    _enter(fresh, {(s.unit_id, s.starts): wanted[s.unit_id, s.starts][1] for s in fresh})
    journal.write_many(by=by, events=[events.ShiftSet(unit=s.unit_id, shift=s.id) for s in fresh])
    return len(wanted)


def _enter(fresh: Sequence[Shift], crews: Mapping[Key, tuple[UUID, ...]]) -> None:
    """New shifts with those of their crews who have an account."""
    aboard = Shift.crew.through
    accounts = {account for crew in crews.values() for account in crew}
    here = set(Account.objects.filter(id__in=accounts).values_list("id", flat=True))
    Shift.objects.bulk_create(fresh, batch_size=500)
    rows = [(s.id, a) for s in fresh for a in dict.fromkeys(crews[s.unit_id, s.starts]) if a in here]
    aboard._default_manager.bulk_create(
        [aboard(shift_id=shift, account_id=account) for shift, account in rows], batch_size=500
    )


@dataclass(frozen=True, slots=True)
class Copied:
    """How many shifts a copy set, and of each other one the unit's call sign and why it was left out."""

    done: int
    left: Sequence[tuple[str, str]]


@transaction.atomic
def copy_week(*, by: Actor, first: date, units: Collection[UUID]) -> Copied:
    """Set for these units, in the seven days from `first`, what stood in the seven before, at the same hours.

    Who has left since is left out of a crew. A shift that stands already is left as it is; one that would
    have a unit or a worker at two places is left out and named.
    """
    tz, week = clock.zone(), timedelta(days=7)
    span = {"starts__gte": clock.begin(first - week), "starts__lt": clock.begin(first)}
    stood = Shift.objects.filter(unit__in=units, **span)
    done, left = 0, []
    for old in stood.select_related("unit").prefetch_related("crew").order_by("starts", "unit__call_sign"):
        starts, ends = (_same_hour(moment.astimezone(tz), week) for moment in (old.starts, old.ends))
        crew = tuple(one.id for one in old.crew.all() if one.is_active)
        if not old.unit.is_active or Shift.objects.filter(unit=old.unit_id, starts=starts).exists():
            continue
        try:
            set_shift(by=by, unit=old.unit_id, starts=starts, ends=ends, crew=crew)
            done += 1
        except Invalid as clash:
            left.append((old.unit.call_sign, clash.remedy))
    return Copied(done, left)


def _same_hour(local: datetime, later: timedelta) -> datetime:
    """The same time of the wall's clock so much later, in UTC: a day is 23 or 25 hours twice a year."""
    return datetime.combine(local.date() + later, local.time(), local.tzinfo).astimezone(UTC)


@transaction.atomic
def clear_shift(*, by: Actor, shift: UUID) -> None:
    """Take a unit off duty for that span; Conflict where a litigation hold keeps those days."""
    found = Shift.objects.filter(id=shift).first()
    if found is None:
        raise NotFound("shift")
    if found.starts < clock.now():  # a shift to come is a plan; one that began is a record
        keeping.may_go(keeping.Record(frozenset({shift}), clock.day(found.starts), clock.day(found.ends)))
    journal.write(by=by, event=events.ShiftSet(unit=found.unit_id, shift=shift))
    found.delete()


def _check(wanted: Mapping[Key, tuple[datetime, tuple[UUID, ...]]]) -> None:
    """Invalid for an empty span or two at once; rosters change one at a time, so that what is seen stands."""
    for (_unit, starts), (ends, _crew) in wanted.items():
        if ends <= starts:
            says = "The shift must end after it starts (%(starts)s)."
            raise Invalid("ends", ends, says, starts=days.hours(starts))
    if not wanted:
        return
    take_turn("roster")
    units: dict[UUID, list[Span]] = defaultdict(list)
    people: dict[UUID, list[Span]] = defaultdict(list)
    for (unit, starts), (ends, crew) in wanted.items():
        units[unit].append(Span(starts, ends, unit))
        for account in dict.fromkeys(crew):
            people[account].append(Span(starts, ends, unit))
    _add_standing(wanted, units, people)
    for unit, spans in units.items():
        if clash := first_clash(spans):
            raise _unit_taken(unit, *_in_order(clash, wanted))
    for account, spans in people.items():
        if clash := first_clash(spans):
            raise _person_taken(account, _in_order(clash, wanted)[0])


def _add_standing(
    wanted: Mapping[Key, tuple[datetime, tuple[UUID, ...]]],
    units: Mapping[UUID, list[Span]],
    people: Mapping[UUID, list[Span]],
) -> None:
    """Beside what is wanted, the shifts on file that it does not replace."""
    first, last = min(starts for _unit, starts in wanted), max(ends for ends, _crew in wanted.values())
    near = Shift.objects.filter(starts__lt=last, ends__gt=first)
    for unit, starts, ends in near.filter(unit__in=list(units)).values_list("unit", "starts", "ends"):
        if (unit, starts) not in wanted:
            units[unit].append(Span(starts, ends, unit))
    crews = near.filter(crew__in=list(people)).values_list("crew", "unit", "starts", "ends")
    for account, unit, starts, ends in crews:
        if (unit, starts) not in wanted:
            people[account].append(Span(starts, ends, unit))


def first_clash(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """The first two spans that share a moment, earlier one first; None where they only touch."""
    return next(((a, b) for a, b in pairwise(sorted(spans)) if b.starts < a.ends), None)


def _in_order(clash: tuple[Span, Span], wanted: Collection[Key]) -> tuple[Span, Span]:
    """The one that stands (the earlier, where neither is on file), then the one that is asked for."""
    first, second = clash
    return clash if (second.unit, second.starts) in wanted else (second, first)


def _unit_taken(unit: UUID, stands: Span, asked: Span) -> Invalid:
    says = _("%(unit)s is on duty from %(starts)s to %(ends)s already; choose other hours.")
    return Invalid("starts", asked.starts, says % {"unit": _sign(unit), **_hours(stands)})


def _person_taken(account: UUID, stands: Span) -> Invalid:
    name = Account.objects.values_list("display_name", flat=True).filter(id=account).first() or account
    says = _("%(name)s is aboard %(unit)s from %(starts)s to %(ends)s; choose somebody else or other hours.")
    return Invalid("crew", name, says % {"name": name, "unit": _sign(stands.unit), **_hours(stands)})


def _sign(unit: UUID) -> str:
    return Unit.objects.values_list("call_sign", flat=True).filter(id=unit).first() or str(unit)


def _hours(span: Span) -> dict[str, str]:
    return {"starts": days.at(span.starts), "ends": days.at(span.ends)}
