"""Photographs of encounters: listed and taken through the gate, one by one."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from commonweal.api.entry import Purpose, actor_of, permit, permits
from commonweal.encounters import queries
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound

router = Router(tags=["photographs"])
SANDBOX = "default-src 'none'; sandbox"
JPEG: dict[str, Any] = {
    "responses": {
        200: {"description": "The photograph",
              "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
    }
}  # fmt: skip


class PhotographOut(Schema):
    """A photograph that the gate opens: what it shows, of which part; `is_open`: not in quarantine."""

    id: UUID
    kind: Literal["injury", "scene", "property", "identification", "document"]
    caption: str
    part: str
    added_at: datetime
    is_open: bool


def _reader(request: HttpRequest) -> Actor:
    return actor_of(request, "work_field", "work_cases", "answer_referrals")


@router.get("/of-encounter/{uuid:encounter}", response=list[PhotographOut], summary="Photographs of one")
def listed(
    request: HttpRequest, encounter: UUID, purpose: Purpose = "care_coordination"
) -> list[PhotographOut]:
    """Those that your permits open, oldest first by class of data; withdrawn ones, and others, are absent.

    Scope work_field, work_cases or answer_referrals. An encounter that does not exist has none.
    """
    by, found = _reader(request), list[PhotographOut]()
    for category, about in queries.photographs_of([encounter]).items():
        for shown in queries.photographs(permits(by, category, purpose, about)):
            told = queries.under(shown)
            if told and not told["withdrawn_at"]:
                found.append(PhotographOut.model_validate({"id": shown.subject.id, **told}))
    return found


@router.get("/{uuid:photograph}", summary="The photograph itself", openapi_extra=JPEG)
def take(
    request: HttpRequest, photograph: UUID, purpose: Purpose = "care_coordination", small: bool = False
) -> HttpResponse:
    """A JPEG without place, time or device; `small` for a list. 409 in quarantine or withdrawn.

    Each is journalled as a look of its own. Scope work_field, work_cases or answer_referrals.
    """
    by, about = _reader(request), Subject("photograph", photograph)
    allowed = permit(by, queries.photograph_category(photograph), purpose, about)
    if not queries.photographs({about: allowed})[0].values:
        raise NotFound("photograph")
    content = queries.photograph_bytes(photograph, permit=allowed, is_small=small)
    headers = {
        "Content-Security-Policy": SANDBOX, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"
    }  # fmt: skip
    return HttpResponse(content, content_type="image/jpeg", headers=headers)
