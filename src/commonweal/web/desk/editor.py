"""A protocol changed as data, in plain words: head, questions with answers, rules, tests."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.calls import actions
from commonweal.calls import queries as calls
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.web.desk import protocol_words as words
from commonweal.web.pages import day_of, desk, id_of, page
from commonweal.web.session import Request

BLANK = 2  # empty rows for answers to come


def _revision(posted: QueryDict) -> int:
    text = posted.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@desk("supervise")
def draft(request: Request, draft: UUID) -> HttpResponse:
    """The draft on one page, with what the check and the tests say of it as it stands."""
    if request.method == "POST":
        return _acted(request, draft)
    found, language = calls.draft(draft), words.spoken()
    value = calls.draft_value(draft)
    questions = [(one, one.text.said_in(language)) for one in value.questions]
    context = {
        "draft": found,
        "value": value,
        "title": value.title.said_in(language),
        "questions": [
            (one.id, text, [a.text.said_in(language) for a in one.answers]) for one, text in questions
        ],
        "rules": words.rules(value),
        "faults": words.faults(value),
        "tests": calls.tried_under(found.code, value),
        "changes": words.changes(calls.protocol_value(found.based_on_id), value),
        "asks": [
            (one.id, text, [(a.id, a.text.said_in(language)) for a in one.answers]) for one, text in questions
        ],
        "tiers": [(tier, level.label.said_in(language)) for tier, level in sorted(value.levels.items())],
    }
    return page(request, "desk/draft.html", context)


def _acted(request: Request, draft: UUID) -> HttpResponse:
    by, said = request.actor, request.POST
    act = said.get("act", "")
    if act == "head":
        _head(request, draft)
    elif act == "test":
        code = calls.draft(draft).code
        answers = {name[2:]: str(value) for name, value in said.items() if name[:2] == "q." and value}
        actions.keep_case(
            by=by, code=code, name=said.get("name", ""), answers=answers, tier=said.get("tier", "")
        )
    elif act == "drop_test":
        actions.drop_case(by=by, case=id_of("case", said.get("case", "")))
    elif act == "submit":
        made = actions.submit_draft(by=by, draft=draft)
        flash.success(request, _("Two supervisors can sign it now."))
        return redirect("desk:protocol", made.id)
    elif act == "withdraw":
        actions.withdraw_draft(by=by, draft=draft)
        flash.success(request, _("The draft is given up."))
        return redirect("desk:protocols")
    else:
        raise Invalid("act", act, _("Press one of the buttons of the page."))
    return redirect("desk:draft", draft)


def _head(request: Request, draft: UUID) -> None:
    said = request.POST
    first = day_of("effective_from", said.get("effective_from", ""))
    last = day_of("effective_to", said.get("effective_to", ""))
    if first is None:
        raise Invalid("effective_from", "", _("Give a day."))
    actions.head_draft(
        by=request.actor, draft=draft, revision=_revision(said),
        title={"en": said.get("en", "").strip(), "es": said.get("es", "").strip()},
        version=said.get("version", "").strip()[:40],
        effective_from=first.isoformat(), effective_to=last.isoformat() if last else None,
    )  # fmt: skip
    flash.success(request, _("Saved."))


@desk("supervise")
def rule(request: Request, draft: UUID) -> HttpResponse:
    """One rule (`?id=`; none: a new one): when it holds, what tier it asks for, and why."""
    found, value, language = calls.draft(draft), calls.draft_value(draft), words.spoken()
    name = request.POST.get("id", request.GET.get("id", ""))
    standing = next((one for one in value.raises if one.id == name), None)
    if name and standing is None:
        raise NotFound("rule")
    if request.method == "POST":
        return _ruled(request, draft, value, name)
    raw = _raw(found.body, name)
    asks = []
    for question in value.questions:
        chosen = _chosen(raw.get(question.id))
        asks.append((question.id, question.text.said_in(language), _choices(question, language), chosen))
    context = {
        "draft": found, "rule": standing, "asks": asks, "gate": standing.gate if standing else False,
        "tiers": [(tier, level.label.said_in(language)) for tier, level in sorted(value.levels.items())],
    }  # fmt: skip
    return page(request, "desk/draft_rule.html", context)


def _raw(body: dict[str, object], name: str) -> dict[str, object]:
    """The conditions of a rule as the file writes them: an answer (or more worrying), or a list."""
    for section in ("gates", "rules"):
        rows = body.get(section)
        for row in rows if isinstance(rows, list) else ():
            if row["id"] == name:
                return dict(row["when"])
    return {}


def _chosen(given: object) -> str:
    """A condition as a choice: ">answer" that or more worrying, "=a,b" exactly those, "" does not matter."""
    if isinstance(given, list):
        return "=" + ",".join(str(one) for one in given)
    return f">{given}" if given else ""


def _choices(question: actions.Question, language: str) -> list[tuple[str, str]]:
    """Each answer "or more worrying", then each alone; the last is both."""
    said = [(answer.id, answer.text.said_in(language)) for answer in question.answers]
    upward = [(f">{code}", _("%(answer)s, or more worrying") % {"answer": text}) for code, text in said]
    return [*upward, *((f"={code}", _("%(answer)s, just that") % {"answer": text}) for code, text in said)]


def _ruled(request: Request, draft: UUID, value: actions.Protocol, name: str) -> HttpResponse:
    said, revision = request.POST, _revision(request.POST)
    if said.get("act") == "drop":
        actions.drop_rule(by=request.actor, draft=draft, revision=revision, rule=name)
        flash.success(request, _("The rule is gone."))
        return redirect("desk:draft", draft)
    when: dict[str, str | list[str]] = {}
    for question in value.questions:
        chosen = said.get(f"q.{question.id}", "")
        if chosen:
            when[question.id] = chosen[1:] if chosen[0] == ">" else chosen[1:].split(",")
    if not when:
        raise Invalid("when", "", _("Choose at least one answer that sets the rule off."))
    actions.put_rule(
        by=request.actor, draft=draft, revision=revision, rule=name, gate=said.get("gate") == "yes",
        when=when, tier=said.get("tier", ""), sentence=_both(said),
    )  # fmt: skip
    flash.success(request, _("Saved."))
    return redirect("desk:draft", draft)


def _both(said: QueryDict) -> dict[str, str]:
    given = {"en": said.get("en", "").strip()[:400], "es": said.get("es", "").strip()[:400]}
    if not given["en"] or not given["es"]:
        raise Invalid("sentence", "", _("Write it in English and in Spanish: callers are asked in both."))
    return given


@desk("supervise")
def question(request: Request, draft: UUID) -> HttpResponse:
    """One question (`?id=`; none: a new one) with its answers, the least worrying first."""
    found, value = calls.draft(draft), calls.draft_value(draft)
    name = request.POST.get("id", request.GET.get("id", ""))
    standing = next((one for one in value.questions if one.id == name), None)
    if name and standing is None:
        raise NotFound("question")
    if request.method == "POST":
        return _questioned(request, draft, name)
    answers = list(standing.answers) if standing else []
    rows = [(n, a.id, a.text.en, a.text.es) for n, a in enumerate(answers, 1)]
    rows += [(n, "", "", "") for n in range(len(rows) + 1, len(rows) + 1 + (BLANK if standing else 4))]
    return page(
        request, "desk/draft_question.html", {"draft": found, "question": standing, "rows": rows}
    )  # fmt: skip


def _questioned(request: Request, draft: UUID, name: str) -> HttpResponse:
    said, revision = request.POST, _revision(request.POST)
    if said.get("act") == "drop":
        actions.drop_question(by=request.actor, draft=draft, revision=revision, question=name)
        flash.success(request, _("The question is gone."))
        return redirect("desk:draft", draft)
    given = zip(
        said.getlist("place"), said.getlist("answer"), said.getlist("answer_en"), said.getlist("answer_es"),
        strict=False,
    )  # fmt: skip
    rows = [
        (_place(place), actions.Said(code, en.strip()[:200], es.strip()[:200]))
        for place, code, en, es in given
    ]
    kept = [one for _n, one in sorted(rows, key=lambda row: row[0]) if one.en or one.es]
    actions.put_question(
        by=request.actor, draft=draft, revision=revision, question=name, text=_both(said), answers=kept
    )
    flash.success(request, _("Saved."))
    return redirect("desk:draft", draft)


def _place(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1000.0)
    except ValueError as wrong:
        raise Invalid("place", text, _("Write a number: 1 is the least worrying.")) from wrong
