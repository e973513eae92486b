"""The queue of requests: due soonest first; each with its steps, its letters, and what leaves with it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.contrib import messages as flash
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import codes
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.people import queries as people
from commonweal.sharing import actions, queries
from commonweal.web.own_record import Part, closed_in, copy_for, in_words, subjects
from commonweal.web.pages import day_of, desk, id_of, page
from commonweal.web.session import Request
from commonweal.web.steward import naming


def language() -> str:
    """The page's language, "en" or "es"."""
    return "es" if (get_language() or "en").startswith("es") else "en"


@desk("keep_trust")
def queue(request: Request) -> HttpResponse:
    """What is open, soonest due first, overdue marked; with `?done=1` what was answered."""
    rows = queries.queue(open_only="done" not in request.GET)
    names = agencies.names([r.worked_by for r in rows if r.worked_by])
    kinds = queries.rights.kinds()
    what = {code: queries.rights.spoken(one.title, language()) for code, one in kinds.items()}
    shown = [(r, names.get(r.worked_by, ""), abs(r.days_left), what.get(r.kind, r.kind)) for r in rows]
    return page(request, "steward/requests.html", {"rows": shown, "done": "done" in request.GET})


@desk("keep_trust")
def note(request: Request) -> HttpResponse:
    """Note a request that came by letter, by phone, or through a representative at the desk."""
    if request.method == "POST":
        sent = request.POST
        found, _code = actions.receive_request(
            by=request.actor,
            kind=sent.get("kind", ""),
            text=sent.get("text", ""),
            person=naming.found_by("person", "person", sent["person"]) if sent.get("person") else None,
            asker=actions.Asker(
                name=sent.get("name", ""),
                contact=sent.get("contact", ""),
                language=sent.get("language", "en"),
                representative=id_of("who", sent["who"]) if sent.get("who") else None,
            ),
            received=day_of("received", sent.get("received", "")),
        )
        return redirect("steward:request", request_id=found.id)
    person = id_of("person", request.GET["person"]) if request.GET.get("person") else None
    acting = queries.representatives(request.actor, person) if person else []
    context = {
        "kinds": [
            (k.code, queries.rights.spoken(k.title, language())) for k in queries.rights.kinds().values()
        ],
        "person": person or "",
        "acting": [r for r in acting if queries.is_in_force(r)],
    }
    return page(request, "steward/request_new.html", context)


def _withheld(sent: QueryDict) -> dict[str, str]:
    return {c: g for c in sorted(queries.CATEGORIES) if (g := sent.get(f"withhold.{c}", ""))}


def _verify(by: Actor, one: UUID, sent: QueryDict) -> None:
    actions.verify_request(by=by, request=one, how=sent.get("how", ""))


def _take(by: Actor, one: UUID, sent: QueryDict) -> None:
    actions.take_request(by=by, request=one)


def _extend(by: Actor, one: UUID, sent: QueryDict) -> None:
    actions.extend_request(by=by, request=one, reason=sent.get("reason", ""))


def _answer(by: Actor, one: UUID, sent: QueryDict) -> None:
    actions.answer_request(
        by=by,
        request=one,
        outcome=sent.get("outcome", ""),
        text=sent.get("text", ""),
        grounds=sent.getlist("grounds"),
        withheld=_withheld(sent),
    )


def _close(by: Actor, one: UUID, sent: QueryDict) -> None:
    actions.close_request(by=by, request=one, note=sent.get("note", ""))


def _state(by: Actor, one: UUID, sent: QueryDict) -> None:
    actions.keep_statement(by=by, request=one, text=sent.get("statement", ""), about=_about(sent))


def _amend(by: Actor, one: UUID, sent: QueryDict) -> None:
    about, agreed = _about(sent), bool(sent.get("tell"))
    actions.amend_record(by=by, request=one, about=about, text=sent.get("amendment", ""), tell=agreed)


def _tell(by: Actor, one: UUID, sent: QueryDict) -> None:
    actions.tell_of_amendment(by=by, request=one, name=sent.get("name", ""), contact=sent.get("contact", ""))


def _about(sent: QueryDict) -> Subject:
    kind, _colon, record = sent.get("about", "").partition(":")
    return Subject(kind, id_of("about", record))


ACTS: dict[str, Callable[[Actor, UUID, QueryDict], None]] = {
    "verify": _verify,
    "take": _take,
    "extend": _extend,
    "answer": _answer,
    "close": _close,
    "state": _state,
    "amend": _amend,
    "tell": _tell,
}


@desk("keep_trust")
def one(request: Request, request_id: UUID) -> HttpResponse:
    """One request: what is asked, by when, what was done; the next step under it."""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Invalid("act", request.POST.get("act", ""), _("Choose from the list."))
        act(request.actor, request_id, request.POST)
        flash.success(request, _("Done. The step stands in the journal."))
        return redirect("steward:request", request_id=request_id)
    found = actions.open_request(by=request.actor, request=request_id)
    kind, spoken = queries.rights.kind(found.kind), language()
    steps = list(queries.steps(found.id))
    names = agencies.names([s.by for s in steps] + ([found.worked_by] if found.worked_by else []))
    ways = queries.rights.ways_to_verify()
    context = {
        "found": found,
        "due": queries.outline(found),
        "kind": kind,
        "title": queries.rights.spoken(kind.title, spoken),
        "steps": [(s, "" if (who := names.get(s.by, "")) == s.by else who) for s in steps],
        "worker": names.get(found.worked_by, ""),
        "letters": queries.letters(found.id),
        "ways": [(code, queries.rights.spoken(pair, spoken)) for code, pair in ways.items()],
        "verified": queries.rights.spoken(ways[found.verified_how], spoken) if found.verified_how else "",
        "grounds": [
            (g.code, f"{queries.rights.spoken(g.words, spoken)} ({g.citation})")
            for g in kind.grounds.values()
        ],
        "outcomes": queries.rights.OUTCOMES,
        "categories": sorted(subjects(found.person_id)) if found.person_id and found.kind == "access" else (),
        "about": _records(request.actor, found),
        "amended": queries.amended_under(found.id),
    }
    return page(request, "steward/request.html", context)


def _records(by: Actor, found: queries.Request) -> list[tuple[str, str]]:
    """Records that a statement may stand beside: kind and id, and which it is: class, call and day."""
    if found.person_id is None or found.kind != "amendment" or not found.outcome:
        return []
    every = [(category, s) for category, about in subjects(found.person_id).items() for s in about]
    said = naming.in_words(by, (s for _category, s in every))
    kept, names = people.origins([s for _category, s in every]), {a.id: a.name for a in agencies.agencies()}
    homes = {s: names.get(origin.agency, "") for s, origin in kept.items() if origin.agency}
    return [
        (f"{s.kind}:{s.id}", " · ".join(filter(None, [codes.said(category), said[s.id], homes.get(s)])))
        for category, s in every
    ]


@desk("keep_trust")
def letter(request: Request, request_id: UUID, letter_id: UUID) -> HttpResponse:
    """A letter as a page to print, in the language it was written in."""
    asked = actions.open_request(by=request.actor, request=request_id)
    found = queries.letters(request_id).filter(id=letter_id).first()
    if found is None:
        raise NotFound("letter")
    with translation.override(found.language):
        return page(request, "steward/letter.html", {"letter": found, "found": asked})


def _as_json(found: queries.Request, parts: list[Part]) -> dict[str, object]:
    beside = queries.beside(r.subject for p in parts for r in p.records)
    return {
        "request": found.number,
        "parts": [
            {
                "class": part.category,
                "records": [
                    {
                        "id": str(r.subject.id),
                        "kind": r.subject.kind,
                        **{name: _plain(value) for name, value in r.values.items()},
                        "statements": [w.text for w in beside.get(r.subject.id, []) if not w.is_amendment],
                        "amendments": [
                            {"on": w.on, "text": w.text}
                            for w in beside.get(r.subject.id, [])
                            if w.is_amendment
                        ],
                        "closed": [{"field": f, "ground": g} for f, g in closed_in(r)],
                    }
                    for r in part.records
                ],
                "closed": list(part.closed),
            }
            for part in parts
        ],
    }


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return value if value is None or isinstance(value, bool | int | float | date) else str(value)


@desk("keep_trust")
def copy(request: Request, request_id: UUID) -> HttpResponse:
    """The copy of an access request that was granted: a page to print, or a file with `?as=json`."""
    found = actions.open_request(by=request.actor, request=request_id)
    if found.kind != "access" or found.outcome not in ("granted", "granted_in_part"):
        raise Conflict("A copy leaves once access is granted, at least in part.")
    grounds = queries.rights.kind("access").grounds
    parts = copy_for(request.actor, found, found.language)
    whole = _as_json(found, parts)
    if request.GET.get("as") == "json":
        answer = JsonResponse(whole, encoder=DjangoJSONEncoder, json_dumps_params={"ensure_ascii": False})
        answer["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
        return answer
    with translation.override(found.language):
        beside = queries.beside(r.subject for p in parts for r in p.records)
        said = {
            g.code: f"{queries.rights.spoken(g.words, found.language)} ({g.citation})"
            for g in grounds.values()
        }
        shown = [
            (
                part.category,
                [
                    (
                        [(name, text.strip()) for name, one in r.values.items() if (text := in_words(one))],
                        [(field, said[ground]) for field, ground in closed_in(r)],
                        beside.get(r.subject.id, []),
                    )
                    for r in part.records
                ],
                [said[ground] for ground in part.closed],
            )
            for part in parts
        ]
        return page(request, "steward/copy.html", {"found": found, "parts": shown})
