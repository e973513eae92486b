"""The routes: a token with the scope `scim` opens the accounts of its own agency, and nothing else."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from commonweal.adapters.scim import reader, writer
from commonweal.adapters.scim.reader import Refused
from commonweal.agencies import actions, queries
from commonweal.api.auth import TooManyFailures, failures
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, Unwritable

TYPE = "application/scim+json"
SCOPE = "scim"
MOST = 200  # users in one answer
View = Callable[..., HttpResponse]


class _NoToken(Exception):
    """No token in force with the scope."""


def _answer(body: object, status: int = 200) -> HttpResponse:
    text = "" if status == 204 else json.dumps(body)
    return HttpResponse(text, status=status, content_type=TYPE, headers={"Cache-Control": "no-store"})


def _fault(status: int, words: str, kind: str = "") -> HttpResponse:
    return _answer(writer.error(status, words, kind), status)


def _actor(request: HttpRequest) -> Actor:
    """The token's account; _NoToken for none, TooManyFailures for an address that guesses."""
    address = request.META.get("REMOTE_ADDR", "")
    if failures.holds(address):
        raise TooManyFailures
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found = queries.account_of_token(token) if kind.lower() == "bearer" and token else None
    if found is None or SCOPE not in found[1] or found[0].agency_id is None:
        failures.note(address)
        raise _NoToken
    return queries.actor_of(found[0], mfa=True)


def route(*methods: str) -> Callable[[View], View]:
    """A view for these methods: token, body and errors in SCIM's form."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                actor = _actor(request)
                if request.method not in methods:
                    return _fault(405, f"Use {', '.join(methods)}.")
                if "%00" in request.get_full_path():
                    raise Refused("invalidValue", "Leave out the character U+0000.")
                return view(request, actor, *args, **kwargs)
            except Exception as error:
                return _explained(error)

        return guarded

    return decorate


def _explained(error: Exception) -> HttpResponse:
    """The answer to an error that a directory can act on; others stay errors."""
    match error:
        case _NoToken():
            answer = _fault(401, "Send Authorization: Bearer with a token in force that has the scope scim.")
            answer["WWW-Authenticate"] = "Bearer"
        case TooManyFailures():
            answer = _fault(429, "Too many bad tokens; wait a minute.")
            answer["Retry-After"] = "60"
        case Refused():
            answer = _fault(400, error.words, error.kind)
        case Invalid():
            answer = _fault(400, str(error), "invalidValue")
        case Conflict():
            answer = _fault(409, str(error), "uniqueness")
        case NotFound():
            answer = _fault(404, "No such resource.")
        case Unwritable():
            answer = _fault(503, str(error))
        case _:
            raise error
    return answer


def _body(request: HttpRequest) -> object:
    if b"\\u0000" in request.body:
        raise Refused("invalidValue", "Leave out the character U+0000.")
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as wrong:
        raise Refused("invalidSyntax", "The body is no JSON.") from wrong


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/scim/v2")


def _entry(account: queries.Account) -> writer.Entry:
    moments = [m for m in (account.opened_at, account.closed_at, account.reopened_at) if m]
    return writer.Entry(
        str(account.id), account.username, account.display_name, account.email, account.role,
        account.external_id, account.is_active, account.opened_at, max(moments),
    )  # fmt: skip


def _found(actor: Actor, text: str) -> queries.Account:
    """The account of the token's agency; NotFound for any other."""
    try:
        found = queries.provisioned(actor).filter(id=UUID(text)).first()
    except ValueError as wrong:
        raise NotFound("account") from wrong
    if found is None:
        raise NotFound("account")
    return found


@route("GET", "POST")
def users(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The agency's users, filtered and paged; or one more."""
    if request.method == "POST":
        made = actions.provision(by=actor, **reader.user(_body(request)))
        sent = writer.user(_entry(made), _base(request))
        answer = _answer(sent, 201)
        answer["Location"] = sent["meta"]["location"]
        return answer
    return _listed(request, actor, request.GET.dict())


@route("POST")
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same list, its question in the body, where no log of addresses holds it (RFC 7644 3.4.3)."""
    return _listed(request, actor, reader.question(_body(request)))


def _listed(request: HttpRequest, actor: Actor, asked: Mapping[str, str]) -> HttpResponse:
    rows = queries.provisioned(actor, reader.asked(asked.get("filter", "")))
    start = reader.number(asked.get("startIndex"), 1, 1, 1_000_000)
    count = reader.number(asked.get("count"), MOST, 0, MOST)
    page = [_sent(request, account, asked) for account in rows[start - 1 : start - 1 + count]]
    return _answer(writer.listing(page, rows.count(), start))


def _sent(request: HttpRequest, account: queries.Account, asked: Mapping[str, str]) -> writer.Json:
    whole = writer.user(_entry(account), _base(request))
    return writer.trimmed(whole, asked.get("attributes", ""), asked.get("excludedAttributes", ""))


@route("GET", "PUT", "PATCH", "DELETE")
def one(request: HttpRequest, actor: Actor, account: str) -> HttpResponse:
    """One user. DELETE closes the account, its sessions and tokens; what it did stays under its name."""
    found = _found(actor, account)
    if request.method == "DELETE":
        actions.withdraw(by=actor, account=found.id)
        return _answer(None, 204)
    if request.method == "PUT":
        whole = {"email": "", "external_id": "", "is_active": True, **reader.user(_body(request))}
        found = actions.change_provisioned(by=actor, account=found.id, **whole)
    elif request.method == "PATCH":
        found = actions.change_provisioned(by=actor, account=found.id, **reader.patch(_body(request)))
    return _answer(_sent(request, found, request.GET.dict()))


@route("GET")
def abilities(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What this service can do."""
    return _answer(writer.abilities(_base(request), MOST))


@route("GET")
def kinds(request: HttpRequest, actor: Actor, name: str = "") -> HttpResponse:
    """The kinds of resource, or one."""
    return _described(writer.kinds(_base(request)), name)


@route("GET")
def schemas(request: HttpRequest, actor: Actor, name: str = "") -> HttpResponse:
    """The schemas, or one."""
    return _described(writer.schemas(_base(request), queries.ROLES_GIVEN), name)


def _described(found: list[writer.Json], name: str) -> HttpResponse:
    if not name:
        return _answer(writer.listing(found, len(found)))
    for described in found:
        if described["id"] == name:
            return _answer(described)
    raise NotFound("resource")


@route("GET", "POST", "PUT", "PATCH", "DELETE")
def nowhere(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Any other address."""
    raise NotFound("resource")
