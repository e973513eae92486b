"""How a route begins: the token's account, its scopes, the gate, a page of a list, a version."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Literal, Protocol, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema
from pydantic import BeforeValidator

from commonweal.api.auth import Asked
from commonweal.api.problems import Denied, MissingScope, Stale
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown
from commonweal.sharing.actions import Answer, Circumstances, Permit, Refusal, ask, ask_many, permitted
from commonweal.sharing.queries import beside

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Purpose = Literal[
    "emergency", "treatment", "care_coordination", "enforcement", "evaluation", "public_reporting",
    "subject_access", "administration", "oversight_audit",
]  # fmt: skip
Number = Annotated[int, Field(ge=1, le=10_000)]  # which page, from 1
Size = Annotated[int, Field(ge=1, le=200)]  # how many on a page
PAGE = 50


def _written(value: object) -> object:
    """A date as text; the library would read a number as seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError("Write the day as YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(_written)]
_NOTHING_SPECIAL = Circumstances()


class Sliceable(Protocol[T_co]):
    """A list or a queryset."""

    def __getitem__(self, part: slice, /) -> Iterable[T_co]: ...


class Amended(Schema):
    """How a record was corrected at the person's request, and on which day (45 CFR 164.526(c)(1))."""

    on: date
    text: str


class Part(Schema):
    """One record of one category as you may see it; `withheld` names fields that were left out.

    `statements` are the person's own words where they disagree with the record (45 CFR 164.526(d)(5)): they
    go along wherever it goes, and so do `amendments`.
    """

    kind: str
    id: UUID
    fields: dict[str, object]
    withheld: list[str]
    statements: list[str] = []
    amendments: list[Amended] = []


def actor_of(request: HttpRequest, *scopes: str) -> Actor:
    """The token's account where its scopes hold one of these (any where none is named); else MissingScope."""
    actor = cast("Asked", request).actor
    if scopes and not any(actor.may(scope) for scope in scopes):
        raise MissingScope(scopes)
    return actor


def permit(
    by: Actor, category: str, purpose: str, about: Subject, said: Circumstances = _NOTHING_SPECIAL
) -> Permit:
    """The gate's permit, journalled; Denied otherwise (no such record where it must not be acknowledged)."""
    answer = ask(by=by, category=category, purpose=purpose, about=about, circumstances=said)
    if isinstance(answer, Refusal):
        raise Denied(answer)
    return answer


def permits(
    by: Actor, category: str, purpose: str, about: Sequence[Subject], said: Circumstances = _NOTHING_SPECIAL
) -> dict[Subject, Permit]:
    """What the gate opens of a page of records; refused ones are absent."""
    if not about:
        return {}
    answers: Mapping[Subject, Answer] = ask_many(
        by=by, category=category, purpose=purpose, about=list(about), circumstances=said
    )
    return permitted(answers)


def part(shown: Shown) -> Part:
    """What a permit let through, for sending."""
    said = beside([shown.subject]).get(shown.subject.id, []) if shown.values else []
    return Part(
        kind=shown.subject.kind,
        id=shown.subject.id,
        fields=dict(shown.values),
        withheld=sorted(shown.withheld),
        statements=[one.text for one in said if not one.is_amendment],
        amendments=[Amended(on=one.on, text=one.text) for one in said if one.is_amendment],
    )


def page_of(
    request: HttpRequest, response: HttpResponse, source: Sliceable[T], page: int, limit: int = PAGE
) -> list[T]:
    """One page of a list, numbered from 1; `Link: rel="next"` (RFC 8288) where more follow."""
    found = list(source[(page - 1) * limit : page * limit + 1])
    if len(found) > limit:
        asked = {**request.GET.dict(), "page": page + 1, "limit": limit}
        response["Link"] = f'<{request.path}?{urlencode(asked)}>; rel="next"'
    return found[:limit]


def tag(response: HttpResponse, version: object) -> None:
    """Say which version this is."""
    response["ETag"] = f'"{version}"'


def digest(value: object) -> str:
    """A version for what has no number: the same contents, the same version."""
    text = json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def unchanged(
    request: HttpRequest, lock: Callable[[], object], version: Callable[[], object]
) -> Iterator[None]:
    """What is done within is done on the version that `If-Match` names, or Stale is raised and nothing done.

    `lock` keeps other writers of the record out until the end, before `version` is read: of two who send
    the same one at once, one wins. Without the header nothing is compared.
    """
    sent = request.headers.get("If-Match", "").strip()
    if not sent or sent == "*":
        yield
        return
    with transaction.atomic():
        lock()
        match(sent, version)
        yield


def match(sent: str, version: Callable[[], object]) -> None:
    """Stale where the versions sent (with commas between) do not name the one that stands."""
    now = f'"{version()}"'
    if now not in [one.strip().removeprefix("W/") for one in sent.split(",")]:
        raise Stale(now)
