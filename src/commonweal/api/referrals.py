"""Referrals: make, list, read through the gate, and act on them as the sender or the receiver."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.api.entry import Number, Size, actor_of, page_of, tag, unchanged
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust

router = Router()
PURPOSE = "care_coordination"


class ReferralRow(Schema):
    """A referral as operations know it: nobody's name, no need.

    Where `is_withheld`, the receiver's law keeps from its sender how it stands: `state` is "made", or
    "withdrawn" once the sender took it back, until the person agrees in writing.
    """

    id: UUID
    state: str
    service: UUID
    service_name: str
    from_agency: UUID
    to_agency: UUID | None
    pathway: str
    code: str
    is_anonymous: bool
    is_overdue: bool
    due_at: datetime | None
    sent_at: datetime | None
    version: int
    is_withheld: bool


class ReferralPart(Schema):
    """One category as you may see it; `withheld` names fields left out, `unlock` what would open them."""

    subject: UUID
    fields: dict[str, object]
    withheld: list[str]
    why: str = ""
    unlock: list[str] = []


class ReferralCard(ReferralRow):
    """A referral with everything that your permits open."""

    acts: list[str]
    parts: dict[str, list[ReferralPart]]


class Make(Schema):
    """A referral to make. `id` makes sending it again harmless; `facts` are checked and not kept."""

    service: UUID
    person: UUID | None = None
    encounter: UUID | None = None
    needs: list[str] = []
    reasons: list[str] = []
    note: str = Field("", max_length=4_000)
    pathway: str = ""
    is_anonymous: bool = False
    even_if_full: bool = False
    facts: dict[str, object] | None = None
    despite: str = ""
    language: str = "en"
    id: UUID | None = None
    send_now: bool = True


class Way(Schema):
    """How far the person is: a place held until `held_until`, at the door, handed over, minutes between.

    `hold_ended` says how a hold ended that does not stand: arrived, released or expired.
    """

    held_until: datetime | None
    is_held: bool
    extended: bool
    hold_ended: str
    arrived_at: datetime | None
    handed_off_at: datetime | None
    minutes: int


class ReferralWords(Schema):
    """What an act may carry: a reason (decline), a note, a time (schedule), a result (settle), a say.

    `minutes` is for `hold`: how long to keep a place, where the service's own time is longer than needed;
    `needs` and `services` for `agree_onward`: where the person agrees that it may go on by itself.
    """

    reason: str = ""
    note: str = Field("", max_length=4_000)
    at: datetime | None = None
    result: str = ""
    text: str = ""
    helped: bool | None = None
    service: UUID | None = None
    minutes: int | None = Field(None, ge=1, le=1440)
    needs: list[str] = []
    services: list[UUID] = []


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request)


def _row(row: referrals.Row) -> dict[str, object]:
    names = ReferralRow.model_fields
    return {name: getattr(row, name) for name in names}


@router.get("/", response=list[ReferralRow], summary="Own referrals")
def mailbox(
    request: HttpRequest, response: HttpResponse, box: Literal["inbox", "outbox"] = "inbox",
    folder: str = "waiting", page: Number = 1, limit: Size = 50,
) -> list[dict[str, object]]:  # fmt: skip
    """Inbox (scope answer_referrals) or outbox (send_referrals), by folder."""
    pick = referrals.inbox if box == "inbox" else referrals.outbox
    by = _actor(request)
    return [_row(row) for row in page_of(request, response, pick(by, folder), page, limit)]


@router.post("/", response={201: ReferralRow}, summary="Refer")
def make(request: HttpRequest, body: Make) -> tuple[int, dict[str, object]]:
    """Make and send a referral (scope send_referrals). What the receiver may see is decided by the gate."""
    given = body.model_dump(exclude={"facts", "id"}, exclude_defaults=True) | {"service": body.service}
    if body.facts is not None:
        given["facts"] = body.facts
    if body.id is not None:
        given["id"] = body.id
    made = actions.make(by=_actor(request), **given)
    return 201, _row(referrals.row(_actor(request), made.id))


@router.get("/{uuid:referral}", response=ReferralCard, summary="One referral")
def card(request: HttpRequest, response: HttpResponse, referral: UUID) -> dict[str, object]:
    """Its state, the acts open to you, and what your permits open; each read is journalled."""
    actor = _actor(request)
    row, mine = referrals.row(actor, referral), referrals.parties_of(actor, referral)
    tag(response, row.version)
    acts = dict.fromkeys(act for party in sorted(mine) for act in referrals.open_acts(row.state, party))
    about = referrals.about(actor, referral).by_category
    parts = {category: _parts(actor, category, subjects) for category, subjects in about.items()}
    return _row(row) | {"acts": list(acts), "parts": parts}


def _parts(actor: Actor, category: str, about: list[Subject]) -> list[dict[str, object]]:
    answers = sharing.ask_many(by=actor, category=category, purpose=PURPOSE, about=about)
    shown = {one.subject: one for one in _shown(category, sharing.permitted(answers))}
    found = []
    for subject, answer in answers.items():
        if isinstance(answer, sharing.Refusal) and not answer.acknowledged:
            continue
        one = shown.get(subject)
        fields = dict(one.values) if one else {}
        withheld = sorted(one.withheld) if one else []
        found.append(
            {
                "subject": subject.id,
                "fields": fields,
                "withheld": withheld,
                "why": trust.why(answer),
                "unlock": list(trust.unlock(answer)),
            }
        )
    return found


def _shown(category: str, permits: dict[Subject, sharing.Permit]) -> list[Shown]:
    readers: dict[str, Callable[[dict[Subject, sharing.Permit]], list[Shown]]] = {
        "referral_status": referrals.statuses,
        "identity": people.identities,
        "safety_alerts": people.plans,
        "encounter_narrative": encounters.narratives,
    }
    return readers[category](permits)


@router.get("/{uuid:referral}/timeline", response=list[dict[str, object]], summary="What happened")
def timeline(request: HttpRequest, referral: UUID) -> list[dict[str, object]]:
    """Each step with its time, party and coded reason; no free text."""
    actor = _actor(request)
    return referrals.timeline(actor, referrals.row(actor, referral))


@router.get("/{uuid:referral}/way", response=Way, summary="On the way")
def way(request: HttpRequest, referral: UUID) -> dict[str, object]:
    """The place that is held for a referral, and the clock of the hand-off; for its two sides."""
    actor = _actor(request)
    found = referrals.coming(actor, referrals.row(actor, referral))
    hold = found.hold
    return {
        "held_until": hold.until if hold else None, "is_held": bool(hold and hold.stands),
        "extended": bool(hold and hold.extended_at), "hold_ended": hold.how if hold else "",
        "arrived_at": found.arrived_at, "handed_off_at": found.handed_off_at, "minutes": found.minutes,
    }  # fmt: skip


Act = Callable[[Actor, UUID, ReferralWords], object]
ACTS: dict[str, Act] = {
    "view": lambda by, r, w: actions.view(by=by, referral=r),
    "accept": lambda by, r, w: actions.accept(by=by, referral=r, note=w.note),
    "waitlist": lambda by, r, w: actions.waitlist(by=by, referral=r, note=w.note),
    "decline": lambda by, r, w: actions.decline(by=by, referral=r, reason=w.reason, note=w.note),
    "ask": lambda by, r, w: actions.ask_info(by=by, referral=r, note=w.note),
    "inform": lambda by, r, w: actions.inform(by=by, referral=r, note=w.note),
    "schedule": lambda by, r, w: actions.schedule(by=by, referral=r, at=_time(w)),
    "attend": lambda by, r, w: actions.attended(by=by, referral=r),
    "miss": lambda by, r, w: actions.no_show(by=by, referral=r, note=w.note),
    "start": lambda by, r, w: actions.start(by=by, referral=r),
    "settle": lambda by, r, w: actions.outcome(by=by, referral=r, result=w.result, note=w.note),
    "say": lambda by, r, w: actions.say(by=by, referral=r, text=w.text, helped=w.helped),
    "check": lambda by, r, w: actions.check(by=by, referral=r),
    "send": lambda by, r, w: actions.send(by=by, referral=r),
    "withdraw": lambda by, r, w: actions.withdraw(by=by, referral=r, note=w.note),
    "close": lambda by, r, w: actions.close(by=by, referral=r, note=w.note),
    "agree_onward": lambda by, r, w: _beside(
        actions.agree_onward(by=by, referral=r, needs=w.needs, services=w.services)
    ),
    "withdraw_onward": lambda by, r, w: _beside(actions.withdraw_onward(by=by, referral=r)),
    "hold": lambda by, r, w: _beside(actions.hold(by=by, referral=r, minutes=w.minutes)),
    "extend": lambda by, r, w: _beside(actions.extend(by=by, referral=r)),
    "release": lambda by, r, w: actions.release(by=by, referral=r),
    "reach": lambda by, r, w: _beside(actions.reach(by=by, referral=r)),
    "hand_off": lambda by, r, w: _beside(actions.hand_off(by=by, referral=r)),
    "reroute": lambda by, r, w: actions.reroute(by=by, referral=r, service=_service(w)),
}


def _beside(done: object) -> None:
    """The act left the referral itself as it stood."""


def _time(words: ReferralWords) -> datetime:
    if words.at is None:
        raise Invalid("at", None, "Give a time with its zone, such as 2026-03-02T18:00:00-08:00.")
    return words.at


def _service(words: ReferralWords) -> UUID:
    if words.service is None:
        raise Invalid("service", None, "Name the service to send it to.")
    return words.service


@router.post("/{uuid:referral}/{act}", response=ReferralRow, summary="Act on a referral")
def act(
    request: HttpRequest, response: HttpResponse, referral: UUID, act: str, body: ReferralWords
) -> dict[str, object]:
    """One act of your side; out of turn it is a 409 that says what stands. Rerouting gives the new one.

    `If-Match` with the version last read.
    """
    if act not in ACTS:
        raise NotFound("act")
    actor = _actor(request)
    with unchanged(request, lambda: referrals.lock(referral), lambda: referrals.row(actor, referral).version):
        done = ACTS[act](actor, referral, body)
    moved = referrals.row(actor, getattr(done, "id", referral))
    tag(response, moved.version)
    return _row(moved)
