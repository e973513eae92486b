"""The API, version 1: typed, described at /api/openapi.json, read at /api/docs.

A module `commonweal.api.<room>` with a `router` is found and mounted at /api/v1/<room>/.
"""

import importlib
import pkgutil
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema

from commonweal import api as package
from commonweal.api.auth import Bearer
from commonweal.api.entry import actor_of
from commonweal.api.problems import KINDS, TYPE, Problem, explain_errors
from commonweal.api.sending import NEVER_KEPT, sent_well

NOT_ROOMS = {"v1", "auth", "entry", "problems", "faults", "sending", "scim", "hsds", "studies", "quality"}
KEY_HEADER = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "Sending the act again under the same key answers the same and does nothing twice.",
    "schema": {"type": "string", "maxLength": 128, "pattern": "^[A-Za-z0-9._~-]+$"},
}  # fmt: skip


class Described(NinjaAPI):
    """The API with its problems in its description: every route may answer them."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The document, each operation with the problems it may answer and the key an act may carry."""
        found = super().get_openapi_schema(**asked)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        found["components"]["schemas"]["Problem"] = schema
        for path, methods in found["paths"].items():
            for method, operation in methods.items():
                _describe(path, method, operation)
        return found


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    content = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for kind in KINDS:
        operation["responses"].setdefault(kind.status, {"description": kind.words, "content": content})
    if method == "post" and not path.endswith(NEVER_KEPT):
        words = "This key was sent with other contents"
        operation["responses"].setdefault(422, {"description": words, "content": content})
        operation.setdefault("parameters", []).append(KEY_HEADER)


api = Described(
    title="Commonweal",
    version="1",
    description="One chain from the call to the plan. Every personal read passes the gate. "
    "Errors are RFC 9457 problems; lists page by `page` and `limit` and name the next in `Link`; "
    "edits take `If-Match`; acts take `Idempotency-Key`. What a consent opened of substance use treatment "
    "comes with the header `Redisclosure-Notice` (42 CFR 2.32): keep its words beside what you keep.",
    auth=Bearer(),
    urls_namespace="api",
)
explain_errors(api)
api.add_decorator(sent_well, mode="view")


class Me(Schema):
    """Who the token speaks for."""

    account: str
    role: str
    agency: str | None
    scopes: list[str]


class Health(Schema):
    """The product answers."""

    status: str


@api.get("/v1/me", response=Me, summary="Who the token speaks for")
def me(request: HttpRequest) -> Me:
    """The account, role and scopes of this token."""
    actor = actor_of(request)
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
