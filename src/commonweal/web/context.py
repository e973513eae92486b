"""What every template knows: the actor's desks, whether the data are generated, the zone, the idle time."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext

from commonweal.agencies.queries import ROLES, WORK_TOGETHER
from commonweal.kernel.actors import STRANGER
from commonweal.web.navigation import DESKS, desks_for


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of `base.html`."""
    actor = getattr(request, "actor", STRANGER)
    get_token(request)  # sets the cookie that scripts send back; the token itself is printed in forms only
    is_signed_in = actor is not STRANGER
    here = "/" + request.path.split("/")[1] + "/"
    return {
        "actor": actor,
        "is_signed_in": is_signed_in,
        "desks": desks_for(actor) if actor.mfa or not is_signed_in else [],
        "here": here,
        "desk_name": next((desk.name for desk in DESKS.values() if desk.path == here), ""),
        "is_demo": settings.DEMO,
        "zone": timezone.get_current_timezone_name(),
        "idle_seconds": _idle_seconds(request) if is_signed_in else 0,
        "may_search": is_signed_in and actor.mfa and bool(actor.permissions & SEARCHERS),
        "openings": _openings(request) if is_signed_in else [],
        "sees_duty": is_signed_in and actor.mfa and bool(actor.permissions & frozenset(WORK_TOGETHER)),
        "sees_bulletins": is_signed_in and actor.mfa and actor.may("learn"),
        "has_strip": is_signed_in and actor.mfa and here in STRIPPED,
        "has_bell": is_signed_in and actor.mfa,
        "role_name": gettext(ROLES[actor.role].name) if actor.role in ROLES else "",
    }


# desks on which bulletins stand at the top
STRIPPED = frozenset(["/desk/", "/board/", "/field/", "/referrals/"])
# a call taker searches in the call, where a look-up has its reason
SEARCHERS = frozenset(["keep_records", "work_field", "work_cases", "answer_referrals"])


def _idle_seconds(request: HttpRequest) -> int:
    from commonweal.web.session import idle_minutes

    return idle_minutes(request) * 60


def _openings(request: HttpRequest) -> list[Any]:
    from commonweal.web.emergency import running

    return running(request)
