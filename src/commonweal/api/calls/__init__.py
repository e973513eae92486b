"""Calls over the API: taken, triaged, dispatched, moved on, ended; units; protocols, which are public.

A call's facts come through the gate for the purpose of emergency: what is withheld is null and named.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from commonweal.agencies import queries as agencies
from commonweal.api.calls.shapes import (
    AdviceOut,
    AnswersIn,
    CallIn,
    CallOut,
    DispatchIn,
    EndIn,
    FactsOut,
    OptionOut,
    OutcomeOut,
    OverrideIn,
    PartOut,
    PlaceOut,
    PositionIn,
    ProtocolOut,
    RuleOut,
    ShortfallOut,
    StatusIn,
    UnitNow,
    UnitOut,
)
from commonweal.api.entry import actor_of
from commonweal.calls import actions, queries
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import queries as trust
from commonweal.sharing.actions import Permit, ask, ask_many, permitted

router = Router(tags=["calls"])
MOST = 200


def _actor(request: HttpRequest, *permissions: str) -> Actor:
    """The actor, where the token's scopes hold one of the permissions."""
    return actor_of(request, *permissions)


def _view(view: queries.CallView) -> CallOut:
    units = [
        UnitOut(id=u.id, call_sign=u.call_sign, kind=u.kind, status=u.status, minutes=u.minutes)
        for u in view.units
    ]
    return CallOut(
        id=view.id, state=view.state, tier=view.tier, floor=view.floor, local_label=view.local_label,
        response=view.response, is_overridden=view.is_overridden, minutes=view.minutes,
        target_minutes=view.target, units=units,
    )  # fmt: skip


def _permit(actor: Actor, call: UUID) -> Permit:
    """Leave to work on the call; a refusal is the same answer as for a call that does not exist."""
    answer = ask(by=actor, category="call_facts", purpose="emergency", about=Subject("call", call))
    if not isinstance(answer, Permit):
        raise NotFound("call")
    return answer


@router.get("/", response=list[CallOut], summary="Open calls of the own centre")
def open_calls(request: HttpRequest) -> list[CallOut]:
    """The most urgent first; calls that must not be acknowledged are left out."""
    actor = _actor(request, "watch_board")
    views = queries.open_calls(actor.agency)[:MOST]
    about = [Subject("call", view.id) for view in views]
    seen = permitted(ask_many(by=actor, category="call_facts", purpose="emergency", about=about))
    return [_view(view) for view in views if Subject("call", view.id) in seen]


@router.post("/", response={201: CallOut}, summary="A call comes in")
def receive(request: HttpRequest, body: CallIn) -> tuple[int, CallOut]:
    """Held for the own centre, answered by the caller of this route."""
    actor = _actor(request, "take_calls")
    where = actions.Where(address=body.address, lon=body.lon, lat=body.lat)
    caller = actions.Caller(
        name=body.caller_name, phone=body.caller_phone, role=body.caller_role, language=body.language
    )
    call = actions.receive(
        by=actor, source=body.source, where=where, caller=caller, words=body.words, nature=body.nature
    )
    return 201, _view(queries.call_of(call.id))


@router.get("/protocols", response=list[ProtocolOut], auth=None, summary="Triage protocols")
def protocols(request: HttpRequest) -> list[ProtocolOut]:
    """Every version, drafts included: the rules by which help is chosen are public."""
    return [
        ProtocolOut(
            id=p.id,
            code=p.code,
            version=p.version,
            title=p.title,
            title_es=p.title_es,
            source=p.source,
            is_approved=queries.is_approved(p),
        )  # fmt: skip
        for p in queries.protocols()
    ]


@router.get("/protocols/{version}", response=dict[str, Any], auth=None, summary="One protocol in full")
def protocol(request: HttpRequest, version: UUID) -> dict[str, Any]:
    """The body as its authors wrote it: questions, gates, rules and levels in both languages."""
    body: dict[str, Any] = queries.protocol(version).body
    return body


@router.get("/units", response=list[UnitNow], summary="Units on duty")
def units(request: HttpRequest) -> list[UnitNow]:
    """By call sign."""
    _actor(request, "watch_board")
    return [
        UnitNow(
            id=u.id,
            call_sign=u.call_sign,
            kind=u.kind,
            status=u.status,
            minutes=u.minutes,
            lon=u.lon,
            lat=u.lat,
            call=u.call,
        )  # fmt: skip
        for u in queries.unit_states()
    ]


@router.post("/units/{unit}/position", response={204: None}, summary="Where a unit is")
def move(request: HttpRequest, unit: UUID, body: PositionIn) -> tuple[int, None]:
    """From the unit's own device, or from a centre that its agency has an agreement with."""
    actor = _actor(request, "work_field", "take_calls")
    if not (_serves(actor, unit) or _crews(actor, unit)):
        raise NotFound("unit")
    actions.move(by=actor, unit=unit, lon=body.lon, lat=body.lat)
    return 204, None


def _serves(actor: Actor, unit: UUID) -> bool:
    of = agencies.units().filter(id=unit).values_list("agency_id", flat=True).first()
    return actor.may("take_calls") and of is not None and of in trust.bound_with(actor.agency)


def _crews(actor: Actor, unit: UUID) -> bool:
    return actor.may("work_field") and queries.is_aboard(UUID(actor.id), unit)


@router.get("/{call}", response=CallOut, summary="One call: what names nobody")
def call(request: HttpRequest, call: UUID) -> CallOut:
    """For whoever may know what it is about."""
    _permit(_actor(request, "work_field", "watch_board"), call)
    return _view(queries.call_of(call))


@router.get("/{call}/facts", response=FactsOut, summary="What a call says, through the gate")
def facts(request: HttpRequest, call: UUID) -> FactsOut:
    """Journalled before it is sent."""
    permit = _permit(_actor(request, "work_field", "watch_board"), call)
    shown = queries.facts({Subject("call", call): permit})[0]
    values: dict[str, Any] = {name: shown.get(name) for name in FactsOut.model_fields if name != "withheld"}
    for name in ("block_address", "exact_address"):
        spot = values[name]
        if isinstance(spot, queries.Spot):
            values[name] = PlaceOut(text=spot.text, lon=spot.lon, lat=spot.lat)
    return FactsOut(**values, withheld=sorted(shown.withheld))


@router.post("/{call}/answers", response=OutcomeOut, summary="Add protocol answers and triage")
def answer(request: HttpRequest, call: UUID, body: AnswersIn) -> OutcomeOut:
    """What is not known counts as the worst."""
    actor = _actor(request, "take_calls")
    _permit(actor, call)
    return _outcome(actions.answer(by=actor, call=call, answers=body.answers))


def _outcome(found: actions.Outcome) -> OutcomeOut:
    return OutcomeOut(
        tier=found.tier, floor=found.floor, settled=found.settled, local_label=found.local_label,
        response=found.response, missing=list(found.missing), would_change=list(found.would_change),
        requires=list(found.requires),
        fired=[RuleOut(id=r.id, sentence=r.sentence.en, assumed=r.assumed) for r in found.fired],
    )  # fmt: skip


@router.get("/{call}/recommendation", response=AdviceOut, summary="Who should go")
def recommend(request: HttpRequest, call: UUID) -> AdviceOut:
    """Ranked, with reasons; why the others cannot. Needs a tier and a point on the map."""
    actor = _actor(request, "take_calls")
    _permit(actor, call)
    advice = actions.recommend(by=actor, call=call)
    if advice is None:
        raise Invalid("place", "", "Triage the call and give it a point (lon and lat) first.")
    parts = [
        PartOut(
            model=part.model.value,
            options=[_option(advice, option) for option in part.options],
            fallbacks=[_option(advice, option) for option in part.fallbacks],
            shortfalls=[
                ShortfallOut(call_sign=s.unit, reasons=[actions.in_words(r) for r in s.reasons])
                for s in part.shortfalls
            ],
            cautions=[actions.in_words(reason) for reason in part.cautions],
        )
        for part in advice.parts
    ]
    return AdviceOut(picks=list(advice.picks), arrival_minutes=advice.arrival_minutes, parts=parts)


def _option(advice: actions.Advice, option: Any) -> OptionOut:
    return OptionOut(
        units=[advice.units[sign] for sign in option.units], call_signs=list(option.units),
        arrival_minutes=round(option.arrival_minutes, 1),
        reasons=[actions.in_words(reason) for reason in option.reasons],
    )  # fmt: skip


@router.post("/{call}/dispatch", response=CallOut, summary="Send units")
def dispatch(request: HttpRequest, call: UUID, body: DispatchIn) -> CallOut:
    """All of them or none."""
    actor = _actor(request, "take_calls")
    _permit(actor, call)
    actions.dispatch(by=actor, call=call, units=body.units, reason=body.reason)
    return _view(queries.call_of(call))


@router.post("/{call}/units/{unit}/status", response=CallOut, summary="A unit moves on")
def status(request: HttpRequest, call: UUID, unit: UUID, body: StatusIn) -> CallOut:
    """By its crew, or by the centre."""
    actor = _actor(request, "work_field", "take_calls")
    actions.set_status(by=actor, call=call, unit=unit, status=body.status, at=body.at)
    return _view(queries.call_of(call))


@router.post("/{call}/override", response=CallOut, summary="Set the tier by hand")
def override(request: HttpRequest, call: UUID, body: OverrideIn) -> CallOut:
    """The reason stays on the call."""
    actor = _actor(request, "take_calls")
    _permit(actor, call)
    actions.override(by=actor, call=call, tier=body.tier, reason=body.reason)
    return _view(queries.call_of(call))


@router.post("/{call}/reassess", response=CallOut, summary="Re-triage from the scene")
def reassess(request: HttpRequest, call: UUID, body: OverrideIn) -> CallOut:
    """By those who are there; a downgrade is allowed."""
    actor = _actor(request, "work_field", "take_calls")
    _permit(actor, call)
    actions.reassess(by=actor, call=call, tier=body.tier, reason=body.reason)
    return _view(queries.call_of(call))


@router.post("/{call}/end", response=CallOut, summary="End a call")
def end(request: HttpRequest, call: UUID, body: EndIn) -> CallOut:
    """Units are freed and crews unbound."""
    actor = _actor(request, "work_field", "take_calls")
    _permit(actor, call)
    actions.clear(
        by=actor, call=call, is_behavioural_health=body.is_behavioural_health, disposition=body.disposition
    )
    return _view(queries.call_of(call))
