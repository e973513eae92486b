"""Answers become a tier with its reasons; a person may set it by hand, with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from commonweal.calls import circumstances, events, marks, natures, protocols
from commonweal.calls.duty import OnDuty, on_duty
from commonweal.calls.models import Call, Change
from commonweal.engines.triage import TIERS, Outcome, Protocol, ProtocolError
from commonweal.engines.triage import triage as decide
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid

DECIDED = "answers protocol tier floor local_label response outcome is_bh_intake state".split()
CRISIS_RESPONSES = frozenset("police_cit co_response civilian_crisis_team remote_clinician".split())


@dataclass(frozen=True, slots=True)
class Step:
    """A step of triage with what it was worked out from: the screen that shows it reads none of it again."""

    outcome: Outcome
    call: Call
    roster: Sequence[OnDuty]


class AnsweredMeanwhile(Conflict):
    """A page asked for what somebody else has answered since; nothing was changed. `question` is its id."""

    def __init__(self, question: str) -> None:
        self.question = question
        super().__init__("This question was answered meanwhile. Look at the answer, then keep or change it.")


def answer(*, by: Actor, call: UUID, answers: Mapping[str, str | None]) -> Outcome:
    """Add answers (question id to answer id, `unknown`, or None to take one back) and triage again."""
    return step(by=by, call=call, answers=answers).outcome


@transaction.atomic
def step(
    *, by: Actor, call: UUID, answers: Mapping[str, str | None], seen: Mapping[str, str] | None = None
) -> Step:
    """The same, with the call as it now stands and the units on duty.

    `seen`: what the page showed as the answer of each question ("" for none). AnsweredMeanwhile where
    another answer stands by now than was seen, and than is given.
    """
    found = marks.locked_open(call)
    for question, shown in (seen or {}).items():
        if found.answers.get(question, "") not in (shown, answers.get(question) or ""):
            raise AnsweredMeanwhile(question)
    merged = {k: v for k, v in {**found.answers, **answers}.items() if v is not None}
    if found.triage_start is None:
        marks.stamp(by, found, "triage_start")
    found.answers = merged
    roster = on_duty()
    return Step(_decided(by, found, "answers", roster, tuple(answers)), found, roster)


@transaction.atomic
def triage(*, by: Actor, call: UUID) -> Outcome:
    """Close the questions: what is still open counts as the worst it could be. The call joins the queue."""
    found = marks.locked_open(call)
    return settle(by, found, on_duty(with_crew=False))


def settle(by: Actor, call: Call, roster: Sequence[OnDuty]) -> Outcome:
    """The same inside another verb's transaction (a dispatch closes triage), with the units on duty."""
    if call.triage_start is None:
        marks.stamp(by, call, "triage_start")
    outcome = _decided(by, call, "closed", roster)
    if call.triage_end is None:
        marks.stamp(by, call, "triage_end")
        marks.stamp(by, call, "queued")
    if call.state in ("waiting", "triaged"):
        call.state = "queued"
        call.save(update_fields=["state"])
    return outcome


def outcome_of(call: Call, protocol: Protocol, roster: Sequence[OnDuty]) -> Outcome:
    """Triage as it stands, computed anew; Invalid names the answer that does not exist."""
    try:
        return decide(protocol, call.answers, circumstances.of(call, roster))
    except ProtocolError as fault:
        raise Invalid("answers", "", str(fault)) from fault


def _decided(
    by: Actor, call: Call, because: str, roster: Sequence[OnDuty], asked: tuple[str, ...] = ()
) -> Outcome:
    """Triage the call and keep the result; a tier set by hand stays."""
    if call.protocol_id is None:
        call.protocol = protocols.demanded(call.agency_id, clock.today())
    assert call.protocol_id is not None
    outcome = outcome_of(call, protocols.engine_value(call.protocol_id), roster)
    if not call.is_overridden:
        call.tier, call.floor = outcome.tier, outcome.floor
        call.local_label, call.response = outcome.local_label[:80], outcome.response
    call.outcome = {
        "tier": outcome.tier, "floor": outcome.floor, "requires": list(outcome.requires),
        "fired": [rule.id for rule in outcome.fired], "assumed": [r.id for r in outcome.fired if r.assumed],
    }  # fmt: skip
    if call.is_bh_intake is None and outcome.settled:
        call.is_bh_intake = call.response in CRISIS_RESPONSES or bool(natures.is_behavioural(call.nature))
    call.state = "triaged" if call.state == "waiting" else call.state
    call.save(update_fields=DECIDED)
    made = events.CallTriaged(call=call.id, tier=call.tier, because=because, asked=asked)
    journal.write(by=by, event=made)
    return outcome


@transaction.atomic
def override(*, by: Actor, call: UUID, tier: str, reason: str) -> Call:
    """Set the tier by hand, up or down; the reason stands on the call and in history."""
    return _by_hand(by, marks.locked_open(call), tier, reason, "override")


@transaction.atomic
def reassess(*, by: Actor, call: UUID, tier: str, reason: str) -> Call:
    """Re-triage from the scene by those who are there: a downgrade is allowed, with its reason."""
    return _by_hand(by, marks.locked_open(call), tier, reason, "scene")


def _by_hand(by: Actor, call: Call, tier: str, reason: str, because: str) -> Call:
    if tier not in TIERS:
        raise Invalid("tier", tier, f"Use one of: {', '.join(TIERS)}.")
    if len(reason.strip()) < 3:
        raise Invalid("reason", reason, "Say in a few words why the tier is another.")
    if call.protocol_id is None:
        call.protocol = protocols.demanded(call.agency_id, clock.today())
    assert call.protocol_id is not None
    level = protocols.engine_value(call.protocol_id).levels.get(tier)
    was = call.tier
    call.tier, call.is_overridden, call.override_reason = tier, True, reason.strip()[:300]
    call.local_label = level.label.en[:80] if level else ""
    call.response = level.response if level else FALLBACK_RESPONSES[tier]
    call.state = "triaged" if call.state == "waiting" else call.state
    call.save()
    Change.objects.create(
        call=call, field="tier", was=was, became=tier, reason=call.override_reason, actor=by.id
    )
    journal.write(by=by, event=events.CallTriaged(call=call.id, tier=tier, because=because))
    return call


FALLBACK_RESPONSES = {  # where a local protocol has no level for the tier that a person chose
    "T0": "ems_fire_police", "T1": "police_cit", "T2": "co_response", "T3": "civilian_crisis_team",
    "T4": "remote_clinician", "T5": "follow_up",
}  # fmt: skip


@transaction.atomic
def recode(*, by: Actor, call: UUID, is_behavioural_health: bool, reason: str = "") -> Call:
    """Correct the behavioural-health flag at clearance, also after the call has ended; history keeps both."""
    found = marks.locked(call)
    if marks.change(by, found, "is_bh_cleared", is_behavioural_health, reason):
        journal.write(by=by, event=events.CallChanged(call=call, fields=("is_bh_cleared",)))
    return found
