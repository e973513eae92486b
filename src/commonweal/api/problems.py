"""Errors as RFC 9457 problems: what was refused, which field and value, and what to do next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from commonweal.agencies import actions as agencies
from commonweal.api.auth import TooManyFailures
from commonweal.api.faults import said
from commonweal.kernel import faults
from commonweal.kernel.actors import STRANGER
from commonweal.kernel.errors import Conflict, Invalid, NotFound, Unwritable
from commonweal.sharing import queries as trust
from commonweal.sharing.actions import Refusal

TYPE = "application/problem+json"
SHOWN = 200  # characters of a refused value that are said back


class Problem(Schema):
    """RFC 9457, with the field, the value and the remedy where one input was refused.

    `why` and `unlock` come with a refusal of the gate that may be acknowledged.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    field: str | None = None
    value: str | None = None
    remedy: str | None = None
    why: str | None = None
    unlock: list[str] | None = None


class MissingScope(Exception):
    """The token's scopes do not open this route; said before any record is looked at."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        self.scopes = scopes
        super().__init__(", ".join(scopes))


class Denied(Exception):
    """A refusal of the gate."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__("The gate refused.")


class Stale(Exception):
    """If-Match names a version that no longer stands; `now` is the one that does."""

    def __init__(self, now: str) -> None:
        self.now = now
        super().__init__(now)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem as every route may answer it."""

    status: int
    words: str


KINDS = (
    Kind(400, "Not accepted: names the field, the value and the remedy"),
    Kind(401, "No valid token"),
    Kind(403, "The token's scopes or the gate refuse; says what would unlock it"),
    Kind(404, "No such record, or one that must not be acknowledged: the same bytes"),
    Kind(409, "Someone else acted first"),
    Kind(412, "The version of If-Match no longer stands"),
    Kind(429, "Too many bad tokens from this address"),
    Kind(503, "The journal cannot be written: nothing personal is shown or changed"),
)


def problem(status: int, title: str, detail: str = "", **more: str | list[str]) -> HttpResponse:
    """One problem as application/problem+json."""
    body = Problem.model_validate({"title": title, "status": status, "detail": detail, **more})
    return HttpResponse(body.model_dump_json(exclude_none=True), status=status, content_type=TYPE)


def _invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    value = str(error.value)[:SHOWN]
    return problem(400, _("Not accepted"), str(error), field=error.field, value=value, remedy=error.remedy)


def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    field = ".".join(str(part) for part in first["loc"][1:]) or "body"
    fault = said(first)
    remedy = _("%(fault)s. See /api/openapi.json for the expected form.") % {"fault": fault}
    value = str(first.get("input", ""))[:SHOWN]
    return problem(400, _("Not accepted"), f"{field}: {fault}", field=field, value=value, remedy=remedy)


def _out_of_range(request: HttpRequest, error: Exception) -> HttpResponse:
    remedy = _("A number or text is longer than can be kept. See /api/openapi.json for the expected form.")
    return problem(400, _("Not accepted"), remedy, field="body", remedy=remedy)


def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(404, _("No such record"))


def _denied(request: HttpRequest, error: Denied) -> HttpResponse:
    refusal = error.refusal
    if not refusal.acknowledged:
        return _not_found(request, error)
    why = trust.why(refusal)
    return problem(403, _("Not permitted"), why, why=why, unlock=list(trust.unlock(refusal)))


def _missing_scope(request: HttpRequest, error: MissingScope) -> HttpResponse:
    wanted = ", ".join(error.scopes)
    agencies.note_turned_away(by=getattr(request, "actor", STRANGER), wanted=error.scopes)
    remedy = _("Use a token with one of these scopes: %(scopes)s.") % {"scopes": wanted}
    return problem(403, _("The token does not open this"), remedy, field="scope", value="", remedy=remedy)


def _conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    return problem(409, _("Someone else acted first"), str(error))


def _stale(request: HttpRequest, error: Stale) -> HttpResponse:
    remedy = _("Read it again, then send If-Match with the version that stands: %(version)s.")
    remedy %= {"version": error.now}
    return problem(412, _("Changed since you read it"), remedy, field="If-Match", remedy=remedy)


def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(401, _("No valid token"), _("Send Authorization: Bearer <a token in force>."))
    response["WWW-Authenticate"] = "Bearer"
    return response


def _slow_down(request: HttpRequest, error: TooManyFailures) -> HttpResponse:
    response = problem(429, _("Too many bad tokens"), _("Wait a minute, then send a token in force."))
    response["Retry-After"] = "60"
    return response


def _unwritable(request: HttpRequest, error: Unwritable) -> HttpResponse:
    response = problem(503, _("Nothing can be recorded"), str(error))
    response["Retry-After"] = "60"
    return response


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, _("Not accepted"), str(error))


Handler = Callable[[HttpRequest, Any], HttpResponse]
HANDLERS: dict[type[Exception], Handler] = {
    Invalid: _invalid, ValidationError: _unreadable, DataError: _out_of_range, OverflowError: _out_of_range,
    NotFound: _not_found, Http404: _not_found, Denied: _denied, MissingScope: _missing_scope,
    Conflict: _conflict, Stale: _stale, AuthenticationError: _unknown, TooManyFailures: _slow_down,
    HttpError: _http, Unwritable: _unwritable,
}  # fmt: skip


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """The answer of an address that no route has: the same as for a record that does not exist."""
    return problem(404, _("No such record"))


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours, with the reference under which the log has it."""
    told = _("Nothing half-done was kept. The log has this fault under the reference %(reference)s.")
    return problem(500, _("A fault of ours"), told % {"reference": faults.reference(request)})


def explain_errors(api: NinjaAPI) -> None:
    """Every error of the product as a problem."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
