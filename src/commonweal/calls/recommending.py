"""The dispatch engine over the units on duty now: who should go, with reasons, and why the others cannot."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from commonweal.calls.duty import OnDuty, on_duty
from commonweal.calls.models import Call
from commonweal.engines import dispatching
from commonweal.engines.dispatching import (
    Option,
    Recommendation,
    Request,
    ResponseModel,
    Role,
    Rules,
    UnitState,
)
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.prepared import Prepared
from commonweal.places import queries as places
from commonweal.training import queries as training

MODELS: Mapping[str, tuple[ResponseModel, ...]] = {
    "ems_fire_police": (ResponseModel.EMS, ResponseModel.PATROL),
    "police_cit": (ResponseModel.CIT_OFFICER,),
    "co_response": (ResponseModel.CO_RESPONSE,),
    "civilian_crisis_team": (ResponseModel.CIVILIAN_CRISIS,),
    "remote_clinician": (ResponseModel.REMOTE_CLINICIAN,),
    "follow_up": (ResponseModel.OUTREACH,),
}
_ROLES = {  # a site role's certificates count for these parts in a response
    "cit_officer": (Role.CIT_OFFICER,), "patrol_officer": (Role.OFFICER,), "clinician": (Role.CLINICIAN,),
    "crisis_worker": (Role.CRISIS_WORKER,), "medic": (Role.MEDIC,),
}  # fmt: skip
_STATUSES = {"acknowledged": "assigned", "staged": "enroute"}  # ours to the engine's
RULES = Rules(certificates={})  # what a role must hold comes from training's requirements


@dataclass(frozen=True, slots=True)
class Advice:
    """One recommendation for each part of a response (a life threat takes EMS and police).

    `units` and `kinds` are by call sign, as the recommendations name units.
    """

    parts: tuple[Recommendation, ...]
    units: Mapping[str, UUID]
    kinds: Mapping[str, str]

    @property
    def picks(self) -> tuple[UUID, ...]:
        """The units of the best option of each part, each once."""
        signs = [sign for part in self.parts if (best := chosen(part)) for sign in best.units]
        return tuple(self.units[sign] for sign in dict.fromkeys(signs))

    @property
    def arrival_minutes(self) -> float | None:
        """When the last of the picks stands at the scene; None where nobody can go."""
        found = [best.arrival_minutes for part in self.parts if (best := chosen(part))]
        return max(found) if found else None

    def closed(self, unit: UUID) -> tuple[str, ...]:
        """Certificates whose lapse or lack closes dispatch for this unit in every part it could play."""
        signs = {id_: sign for sign, id_ in self.units.items()}
        lacks = [_lacking(part, signs.get(unit, "")) for part in self.parts]
        return tuple(sorted(set.intersection(*map(set, lacks)))) if lacks and all(lacks) else ()


def chosen(part: Recommendation) -> Option | None:
    """The best option of a part, or the first of the next models where nobody can answer the first."""
    return part.best or (part.fallbacks[0] if part.fallbacks else None)


def _lacking(part: Recommendation, sign: str) -> list[str]:
    codes = ("certificate_lapsed", "certificate_missing")
    rows = [reason for short in part.shortfalls if short.unit == sign for reason in short.reasons]
    return [str(dict(reason.params)["certificate"]) for reason in rows if reason.code in codes]


class Needed(NamedTuple):
    """What of a call decides who should go to it."""

    response: str
    tier: str
    lon: float | None
    lat: float | None
    language: str


_NEEDED = Prepared(lambda call: Call.objects.filter(id=call).values_list(*Needed._fields), ones=["call"])


def needed(call: UUID) -> Needed:
    """What a call needs; NotFound for an unknown id."""
    for row in _NEEDED.rows(call=call):
        return Needed._make(row)
    raise NotFound("call")


def needed_by(row: Call) -> Needed:
    """The same of a row."""
    return Needed(row.response, row.tier, row.lon, row.lat, row.language)


def advise(
    call: Needed | Call, known: frozenset[UUID] = frozenset(), roster: Sequence[OnDuty] | None = None
) -> Advice | None:
    """Who should go to this call; None while its place is not known.

    `roster`: the units on duty with their crews, where they were read already. `known` are workers whom the
    person has met: pass them only under a permit that opens them.
    """
    if call.lon is None or call.lat is None or not call.response:
        return None
    if call.response not in MODELS:
        raise Invalid("response", call.response, f"Use one of: {', '.join(MODELS)}.")
    roster, moment = on_duty() if roster is None else roster, clock.now()
    demanded = training.demands()
    units = unit_states(roster, demanded)
    request = Request(
        place=(call.lon, call.lat), tier=call.tier, model=MODELS[call.response][0], language=call.language,
        past_responders=frozenset(str(a) for a in known), certificates=required(demanded),
    )  # fmt: skip

    def travel(unit: UnitState, place: tuple[float, float]) -> float | None:
        return None if unit.place is None else places.travel_minutes(unit.place, place, moment)

    parts = [
        dispatching.recommend(replace(request, model=model), units, travel=travel, rules=RULES)
        for model in MODELS[call.response]
    ]
    ids = {duty.unit.call_sign: duty.unit.id for duty in roster}
    return Advice(tuple(parts), ids, {duty.unit.call_sign: duty.unit.kind for duty in roster})


def closed_anywhere(call: Needed | Call, unit: UUID) -> tuple[str, ...]:
    """What lapse closes dispatch of this unit for a call whose place is not known: nearness plays no part."""
    needed_ = call if isinstance(call, Needed) else needed_by(call)
    advice = advise(needed_._replace(lon=0.0, lat=0.0))
    return advice.closed(unit) if advice else ()


def required(demanded: Iterable[training.Must]) -> dict[Role, frozenset[str]]:
    """Certificates that close dispatch for a role when they lapse, by part in the response."""
    found: dict[Role, set[str]] = defaultdict(set)
    for must in demanded:
        for role in _ROLES.get(must.role, ()) if must.closes_dispatch else ():
            found[role].add(must.certificate)
    return {role: frozenset(codes) for role, codes in found.items()}


def unit_states(roster: Iterable[OnDuty], demanded: Sequence[training.Must]) -> list[UnitState]:
    """Units on duty as the engine reads them, with the certificates in force of everybody aboard."""
    found = list(roster)
    roles = {member.id: member.role for duty in found for member in duty.crew}
    standing = training.standings(roles, demanded=demanded)
    return [_state(duty, [standing[member.id] for member in duty.crew]) for duty in found]


def _languages(duty: OnDuty) -> set[str]:
    return {code for member in duty.crew for code in member.languages.split()}


def _state(duty: OnDuty, crew: list[training.Standing]) -> UnitState:
    """A certificate counts where someone holds it and nobody aboard who must hold it has let it lapse."""
    closing = frozenset().union(*(standing.closing for standing in crew))
    lapsed = {code: day for standing in crew for code, day in standing.ended.items() if code in closing}
    return UnitState(
        id=duty.unit.call_sign,
        kind=duty.unit.kind,
        status=dispatching.Status(_STATUSES.get(duty.status, duty.status)),
        place=duty.place,
        certificates=frozenset().union(*(standing.held for standing in crew)) - closing,
        lapsed=lapsed,
        languages=frozenset(_languages(duty)) or frozenset({"en"}),
        responders=frozenset(str(member.id) for member in duty.crew),
        hours_on_duty=round((clock.now() - duty.unit.starts) / timedelta(hours=1), 1),
    )
