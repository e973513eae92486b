"""Letters on the person's behalf: what they sign, a draft, a second reader, their yes, the sending."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import actions, queries
from commonweal.kernel import clock, codes
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from commonweal.web.casework.file import permit_of
from commonweal.web.casework.index import PURPOSE
from commonweal.web.casework.words import is_spanish
from commonweal.web.pages import desk, id_of, page, whole
from commonweal.web.permits import see
from commonweal.web.session import Request

WHAT = (
    ("identity", gettext_lazy("Who I am: my name and date of birth")),
    ("case_plan", gettext_lazy("My goals, the services that help me, and whom to ask")),
    ("referral_status", gettext_lazy("Where I was referred and how it goes")),
)
UNTIL = (
    (30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (180, gettext_lazy("6 months")),
    (365, gettext_lazy("1 year")),
)  # fmt: skip
BY = (
    ("typed", gettext_lazy("My name as I typed it")),
    ("paper", gettext_lazy("Signed on paper, which the agency keeps")),
)
STATES: dict[str, Promise] = {
    "draft": gettext_lazy("Draft"),
    "agreed": gettext_lazy("The person said yes"),
    "declined": gettext_lazy("The person said no"),
    "sent": gettext_lazy("Sent"),
    "dropped": gettext_lazy("Not sent"),
}
TYPED = ("outsider", "kind", "name", "address", "template", "days", "signer", "way", "guardian")


@desk("work_cases")
def every(request: Request, case_id: UUID) -> HttpResponse:
    """Letters of a case and what became of each; a POST records what the person signs and begins one."""
    by = request.actor
    permit_of(by, case_id)
    error = None
    if request.method == "POST":
        try:
            return redirect("casework:letter", case_id=case_id, letter_id=_begun(request, case_id))
        except Invalid as found:
            error = found
    case = queries.outline(case_id)
    context = {
        "case": case,
        "rows": [(one, STATES[one.state], _told(one)) for one in _letters(by, case_id)],
        "allowed": _allowed(by, case.person),
        "known": trust.recipients(case.person),
        "kinds": trust.OUTSIDE_KINDS,
        "templates": _templates(),
        "what": WHAT,
        "until": [(str(days), words) for days, words in UNTIL],
        "by": BY,
        "typed": _typed(request.POST),
        "agency": agencies.agency(case.agency).name,
        "error": error,
    }
    return page(request, "casework/letters.html", context, status=400 if error else 200)


def _letters(by: Actor, case: UUID) -> list[queries.WrittenLetter]:
    about = queries.letters_of(case)
    answers = sharing.ask_many(by=by, category="case_plan", purpose=PURPOSE, about=about) if about else {}
    return queries.letters(sharing.permitted(answers))


def _told(letter: queries.WrittenLetter) -> str:
    return codes.several(letter.told)


def _allowed(by: Actor, person: UUID) -> list[tuple[trust.Recipient, trust.Consent]]:
    """Whom a letter may tell something now, and by which consent that this worker may know of."""
    now, known = clock.now(), {one.id: one for one in trust.recipients(person)}
    return [
        (known[row.outsider_id], row)
        for row in trust.consents_shown_to(by, person)
        if row.outsider_id in known and not row.revoked_at and row.expires_at and row.expires_at > now
    ]


def _templates() -> list[tuple[str, str, str]]:
    """Each kind of letter: code, to whom, what for in the reader's language."""
    tongue = "es" if is_spanish() else "en"
    rows = queries.letter_templates().templates.items()
    return [(code, codes.said(one.to), one.purpose[tongue]) for code, one in rows]


def _typed(posted: QueryDict) -> dict[str, object]:
    typed: dict[str, object] = {name: posted.get(name, "") for name in TYPED}
    typed["days"], typed["way"] = posted.get("days", "90"), posted.get("way", "typed")
    typed["what"] = posted.getlist("what") if posted else ["identity"]
    return typed | {"adopted": posted.getlist("adopted"), "language": posted.get("language", get_language())}


def _begun(request: Request, case: UUID) -> UUID:
    """The draft: of what the person signed before, or signs now."""
    by, posted = request.actor, request.POST
    to, template = posted.get("outsider", ""), posted.get("template", "")
    outsider = id_of("outsider", to) if to else _named(request, case)
    if posted.get("act") == "sign":
        actions.allow_letter(by=by, case=case, outsider=outsider, template=template, signed=_signed(posted))
    made = actions.draft_letter(
        by=by, case=case, outsider=outsider, template=template, language=posted.get("language", "en")
    )
    flash.success(request, _("A draft is ready. Nothing has been sent."))
    return made.id


def _named(request: Request, case: UUID) -> UUID:
    posted = request.POST
    made = sharing.name_outsider(
        by=request.actor, person=queries.outline(case).person, kind=posted.get("kind", ""),
        name=posted.get("name", ""), address=posted.get("address", ""),
    )  # fmt: skip
    return made.id


def _signed(posted: QueryDict) -> actions.Signed:
    signer = posted.get("signer", "")
    return actions.Signed(
        categories=posted.getlist("what"), signer=signer, days=whole(posted.get("days", "")) or 0,
        way=posted.get("way", ""), signature=signer if "signer" in posted.getlist("adopted") else "",
        language=get_language() or "en", guardian=posted.get("guardian", ""),
    )  # fmt: skip


def _one(by: Actor, case: UUID, letter: UUID) -> queries.WrittenLetter:
    """A letter of this case whose words the gate opens; else the refusal, or as if there were none."""
    if queries.letter_case(letter) != case:
        raise NotFound("letter")
    about = Subject("letter", letter)
    found = queries.letters({about: see(by, "case_plan", PURPOSE, about)})
    if not found:
        raise NotFound("letter")
    return found[0]


@desk("work_cases")
def one(request: Request, case_id: UUID, letter_id: UUID) -> HttpResponse:
    """The letter as it goes, and its next act; a POST keeps what was changed."""
    found, error = _one(request.actor, case_id, letter_id), None
    typed = {"title": found.title, "body": found.body}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in typed}
        try:
            actions.save_letter(by=request.actor, letter=letter_id, **typed)
        except Invalid as fault:
            error = fault
        else:
            flash.success(request, _("The letter is kept."))
            return redirect("casework:letter", case_id=case_id, letter_id=letter_id)
    context = {
        "case": queries.outline(case_id),
        "letter": found,
        "agency": agencies.agency(queries.outline(case_id).agency),
        "state": STATES[found.state],
        "told": _told(found),
        "missing": codes.several(queries.not_told(letter_id)) if found.is_open else "",
        "ways": actions.LETTER_WAYS,
        "is_writer": found.written_by == request.actor.id,
        "typed": typed,
        "error": error,
    }
    return page(request, "casework/letter.html", context, status=400 if error else 200)


ACTS: dict[str, tuple[Callable[[Request, UUID], object], Promise]] = {
    "approve": (
        lambda q, one: actions.approve_letter(by=q.actor, letter=one),
        gettext_lazy("Approved. Now show it to the person."),
    ),
    "answer": (
        lambda q, one: actions.answer_letter(by=q.actor, letter=one, answer=q.POST.get("answer", "")),
        gettext_lazy("Their answer is noted."),
    ),
    "send": (
        lambda q, one: actions.send_letter(by=q.actor, letter=one, way=q.POST.get("way", "")),
        gettext_lazy("Noted as sent, and entered in the register. Save it as PDF to print or attach it."),
    ),
    "drop": (
        lambda q, one: actions.drop_letter(by=q.actor, letter=one),
        gettext_lazy("It will not be sent."),
    ),
}


@desk("work_cases")
@require_POST
def act(request: Request, case_id: UUID, letter_id: UUID, verb: str) -> HttpResponse:
    """Approve, note what the person says, send, drop."""
    if verb not in ACTS:
        raise NotFound("act")
    _one(request.actor, case_id, letter_id)
    do, said = ACTS[verb]
    do(request, letter_id)
    flash.success(request, str(said))
    return redirect("casework:letter", case_id=case_id, letter_id=letter_id)
