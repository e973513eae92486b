"""The sender's side: what became of each referral, and the next act where it was not taken."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.directory import queries as directory
from commonweal.kernel.errors import NotFound, in_words
from commonweal.messages import queries as threads
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.web import coming, offers, reminders
from commonweal.web.pages import desk, page, paged
from commonweal.web.provider import guarded, onward, reading, words
from commonweal.web.provider.card import helped, told
from commonweal.web.provider.talk import thread
from commonweal.web.session import Request

FOLDERS = ("all", *referrals.FOLDERS)


@desk("send_referrals")
def outbox(request: Request) -> HttpResponse:
    """Referrals of the own agency, latest first; by folder, those of which one may be told."""
    asked = request.GET.get("folder", "all")
    folder = asked if asked in FOLDERS else "all"
    rows = paged(request, referrals.outbox(request.actor, folder))
    new = threads.new_in(request.actor, [row.subject for row in rows if not row.is_withheld])
    lines = [(r, words.STATES[r.state], words.TONES.get(r.state, ""), new.get(r.id)) for r in rows]
    context = {"rows": rows, "lines": lines, "folder": folder, "folders": words.SENT.items()}
    return page(request, "provider/sent.html", context)


def _own(request: Request, referral: UUID) -> referrals.Row:
    """The row, where the actor is its sender; NotFound otherwise."""
    if "sender" not in referrals.parties_of(request.actor, referral):
        raise NotFound("referral")
    return referrals.row(request.actor, referral)


@desk("send_referrals")
def card(request: Request, referral: UUID) -> HttpResponse:
    """How one referral stands, and where else it could go."""
    by, row = request.actor, _own(request, referral)
    read = reading.read(by, referral, ("referral_status", "identity"))
    acts, base = referrals.open_acts(row.state, "sender"), reverse("provider:sent_card", args=[referral])
    if row.is_withheld:  # said once, and better, by `guarded.html`
        read.gaps = [gap for gap in read.gaps if gap.title != words.CATEGORIES["referral_status"]]
    context = {
        "row": row,
        "card": read,
        "state": words.STATES[row.state],
        "tone": words.TONES.get(row.state, ""),
        "acts": acts,
        "outcomes": words.outcomes(),
        "is_unreached": not directory.is_reached(row.service),
        "timeline": told(referrals.timeline(by, row)),
        "travels": _travels(row),
        **(guarded.shown(row, "sender") if row.is_withheld else {}),
        **onward.shown(by, row, read),
        **coming.shown(by, row, base),
        **reminders.shown(by, row, base, is_open=read.is_told),
        **thread(by, row),
        **(_elsewhere(request, row, read) if "reroute" in acts else {}),
    }
    return page(request, "provider/sent_card.html", context)


def _elsewhere(request: Request, row: referrals.Row, read: reading.Card) -> dict[str, object]:
    """Other services that may suit the same person and needs, best first, each with why."""
    kind = read.status.get("service_type") if read.status else None
    needs = kind.get("needs", []) if isinstance(kind, dict) else []
    wish = offers.wished(offers.looked(request), noted=[str(n) for n in needs], spoken=_spoken(row))
    person = referrals.about(request.actor, row.id).person
    facts = offers.facts_of(request.actor, person, reading.PURPOSE)
    return {"elsewhere": offers.offers(wish, facts, but=row.service), **offers.form_of(wish)}


def _spoken(row: referrals.Row) -> str:
    """The language that the referral was made in, where it is not the county's first one."""
    return row.language if row.language != "en" else ""


def _travels(row: referrals.Row) -> list[tuple[words.Words, list[str], list[str], str, list[str]]]:
    """What the receiver may see, as checked before sending: by category, with gaps and their keys."""
    found = []
    for category, part in row.shared.items():
        fields, left = part.get("fields", []), part.get("withheld", [])
        shown, hidden = words.fields(_names(fields)), words.fields(_names(left))
        unlock = [in_words(way) for way in _names(part.get("unlock"))]
        why = in_words(str(part.get("why") or ""))
        found.append((words.CATEGORIES[category], shown, hidden, why, unlock))
    return found


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


@desk("send_referrals")
def slip(request: Request, referral: UUID) -> HttpResponse:
    """A slip of paper in the person's language: where, when, and the code. No name stands on it."""
    row = _own(request, referral)
    context = {"row": row, "service": directory.service(row.service), "spoken": row.language}
    return page(request, "provider/slip.html", context)


def _reroute(request: Request, referral: UUID) -> UUID:
    """Send it to another service; a full one puts the person on its waiting list."""
    by, posted = request.actor, request.POST
    person = referrals.about(by, referral).person
    details: actions.Details = {
        "even_if_full": posted.get("even_if_full") == "yes",
        "facts": offers.facts_of(by, person, reading.PURPOSE),
    }
    if why := posted.get("despite", "").strip():
        details["despite"] = why
    service = offers.service_of(posted.get("service", ""))
    return actions.reroute(by=by, referral=referral, service=service, **details).id


Act = Callable[[Request, UUID], object]
ACTS: dict[str, Act] = {
    "check": lambda q, r: actions.check(by=q.actor, referral=r),
    "send": lambda q, r: actions.send(by=q.actor, referral=r),
    "inform": lambda q, r: actions.inform(by=q.actor, referral=r, note=q.POST.get("note", "")),
    "withdraw": lambda q, r: actions.withdraw(by=q.actor, referral=r),
    "take-back-link": lambda q, r: actions.end_link(by=q.actor, referral=r),
    "settle": lambda q, r: actions.outcome(by=q.actor, referral=r, result=q.POST.get("result", "")),
    "close": lambda q, r: actions.close(by=q.actor, referral=r),
    "let-know": guarded.record,
    "agree-onward": onward.agree,
    "withdraw-onward": lambda q, r: actions.withdraw_onward(by=q.actor, referral=r),
    "say": lambda q, r: actions.say(by=q.actor, referral=r, text=q.POST.get("text", ""), helped=helped(q)),
}


@desk("send_referrals")
@require_POST
def act(request: Request, referral: UUID, act: str) -> HttpResponse:
    """Do one act of the sender's; sending elsewhere leads to the new referral."""
    _own(request, referral)
    if act == "reroute":
        again = _reroute(request, referral)
        flash.success(request, _("Sent to the other service."))
        return redirect("provider:sent_card", referral=again)
    if act in coming.ACTS:
        coming.act(request, referral, act)
    elif act in reminders.ACTS:
        reminders.ACTS[act](request, referral)
    elif act in ACTS:
        ACTS[act](request, referral)
    else:
        raise NotFound("act")
    flash.success(request, _("Noted."))
    return redirect("provider:sent_card", referral=referral)
