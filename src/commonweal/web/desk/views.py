"""The call desk: what waits, and one call in three columns."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.calls import actions
from commonweal.calls import queries as calls
from commonweal.kernel.actors import Subject
from commonweal.kernel.shown import Shown
from commonweal.messages import queries as threads
from commonweal.people import queries as people
from commonweal.places import queries as places
from commonweal.sharing.actions import Circumstances, Permit, ask_many, permitted
from commonweal.web.cells import dots
from commonweal.web.desk import person as persons
from commonweal.web.desk.picture import NOT_ASKED, Meanwhile, meanwhile
from commonweal.web.desk.picture import conversation as talk
from commonweal.web.desk.picture import verdict as judge
from commonweal.web.desk.words import LANGUAGES, NEEDS, PARTNERS, REFUSALS, ROLES, SOURCES, natures
from commonweal.web.kept import emergency
from commonweal.web.pages import desk, page
from commonweal.web.permits import see
from commonweal.web.session import Request, by_itself

THREATS = "desk_threats"  # calls for which this session has claimed a threat to life


@dataclass(frozen=True, slots=True)
class Row:
    """One call in the list: what names nobody, and what the gate opened."""

    view: calls.CallView
    shown: Shown | None
    handing: calls.TransferView | None = None  # offered to another centre, which has not answered

    @property
    def received(self) -> datetime | None:
        """When it came in, where that may be shown."""
        times = self.shown.get("time") if self.shown else None
        return times.get("received") if isinstance(times, dict) else None


def rows(request: Request, apart: frozenset[UUID] = frozenset()) -> list[Row]:
    """Open calls of the own centre but those `apart`; what must not be acknowledged is not listed."""
    views = [view for view in calls.open_calls(request.actor.agency) if view.id not in apart]
    about = [Subject("call", view.id) for view in views]
    answers = ask_many(
        by=request.actor,
        category="call_facts",
        purpose="emergency",
        about=about,
        redraws=by_itself(request),
    )
    shown = {one.subject.id: one for one in calls.facts(permitted(answers))}
    seen = {s.id for s, a in answers.items() if isinstance(a, Permit) or a.acknowledged}
    return [Row(view, shown.get(view.id)) for view in views if view.id in seen]


@desk("take_calls")
def index(request: Request) -> HttpResponse:
    """Calls that wait for the desk, those under way, and a way to start one."""
    more = {"sources": SOURCES, "may_supervise": request.actor.may("supervise")}
    return page(request, "desk/index.html", _queue(request) | more)


@desk("take_calls")
def queue(request: Request) -> HttpResponse:
    """The two lists alone, for live refresh."""
    return page(request, "desk/_queue.html", _queue(request))


def _queue(request: Request) -> dict[str, Any]:
    """Calls in hand, what arrives and what was handed over.

    A caller passed on at once (cold) stays in hand, marked, until the other centre answers; one with whom
    somebody stays on the line (warm) leaves the list at once and is seen to wait.
    """
    arriving, sent = calls.arriving(request.actor.agency), calls.sent_over(request.actor.agency)
    handing = {one.call: one for one in sent if one.waits}
    apart = {one.call for one in arriving} | {call for call, one in handing.items() if one.is_warm}
    mine = [replace(row, handing=handing.get(row.view.id)) for row in rows(request, frozenset(apart))]
    return {
        "waiting": [row for row in mine if row.view.is_waiting],
        "under_way": [row for row in mine if not row.view.is_waiting],
        "arriving": arriving,
        "sent_over": sent,
        "refusals": REFUSALS,
    }


def circumstances(request: Request, call: UUID) -> Circumstances:
    """What this session has claimed about the call."""
    claimed = str(call) in request.session.get(THREATS, ())
    return Circumstances(imminent_threat=claimed, incident=call)


def permit_for(request: Request, call: UUID) -> Permit:
    """Leave to work on the call, or the refusal's page."""
    about = Subject("call", call)
    return see(request.actor, "call_facts", "emergency", about, circumstances(request, call))


def _in_hand(request: Request, call: UUID) -> UUID:
    return call


@desk("take_calls")
@emergency(_in_hand)
def call(request: Request, call: UUID) -> HttpResponse:
    """The call in three columns; one that has ended is read in the board's drawer.

    One that never was leads there too: the drawer's answer is the same for both.
    """
    found = calls.calls_of([call])
    if not found or not found[0].is_open:
        return redirect("board:call", call)
    return page(request, "desk/call.html", whole(request, call))


@desk("take_calls")
def conversation(request: Request, call: UUID) -> HttpResponse:
    """The middle column; `?ask=` asks one question again."""
    permit = permit_for(request, call)
    return page(request, "desk/_conversation.html", _asking(call, permit, request.GET.get("ask", "")))


@desk("take_calls")
def verdict(request: Request, call: UUID) -> HttpResponse:
    """The right column, for live refresh; with what others answered, beside the question in hand.

    `question` and `seen` say which question the page has in hand and the answer it shows of it. The
    question itself is not taken from under a finger: a line above it says that it was answered.
    """
    permit = permit_for(request, call)
    found = parts(request, call, permit=permit, with_card=False)
    in_hand, seen = request.GET.get("question", ""), request.GET.get("seen", "")
    told = answered_meanwhile(request, found, permit, InHand(in_hand, seen)) if in_hand else None
    return page(request, "desk/_live.html", found | {"meanwhile": told, "in_hand": in_hand})


@dataclass(frozen=True, slots=True)
class InHand:
    """What a page had in hand: a question, the answer it showed, and the one chosen; "" for none."""

    question: str
    seen: str
    chosen: str = ""


def answered_meanwhile(
    request: Request, found: dict[str, Any], permit: Permit, step: InHand
) -> Meanwhile | None:
    """Who answered the page's question since it was drawn, and what; None where nobody else did."""
    protocol, stands = found["protocol"], found["asked"].answers.get(step.question, "")
    if not protocol or stands == step.seen or step.question not in {q.id for q in protocol.questions}:
        return None
    who = calls.answered_by(found["view"].id, step.question, permit=permit)
    if who == request.actor.id and not step.chosen:
        return None
    name = agencies.names([who])[who] or _("Somebody")
    return meanwhile(protocol, step.question, stands, name, step.chosen)


def _asking(call: UUID, permit: Permit, again: str) -> dict[str, Any]:
    """What the middle column shows; nobody's card is asked for."""
    found = calls.sheet(call, permit=permit)
    given, missing = (found.asked or NOT_ASKED).answers, found.outcome.missing if found.outcome else ()
    asking = talk(found.protocol, given, missing, again) if found.protocol else None
    return {"view": found.view, "talk": asking}


def parts(
    request: Request,
    call: UUID,
    *,
    again: str = "",
    permit: Permit | None = None,
    step: actions.Step | None = None,
    with_card: bool = True,
) -> dict[str, Any]:
    """What changes with every answer: conversation, person card, verdict.

    An act hands on the permit it was given and the step it made: neither is asked for twice.
    `with_card` False: the part has no place for the card, so plans and cautions are not asked for.
    """
    permit = permit or permit_for(request, call)
    found = calls.sheet(call, permit=permit, step=step)
    asked, known = found.asked or NOT_ASKED, found.person
    card = persons.card(request.actor, call, known, whole=with_card) if known else None
    familiar = frozenset(people.familiars(known)) if known and card and card.is_known else frozenset()
    advice = (
        actions.recommend(
            by=request.actor, call=call, known=familiar, needed=found.needed, roster=found.roster
        )
        if found.view.tier
        else None
    )
    missing = found.outcome.missing if found.outcome else ()
    spot = found.facts.get("exact_address") or found.facts.get("block_address")
    return {
        "view": found.view,
        "asked": asked,
        "facts": found.facts,
        "protocol": found.protocol,
        "talk": talk(found.protocol, asked.answers, missing, again) if found.protocol else None,
        "verdict": judge(found.view, found.outcome, asked, advice, bool(getattr(spot, "lon", None))),
        "card": card,
        "notes": found.notes[-3:],
        "news": threads.new_in(request.actor, [Subject("call", call)]).get(call),
    }


def whole(request: Request, call: UUID) -> dict[str, Any]:
    """The three columns together."""
    found = parts(request, call)
    return found | place_layers(found["facts"]) | {
        "needs": [(code, name, bool(found["asked"].needs.get(code))) for code, name in NEEDS.items()],
        "roles": ROLES,
        "languages": LANGUAGES,
        "natures": natures(),
        "partners": PARTNERS,
        "centres": calls.centres(request.actor.agency),
        "tiers": actions.TIERS,
    }  # fmt: skip


def around(spot: object) -> list[dict[str, Any]]:
    """Named places near the spot, written on the thumbnail."""
    if not isinstance(spot, calls.Spot) or spot.lon is None or spot.lat is None:
        return []
    seen = [{"lon": p.lon, "lat": p.lat, "name": p.name} for p in places.near(spot.lon, spot.lat)]
    return [
        {
            "name": "near",
            "kind": "point",
            "data": dots(seen),
            "label": "name",
            "colour": "#8a989e",
            "radius": 4,
        }
    ]


def place_layers(shown: Shown) -> dict[str, Any]:
    """The thumbnail: the county's outline and the spot, where the permit opens one."""
    spot = shown.get("exact_address") or shown.get("block_address")
    here: list[dict[str, float]] = []
    if isinstance(spot, calls.Spot) and spot.lon is not None and spot.lat is not None:
        here = [{"lon": spot.lon, "lat": spot.lat}]
    return {
        "spot": spot,
        "layers": [*around(spot), {"name": "spot", "kind": "point", "data": dots(here), "colour": "#b50909"}],
    }
