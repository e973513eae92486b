"""What a phone needs to work without network, and the door through which it sends what it kept.

The door is proven by the lease's token, which no other site can send along; so a lapsed form token never
holds up what somebody wrote on a staircase.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.encounters import actions
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.web.field.pack import pack_for
from commonweal.web.pages import desk
from commonweal.web.session import LEASE, Request

TOKEN = "X-Field-Lease"
MOST = 4_000_000  # bytes of one batch


def told(request: HttpRequest) -> dict[str, Any]:
    """The object that a phone posted; Invalid for anything else."""
    try:
        body = request.body
        if len(body) > MOST:
            raise Invalid("operations", len(body), "Send fewer changes at once.")
        found = json.loads(body or b"{}")
    except (ValueError, RawPostDataException) as wrong:  # not JSON, or a form's parts instead
        raise Invalid("body", "", "Send a JSON object.") from wrong
    if not isinstance(found, dict):
        raise Invalid("body", "", "Send a JSON object.")
    return found


def _millis() -> int:
    return int(clock.now().timestamp() * 1000)


def _lease(found: actions.Leased) -> dict[str, object]:
    return {
        "id": str(found.id),
        "token": found.token,
        "key": base64.b64encode(found.key).decode(),
        "expires": int(found.expires_at.timestamp() * 1000),
    }


@desk("work_field")
@require_POST
def lease(request: Request) -> HttpResponse:
    """The keys of this phone and shift, and of earlier leases of which it still keeps something."""
    by, device = request.actor, request.session.get(agencies.KEPT, "")
    if not device:
        raise NotFound("device")
    asked = told(request).get("earlier", [])
    given = actions.lease(by=by, device=UUID(device))
    request.session[LEASE] = str(given.id)
    earlier = []
    for one in asked[:20] if isinstance(asked, list) else []:
        try:
            earlier.append(_lease(actions.earlier_lease(by=by, device=UUID(device), lease=UUID(str(one)))))
        except (NotFound, ValueError):
            continue  # that part stays sealed
    return JsonResponse({**_lease(given), "earlier": earlier, "now": _millis(), "account": by.id})


@desk("work_field")
def pack(request: Request) -> HttpResponse:
    """The call in hand, the records to finish and the forms, each with its own end."""
    return JsonResponse(pack_for(request.actor, request.session.get(LEASE, "")))


@csrf_exempt
@require_POST
def sync(request: Request) -> HttpResponse:
    """Apply a batch of the phone's changes. 401 where somebody has to sign in first: the phone keeps them.

    What comes from a phone that was shut out is held for a person, and the phone is told to wipe itself.
    """
    try:
        leased = actions.proven(request.headers.get(TOKEN, ""))
        given = told(request)
        operations, skew = given.get("operations"), given.get("skew_ms", 0)
        if not isinstance(operations, list) or not isinstance(skew, int):
            raise Invalid("operations", "", "Send a list of changes.")
        by = request.actor
        if actions.is_cut_off(leased):
            held = actions.quarantine(by=by, lease=leased, operations=operations, skew_ms=skew)
            return _answer(held, wipe=True)
        if by is STRANGER or by.id != str(leased.account) or not by.mfa or not by.may("work_field"):
            why = _("Sign in to send what waits on this phone. Nothing is lost.")
            return JsonResponse({"sign_in": True, "reason": why, "now": _millis()}, status=401)
        return _answer(actions.sync(by=by, lease=leased, operations=operations, skew_ms=skew))
    except NotFound:
        return JsonResponse({"reason": _("This phone has no leave to send; sign in.")}, status=403)
    except Invalid as wrong:
        return JsonResponse({"field": wrong.field, "reason": wrong.remedy}, status=400)


def _answer(answers: list[actions.Answer], *, wipe: bool = False) -> HttpResponse:
    rows: list[Mapping[str, object]] = [
        {
            "id": str(one.id),
            "outcome": one.outcome,
            "encounter": str(one.encounter) if one.encounter else None,
            "version": one.version,
            "reason": one.reason,
            "divergence": str(one.divergence) if one.divergence else None,
        }
        for one in answers
    ]
    return JsonResponse({"answers": rows, "now": _millis(), "wipe": wipe})
