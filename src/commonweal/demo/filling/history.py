"""The year behind the county: calls, encounters, referrals in bulk, as an archive would come."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.values import Call, Encounter, Referral
from commonweal.encounters import actions as encounters
from commonweal.kernel.ids import new_id
from commonweal.places import queries as places
from commonweal.referrals import actions as referrals

STAGES = (
    "received answered triage_end queued dispatched enroute on_scene person_contact transport_start "
    "at_destination cleared "
).split()
CALL_FIELDS = (
    "id agency source source_system external_id number state caller_role language person address "
    "block city lon lat block_lon block_lat cell area nature nature_label discipline priority "
    "is_bh_intake is_bh_cleared dispositions answers tier response "
).split()
ENCOUNTER_FIELDS = (
    "id call person agency clinical_agency opened_by team state started_at ended_at closed_at "
    "contact_type consent_to_talk presenting_needs behaviours risks techniques force injured "
    "arrest_criteria arrest_made hold transport disposition services_offered services_declined "
    "narrative clinical_impression shared_note follow_up_due follow_up_by "
).split()
REFERRAL_FIELDS = (
    "id service encounter person parent from_agency to_agency sent_by state code needs reasons "
    "sent_at viewed_at answered_at scheduled_for attended_at closed_at decline_reason outcome "
    "outcome_note said helped "
).split()
SOURCES = {"988": "lifeline_988"}
OUTCOMES = ("resolved", "partly", "not_resolved")
WAYS = ("phone", "phone", "visit", "phone", "text")  # of contacts after a crisis
LATEST = timedelta(days=4)  # after its day a forgotten contact was tried
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def programs() -> dict[UUID, str]:
    """The source program of every agency."""
    return {a.id: a.source_program for a in agencies.agencies()}


def fill_calls(past: Sequence[Call], ids: Ids) -> dict[str, UUID]:
    """Bring in every call; returns ids by number."""
    known: dict[str, UUID] = {call.number: new_id() for call in past}
    rows = (_call(call, known[call.number], ids) for call in past)
    calls.bring_past(by=CLERK, fields=[*CALL_FIELDS, *STAGES], rows=rows, programs=programs())
    return known


def fill_units(past: Sequence[Call], call_ids: dict[str, UUID], ids: Ids) -> int:
    """Bring in which units were sent to each call, with their times; a talk by telephone sends nobody."""
    sent: Iterator[dict[str, Any]] = (
        {
            "call": call_ids[call.number], "unit": ids.unit[sign], "crew": [],
            "dispatched": call.times.dispatched, "enroute": call.times.enroute,
            "on_scene": call.times.on_scene, "cleared": call.times.cleared,
        }
        for call in past if call.times.dispatched and call.times.cleared
        for sign in call.units
    )  # fmt: skip
    return calls.bring_past_units(rows=sent)


def _call(call: Call, key: UUID, ids: Ids) -> dict[str, Any]:
    where, centre = call.address, "lifeline" if call.centre.startswith(("life", "988")) else "ecc"
    return {
        "id": key,
        "agency": ids.agency[centre],
        "source": SOURCES.get(call.source, call.source),
        "source_system": "harlow",
        "external_id": call.number,
        "number": call.number,
        "state": "cleared",
        "caller_role": call.caller_role,
        "language": call.language,
        "person": ids.person.get(call.person) if call.person is not None else None,
        "address": where.text,
        "block": where.block,
        "city": where.town,
        "lon": where.lon,
        "lat": where.lat,
        "block_lon": where.block_lon,
        "block_lat": where.block_lat,
        "cell": places.cell_of(where.lon, where.lat),
        "area": where.beat,
        "nature": call.nature,
        "nature_label": call.nature_label,
        "discipline": call.discipline,
        "priority": call.priority,
        "is_bh_intake": call.is_behavioural,
        "is_bh_cleared": call.is_behavioural_cleared,
        "dispositions": list(call.dispositions),
        "answers": dict(call.answers),
        "tier": call.tier,
        "response": call.responder,
        **{stage: getattr(call.times, stage) for stage in STAGES},
    }


def fill_encounters(
    past: Sequence[Encounter], call_ids: dict[str, UUID], ids: Ids, now: datetime
) -> dict[int, UUID]:
    """Bring in every encounter, closed, with the contacts tried since; returns ids by key.

    A placeholder stands for people never named.
    """
    known = {e.key: new_id() for e in past}
    rows = (_encounter(e, known[e.key], call_ids, ids, now) for e in past)
    tries = [_try(e, known[e.key], at, ids) for e in past if (at := tried_at(e, now))]
    encounters.bring_past(by=CLERK, fields=ENCOUNTER_FIELDS, rows=rows, programs=programs(), tries=tries)
    return known


def tried_at(found: Encounter, now: datetime) -> datetime | None:
    """When the contact after it was tried: never later than now, and nothing is left lying for weeks.

    Whoever was forgotten was tried once a few days late and not reached, or is one of the few overdue today.
    """
    if found.follow_up_due is None:
        return None
    at = found.follow_up_at or found.follow_up_due + LATEST
    return at if at <= now else None


def _try(found: Encounter, encounter: UUID, at: datetime, ids: Ids) -> tuple[Any, ...]:
    by = next((str(ids.worker[w]) for w in found.team if w in ids.worker), CLERK.id)
    reached = found.follow_up_reached and found.follow_up_at is not None
    return new_id(), encounter, at, by, WAYS[found.key % len(WAYS)], reached


def _encounter(
    found: Encounter, key: UUID, call_ids: dict[str, UUID], ids: Ids, now: datetime
) -> dict[str, Any]:
    team = [str(ids.worker[w]) for w in found.team if w in ids.worker]
    clinical = ids.agency["health"] if found.clinical_impression else None
    due = None if tried_at(found, now) else found.follow_up_due
    codes = (
        "contact_type consent_to_talk force arrest_criteria arrest_made hold transport disposition".split()
    )
    lists = "presenting_needs behaviours risks techniques injured services_offered services_declined".split()
    texts = "narrative clinical_impression shared_note".split()
    return {
        "id": key,
        "call": call_ids[found.call],
        "agency": ids.agency[found.agency],
        "clinical_agency": clinical,
        "person": ids.person.get(found.person) if found.person is not None else None,
        "team": team,
        "opened_by": UUID(team[0]) if team else new_id(),
        "state": "closed",
        "started_at": found.started_at,
        "ended_at": found.ended_at,
        "closed_at": found.ended_at,
        "follow_up_due": due,
        "follow_up_by": UUID(team[0]) if due and team and found.key % 3 else None,
        **{name: getattr(found, name) for name in (*codes, *texts)},
        **{name: list(getattr(found, name)) for name in lists},
    }


def fill_referrals(
    past: Sequence[Referral], encounter_ids: dict[int, UUID], ids: Ids, receivers: dict[str, str]
) -> dict[int, UUID]:
    """Bring in every referral with its steps; returns ids by key. `receivers` are agencies by service."""
    known = {r.key: new_id() for r in past}
    live: set[tuple[Any, Any]] = set()
    rows = [_referral(r, known, encounter_ids, ids, receivers, live) for r in past]
    steps = [step for r, row in zip(past, rows, strict=True) for step in _steps(r, row, ids)]
    referrals.bring_past(by=CLERK, fields=REFERRAL_FIELDS, rows=rows, steps=steps, programs=programs())
    return known


def _referral(
    found: Referral,
    known: dict[int, UUID],
    encounter_ids: dict[int, UUID],
    ids: Ids,
    receivers: dict[str, str],
    live: set[tuple[Any, Any]],
) -> dict[str, Any]:
    at = {step.state: step.at for step in found.steps}
    state, end = found.steps[-1].state, found.steps[-1].at
    pair = (ids.person.get(found.person), ids.service[found.service])
    if state not in ("closed", "rerouted", "withdrawn", "declined", "expired"):
        state = "closed" if pair in live else state
        live.add(pair)
    answered = next((at[s] for s in ("accepted", "waitlisted", "declined") if s in at), None)
    return {
        "id": known[found.key],
        "service": pair[1],
        "encounter": encounter_ids[found.encounter],
        "person": pair[0],
        "parent": known.get(found.rerouted_from) if found.rerouted_from else None,
        "from_agency": ids.agency[found.from_agency],
        "to_agency": ids.agency[receivers[found.service]],
        "sent_by": str(ids.worker.get(found.steps[0].by, "")),
        "state": state,
        "code": _code(),
        "needs": list(found.needs),
        "reasons": list(found.reasons),
        "sent_at": at.get("sent", found.steps[0].at),
        "viewed_at": at.get("viewed"),
        "answered_at": answered,
        "scheduled_for": found.scheduled_for,
        "attended_at": at.get("attended"),
        "closed_at": end if state in ("closed", "rerouted") else None,
        "decline_reason": found.decline_reason,
        "outcome": next((s for s in OUTCOMES if s in at), ""),
        "outcome_note": found.outcome_note,
        "said": found.said,
        "helped": found.helped,
    }


_used: set[str] = set()


def _code() -> str:
    while (code := "".join(secrets.choice(LETTERS) for _ in range(6))) in _used:
        pass
    _used.add(code)
    return code


ACTS = {
    "draft": "make",
    "consent_checked": "check",
    "sent": "send",
    "viewed": "view",
    "accepted": "accept",
    "waitlisted": "waitlist",
    "declined": "decline",
    "scheduled": "schedule",
    "attended": "attend",
    "no_show": "miss",
    "started": "start",
    "closed": "close",
    "rerouted": "reroute",
    "expired": "expire",
    "resolved": "settle",
    "partly": "settle",
    "not_resolved": "settle",
}
SENDERS = frozenset({"draft", "consent_checked", "sent", "rerouted"})


def _steps(found: Referral, row: dict[str, Any], ids: Ids) -> Iterator[tuple[Any, ...]]:
    before = ""
    for number, step in enumerate(found.steps):
        by, sender = ids.worker.get(step.by), step.state in SENDERS
        agency = row["from_agency"] if sender else row["to_agency"]
        party = "product" if by is None else "sender" if sender else "receiver"
        act = ACTS.get(step.state, step.state)
        yield (
            new_id(),
            row["id"],
            number,
            act,
            before,
            step.state,
            step.at,
            str(by or "system:demo"),
            agency,
            party,
        )
        before = step.state
