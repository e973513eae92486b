"""Calls and units as they stand now: what names nobody, by opaque id."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls.duty import on_duty
from commonweal.calls.models import OPEN_STATES, Assignment, Call, UnitStatus
from commonweal.calls.steps import may_take_back
from commonweal.kernel import clock
from commonweal.kernel.conditions import one_of
from commonweal.kernel.errors import NotFound
from commonweal.kernel.prepared import Prepared

# from received to met by somebody; a site's choice
TARGET_MINUTES = {"T0": 6, "T1": 10, "T2": 20, "T3": 30, "T4": 5, "T5": 120}


_SENT = Prepared(
    lambda calls: (
        Assignment.objects.filter(call__in=calls)
        .order_by("dispatched")
        .values_list("call_id", "unit_id", "unit__call_sign", "unit__kind", "dispatched", "cleared")
    ),
    lists=["calls"],
)
_WORKING = Prepared(
    lambda calls: UnitStatus.objects.filter(call__in=calls).values_list("unit_id", "status", "since"),
    lists=["calls"],
)


@dataclass(frozen=True, slots=True)
class UnitOnCall:
    """A unit on a call: who it is, how far it has come, and for how many minutes."""

    id: UUID
    call_sign: str
    kind: str
    status: str
    minutes: float
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class CallView:
    """What of a call names nobody: its tier, state, minutes and units."""

    id: UUID
    agency: UUID
    state: str
    tier: str
    floor: str
    local_label: str
    response: str
    is_overridden: bool
    minutes: float
    target: int
    language: str
    caller_role: str
    has_person: bool
    units: Sequence[UnitOnCall] = field(default_factory=tuple)

    @property
    def is_open(self) -> bool:
        """Whether the call has not ended."""
        return self.state in OPEN_STATES

    @property
    def is_settled(self) -> bool:
        """Whether no open answer can change the tier."""
        return bool(self.tier) and (self.tier == self.floor or self.is_overridden)

    @property
    def is_waiting(self) -> bool:
        """Whether the desk still has to act: no unit is on the way."""
        return self.state in ("waiting", "triaged", "queued")

    @property
    def was_left(self) -> bool:
        """Whether units were sent and all of them have left: it wants an end, or somebody else."""
        return self.state == "queued" and bool(self.units) and all(unit.cleared for unit in self.units)

    @property
    def is_late(self) -> bool:
        """Whether it has waited longer than its tier's target for somebody to be there."""
        return self.state != "on_scene" and not self.was_left and self.minutes > self.target


def open_calls(agency: UUID | None = None) -> list[CallView]:
    """Calls that have not ended: the most urgent tier first, then the longest wait. Untriaged ones lead."""
    rows = Call.objects.filter(one_of("state", OPEN_STATES))  # few: whose they are is asked afterwards
    views = _views([row for row in rows if agency in (None, row.agency_id)])
    return sorted(views, key=lambda view: (view.tier, -view.minutes))


def calls_of(ids: Iterable[UUID]) -> list[CallView]:
    """The operational view of these calls, in the order given; unknown ids are left out."""
    wanted = list(ids)
    found = {view.id: view for view in _views(Call.objects.filter(id__in=wanted))}
    return [found[id_] for id_ in wanted if id_ in found]


def call_of(call: UUID) -> CallView:
    """The operational view of one call; NotFound for an unknown id."""
    found = calls_of([call])
    if not found:
        raise NotFound("call")
    return found[0]


def view_of(row: Call) -> CallView:
    """The same of a row."""
    return _views([row])[0]


def _views(rows: Iterable[Call]) -> list[CallView]:
    calls, now = list(rows), clock.now()
    units = _units([call.id for call in calls], now)
    return [_view(call, units.get(call.id, ()), now) for call in calls]


def _view(call: Call, units: Sequence[UnitOnCall], now: datetime) -> CallView:
    return CallView(
        id=call.id,
        agency=call.agency_id,
        state=call.state,
        tier=call.tier,
        floor=call.floor,
        local_label=call.local_label,
        response=call.response,
        is_overridden=call.is_overridden,
        minutes=round(((call.cleared or now) - call.received).total_seconds() / 60, 1),
        target=TARGET_MINUTES.get(call.tier, TARGET_MINUTES["T0"]),
        language=call.language,
        caller_role=call.caller_role,
        has_person=call.person_id is not None,
        units=units,
    )


def _units(calls: Sequence[UUID], now: datetime) -> dict[UUID, list[UnitOnCall]]:
    rows = _SENT.rows(calls=calls)
    states = {unit: (status, since) for unit, status, since in _WORKING.rows(calls=calls)} if rows else {}
    found: dict[UUID, list[UnitOnCall]] = defaultdict(list)
    for call, unit, sign, kind, dispatched, cleared in rows:
        status, begun = states.get(unit, ("assigned", dispatched))
        minutes = round((now - (cleared or begun)).total_seconds() / 60, 1)
        said = "cleared" if cleared else status
        found[call].append(UnitOnCall(unit, sign, kind, said, minutes, cleared is not None))
    return found


def crew_of(call: UUID) -> frozenset[UUID]:
    """Everybody who is or was aboard a unit on this call (account ids)."""
    crews = Assignment.objects.filter(call=call).values_list("crew", flat=True)
    return frozenset(UUID(account) for crew in crews for account in crew)


@dataclass(frozen=True, slots=True)
class OnCall:
    """The call that a worker is on now, with the unit aboard which they are."""

    call: UUID
    unit: UUID
    status: str
    dispatched: datetime
    may_undo: bool = False


def assignment_of(account: UUID) -> OnCall | None:
    """The open assignment of a worker, the latest where there are two; None when free."""
    rows = Assignment.objects.filter(cleared__isnull=True).order_by("-dispatched")
    row = next((r for r in rows if str(account) in r.crew), None)
    if row is None:
        return None
    state = UnitStatus.objects.filter(unit=row.unit_id).first()
    status = state.status if state else "assigned"
    return OnCall(row.call_id, row.unit_id, status, row.dispatched, may_take_back(row))


def is_aboard(account: UUID, unit: UUID) -> bool:
    """Whether a worker crews this unit now."""
    found = agencies.unit_of(account)
    return found is not None and found.id == unit


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit on duty: where it stands and what it does. No place where its call must not be acknowledged."""

    id: UUID
    call_sign: str
    kind: str
    agency: str
    status: str
    lon: float | None
    lat: float | None
    call: UUID | None
    minutes: float
    crew: int

    @property
    def is_free(self) -> bool:
        """Whether it can be sent now."""
        return self.status == "available"


def unit_states() -> list[UnitView]:
    """Units on duty by call sign. A unit on a call from the lifeline shows no place: it would tell whose."""
    now, roster = clock.now(), on_duty()
    on = [duty.call for duty in roster if duty.call]
    guarded = set(Call.objects.filter(id__in=on, source="lifeline_988").values_list("id", flat=True))
    found = []
    for duty in roster:
        lon, lat = duty.place if duty.place and duty.call not in guarded else (None, None)
        found.append(
            UnitView(
                id=duty.unit.id, call_sign=duty.unit.call_sign, kind=duty.unit.kind,
                agency=duty.unit.agency, status=duty.status, lon=lon, lat=lat,
                call=None if duty.call in guarded else duty.call,
                minutes=round((now - duty.since).total_seconds() / 60, 1), crew=len(duty.crew),
            )
        )  # fmt: skip
    return found
