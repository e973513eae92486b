"""The encounter as a stack of cards: chips and short texts, saved as they are touched."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.calls import queries as calls
from commonweal.community import actions as community
from commonweal.encounters import actions
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock, codes
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.web import screening, withdrawing
from commonweal.web.field import followups
from commonweal.web.field.pack import conflicts
from commonweal.web.field.questions import CHIPS, MANY, TEXTS, WRITERS, YES_NO
from commonweal.web.pages import desk, id_of, page
from commonweal.web.permits import see
from commonweal.web.session import Request

CARD = "field_card"  # the encounter that this session closed last, and the code of the card handed out


def mine(by: Actor, encounter_id: UUID) -> encounters.Outline:
    """The encounter's outline for someone of its team; NotFound for everyone else."""
    found = encounters.outline(encounter_id)
    if by.id not in found.team:
        raise NotFound("encounter")
    return found


@desk("work_field")
@require_POST
def begin(request: Request) -> HttpResponse:
    """Open the record of the call in hand, or of a contact without a call."""
    call = request.POST.get("call", "")
    found = actions.open_encounter(
        by=request.actor,
        call=id_of("call", call) if call else None,
        description=request.POST.get("description", ""),
    )
    return redirect("field:encounter", encounter_id=found.id)


def chips(values: Mapping[str, object], language: str) -> list[dict[str, object]]:
    """Each question with its choices, and what was answered to it."""
    which = 1 if language.startswith("es") else 0
    return [
        {
            "name": name,
            "question": question,
            "many": many,
            "choices": [(code, pair[which]) for code, pair in encounters.words()[name].items()],
            "chosen": values.get(name) or (),
            "is_answered": values.get(name) not in (None, "", []),
            "is_required": name in actions.REQUIRED,
            "is_shown": name in values,
        }
        for name, question, many in CHIPS
    ]


@desk("work_field")
def cards(request: Request, encounter_id: UUID) -> HttpResponse:
    """The stack of cards. Leaving and returning loses nothing: each answer is saved when it is given."""
    return _stack(request, encounter_id)


def _stack(request: Request, encounter_id: UUID, fault: Invalid | None = None) -> HttpResponse:
    """The cards as they stand, and what is still to answer before the record can be completed."""
    by = request.actor
    outline = mine(by, encounter_id)
    subject = Subject("encounter", encounter_id)
    permit = see(by, "encounter_narrative", "emergency", subject)
    values = encounters.answers({subject: permit})[encounter_id]
    shown = [c for c in chips(values, get_language() or "en") if c["is_shown"]]
    required = [
        values.get(name) not in (None, "", [])
        for name in (*(str(c["name"]) for c in shown if c["is_required"]), "consent_to_talk")
    ]
    if by.policy_role in WRITERS["clinical_impression"]:
        values["clinical_impression"] = _clinical(by, encounter_id)
    texts = [
        {"name": name, "title": title, "readers": readers, "text": values.get(name, "")}
        for name, title, readers in TEXTS
        if name in values and by.policy_role in WRITERS.get(name, {by.policy_role})
    ]
    return page(
        request,
        "field/encounter.html",
        {
            "outline": outline,
            "paper": calls.from_paper([encounter_id]).get(encounter_id),
            "values": values,
            "chips": shown,
            "texts": texts,
            "done": sum(required),
            "wanted": len(required),
            "percent": round(100 * sum(required) / len(required)),
            "yes_no": [("yes", _("Yes")), ("no", _("No"))],
            "conflicts": [_in_words(one) for one in conflicts(by, [outline], clock.now())],
            "may_screen": screening.may_take(by),
            "screened": len(encounters.assessments_of([encounter_id])),
            **_person(by, outline),
            "said": _said_by_the_call(by, outline),
            "error": fault,
        },
        status=400 if fault else 200,
    )


def _in_words(one: dict[str, object]) -> dict[str, object]:
    """Two versions of one answer as their team reads them."""
    language, field = get_language() or "en", str(one["field"])
    questions = {name: question for name, question, _many in CHIPS} | {n: title for n, title, _r in TEXTS}

    def said(value: object) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        codes = value if isinstance(value, list) else [value]
        words = encounters.words().get(field, {})
        return ", ".join(encounters.say(field, c, language) if c in words else str(c or "—") for c in codes)

    return one | {
        "question": questions.get(field) or codes.said(field),
        "sides": [
            (side, said(one[side]), one[f"{side}_by"], _moment(one[f"{side}_at"]))
            for side in ("standing", "offered")
        ],
    }


def _moment(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(stamp / 1000, UTC) if isinstance(stamp, int) else None


@desk("work_field")
@require_POST
def settle(request: Request, encounter_id: UUID) -> HttpResponse:
    """Choose which of two versions stands; both stay with the record."""
    divergence = id_of("keep", request.POST.get("divergence", ""))
    actions.settle(by=request.actor, divergence=divergence, keep=request.POST.get("keep", ""))
    flash.success(request, _("Chosen. Both answers stay with the record."))
    return redirect("field:encounter", encounter_id=encounter_id)


def _clinical(by: Actor, encounter_id: UUID) -> object:
    """The clinical part as its writers may read it; empty before it is written."""
    about = encounters.clinical_of([encounter_id])
    answers = (
        sharing.ask_many(by=by, category="encounter_narrative", purpose="emergency", about=about)
        if about
        else {}
    )
    parts = encounters.clinical_parts(sharing.permitted(answers))
    return parts[0].get("clinical_impression", "") if parts else ""


def _person(by: Actor, outline: encounters.Outline) -> dict[str, object]:
    """Who the person is, as far as this worker may know, and what was agreed and sent."""
    if outline.person is None:
        return {}
    about = people.records_of(outline.person)
    answers = _asked(by, outline, about)
    sent = referrals.of_encounter(outline.id)
    return {
        "identities": people.identities(sharing.permitted(answers)),
        "has_records": bool(about),
        "consents": withdrawing.agreed(by, outline.person),
        "sent": len(sent),
        "ways": [(row, referrals.coming(by, row)) for one in sent if (row := _row(by, one.id))],
    }


def _row(by: Actor, referral: UUID) -> referrals.Row | None:
    return referrals.row(by, referral) if referrals.parties_of(by, referral) else None


def _asked(by: Actor, outline: encounters.Outline, about: list[Subject]) -> dict[Subject, sharing.Answer]:
    """What the gate says of a person's records to their team.

    A contact without a call is an incident of its own for those who made it, until it ends: it opens what
    their own agency wrote down of the person, and no record of another.
    """
    of_whom = people.origins(about) if outline.call is None else {}
    own = [subject for subject in about if subject in of_whom and of_whom[subject].agency == by.agency]
    answers: dict[Subject, sharing.Answer] = {}
    for subjects, incident in ((own, outline.id), ([s for s in about if s not in own], None)):
        said = sharing.Circumstances(incident=incident)
        if subjects:
            answers |= sharing.ask_many(
                by=by, category="identity", purpose="emergency", about=subjects, circumstances=said
            )
    return answers


def _said_by_the_call(by: Actor, outline: encounters.Outline) -> list[Shown]:
    """Whom the call is about, as the caller said, while nobody on the scene has named the person.

    One record of that person, as far as the gate shows it: one tap confirms, nobody asks again.
    """
    if outline.call is None or (outline.person and people.records_of(outline.person)):
        return []
    about = Subject("call", outline.call)
    leave = sharing.ask(by=by, category="call_facts", purpose="emergency", about=about)
    known = calls.person_of(outline.call, permit=leave) if isinstance(leave, sharing.Permit) else None
    records = people.records_of(known) if known else []
    answers = (
        sharing.ask_many(by=by, category="identity", purpose="emergency", about=records) if records else {}
    )
    return people.identities(sharing.permitted(answers))[:1]


def read(posted: QueryDict) -> dict[str, Any]:
    """Form values as the action takes them: lists where several may be chosen, true or false for yes/no."""
    names = {name for name, _question, _many in CHIPS} | {name for name, _title, _readers in TEXTS}
    found: dict[str, Any] = {}
    for name in posted:
        if name in MANY:
            found[name] = [v for v in posted.getlist(name) if v]
        elif name in YES_NO:
            found[name] = posted[name] == "yes"
        elif name in names or name in ("destination", "hold_basis"):
            found[name] = posted[name]
    return found


@desk("work_field")
@require_POST
def save(request: Request, encounter_id: UUID) -> HttpResponse:
    """Save what one card holds. Answers with the progress line, or returns to the cards without script."""
    values = read(request.POST)
    cleared = request.POST.get("card", "")
    if cleared in MANY and cleared not in values:
        values[cleared] = []
    if not values:
        raise Invalid("card", "", "Nothing was chosen; choose an answer or go on.")
    found = actions.record(by=request.actor, encounter=encounter_id, **values)
    if not request.htmx:
        return redirect("field:encounter", encounter_id=encounter_id)
    lacking = len(actions.missing(found))
    wanted = len(actions.REQUIRED)
    return page(
        request,
        "field/progress.html",
        {
            "done": wanted - lacking,
            "wanted": wanted,
            "saved": True,
            "percent": round(100 * (wanted - lacking) / wanted),
        },
    )


@desk("work_field")
@require_POST
def close(request: Request, encounter_id: UUID) -> HttpResponse:
    """Complete the record, and hand over a card on which the person can say how it went."""
    try:
        found = actions.close_encounter(by=request.actor, encounter=encounter_id)
    except Invalid as lacking:
        return _stack(request, encounter_id, lacking)
    code = community.hand_card(by=request.actor, agency=found.agency_id)
    request.session[CARD] = [str(encounter_id), code]
    return redirect("field:closed", encounter_id=encounter_id)


@desk("work_field")
def closed(request: Request, encounter_id: UUID) -> HttpResponse:
    """What was recorded and the card's code, as often as the page is asked for again; the last one only."""
    outline = mine(request.actor, encounter_id)
    last, code = request.session.get(CARD, ("", ""))
    context = {"outline": outline, "code": code if last == str(encounter_id) else ""}
    return page(request, "field/closed.html", context)


@desk("work_field")
def follow_up(request: Request, encounter_id: UUID) -> HttpResponse:
    """Note a contact after the crisis, made or tried."""
    by = request.actor
    outline = encounters.outline(encounter_id)
    if not encounters.follows_up(by, outline):
        raise NotFound("encounter")
    if request.method == "POST":
        reached, outcome = request.POST.get("reached") == "yes", request.POST.get("outcome", "")
        days = followups.next_days(reached, request.POST.get("next", ""), outcome)
        actions.follow_up(
            by=by,
            encounter=encounter_id,
            way=request.POST.get("way", ""),
            reached=reached,
            outcome=outcome,
            next_due=clock.now() + timedelta(days=days) if days else None,
        )
        flash.success(request, _("The follow-up is noted."))
        return redirect("field:index")
    ways = [("visit", _("Visit")), ("phone", _("Phone")), ("text", _("Text")), ("letter", _("Letter"))]
    yes_no = [("yes", _("Reached")), ("no", _("Not reached"))]
    earlier = encounters.follow_ups(encounter_id)
    again = [(code, words) for code, (_days, words) in followups.NEXT.items()]
    context = {"outline": outline, "ways": ways, "yes_no": yes_no, "earlier": earlier, "again": again}
    return page(request, "field/follow_up.html", context)
