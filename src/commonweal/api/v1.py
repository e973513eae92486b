"""The API, version 1: typed, described at /api/openapi.json, read at /api/docs.

A module `commonweal.api.<room>` with a `router` is found and mounted at /api/v1/<room>/.
"""

import importlib
import pkgutil

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, ValidationError

from commonweal import api as package
from commonweal.api.auth import Bearer, TooManyFailures
from commonweal.kernel.errors import Conflict, Invalid, NotFound

NOT_ROOMS = {"v1", "auth"}

api = NinjaAPI(
    title="Commonweal",
    version="1",
    description="One chain from the call to the plan. Every personal read passes the gate.",
    auth=Bearer(),
    urls_namespace="api",
)


class Problem(Schema):
    """RFC 9457, with the field, the value and the remedy where one input was refused."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    field: str | None = None
    value: str | None = None
    remedy: str | None = None


class Me(Schema):
    """Who the token speaks for."""

    account: str
    role: str
    agency: str | None
    scopes: list[str]


class Health(Schema):
    """The product answers."""

    status: str


def problem(status: int, title: str, detail: str = "", **more: str) -> HttpResponse:
    """One problem as application/problem+json."""
    body = Problem(title=title, status=status, detail=detail, **more).model_dump_json(exclude_none=True)
    return HttpResponse(body, status=status, content_type="application/problem+json")


@api.exception_handler(Invalid)
def _invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    value = str(error.value)[:200]
    return problem(400, "Not accepted", str(error), field=error.field, value=value, remedy=error.remedy)


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    field = ".".join(str(part) for part in first["loc"][1:]) or "body"
    remedy = f"{first['msg']}. See /api/openapi.json for the expected form."
    return problem(
        400, "Not accepted", f"{field}: {first['msg']}", field=field, value=str(first.get("input", ""))[:200],
        remedy=remedy,
    )  # fmt: skip


@api.exception_handler(NotFound)
def _not_found(request: HttpRequest, error: NotFound) -> HttpResponse:
    return problem(404, "No such record")


@api.exception_handler(Conflict)
def _conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    return problem(409, "Someone else acted first", str(error))


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401, "No valid token", "Send Authorization: Bearer <a token in force>.")


@api.exception_handler(TooManyFailures)
def _slow_down(request: HttpRequest, error: TooManyFailures) -> HttpResponse:
    response = problem(429, "Too many bad tokens", "Wait a minute, then send a token in force.")
    response["Retry-After"] = "60"
    return response


@api.get("/v1/me", response=Me, summary="Who the token speaks for")
def me(request: HttpRequest) -> Me:
    """The account, role and scopes of this token."""
    actor = request.actor  # type: ignore[attr-defined]
    agency = str(actor.agency) if actor.agency else None
    return Me(account=actor.id, role=actor.role, agency=agency, scopes=sorted(actor.permissions))


@api.get("/v1/health", response=Health, auth=None, summary="The product answers")
def health(request: HttpRequest) -> Health:
    """Answers while the process lives; says nothing else to strangers."""
    return Health(status="ok")


def _mount_rooms() -> None:
    for module in pkgutil.iter_modules(package.__path__):
        if module.name not in NOT_ROOMS:
            room = importlib.import_module(f"{package.__name__}.{module.name}")
            api.add_router(f"/v1/{module.name}", room.router, tags=[module.name])


_mount_rooms()
