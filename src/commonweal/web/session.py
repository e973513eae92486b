"""Who is asking: the actor of a request, the wall before the second factor, and the lock after idleness."""

import time
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from commonweal.agencies import actions
from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import STRANGER, Actor
from commonweal.kernel.errors import Invalid
from commonweal.web.headers import CACHE_ALONE, CLEARED
from commonweal.web.pages import explain, invalid, page

FACTOR_MARK = "second_factor"  # set where the second step was taken otherwise than by allauth (OIDC, demo)
DEVICE = "device"
TOKEN = "commonweal.device_token"  # in META, from the sign-in to its answer
DEVICE_KEPT = 400 * 24 * 60 * 60  # seconds, as long as browsers keep any cookie
SEEN = "seen_at"
BEGAN = "began_at"
USED, USED_AGAIN = "used_at", 600.0  # when the register of devices last heard of it; seconds
ZONE = "zone"
OWN_DEVICE = "own"
LEASE = "field_lease"  # the phone keeps something sealed that may not have been sent yet
BANNER = "banner_understood"
INTERFACES = ("/api/", "/scim/", "/hsds/")
ENTRANCES = ("/account/login/", "/account/oidc/", "/account/saml/agency/login/")
# Paths that a session without its second step may use: signing in, and what is public anyway
OPEN_PATHS = ("/account/", "/language/", "/health/", "/community/", "/static/", *INTERFACES, "/demo/")


class Request(HttpRequest):
    """The request as views meet it: with its actor and htmx details. For annotations only."""

    actor: Actor
    htmx: HtmxDetails


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session passed a second step (TOTP, recovery code, security key, or the site's OIDC)."""
    if request.session.get(FACTOR_MARK):
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def mark_second_factor(request: HttpRequest, device: str = "office") -> None:
    """Note that this session is fully authenticated, on a device of that class."""
    request.session[FACTOR_MARK] = True
    request.session[DEVICE] = device


def actor_of_request(request: HttpRequest) -> Actor:
    """The actor of the session; STRANGER where nobody is signed in."""
    account = request.user
    if not isinstance(account, agencies.Account):
        return STRANGER
    trusted = request.session.get(DEVICE) != OWN_DEVICE
    return agencies.actor_of(account, mfa=has_second_factor(request), device_trusted=trusted)


def idle_minutes(request: HttpRequest) -> int:
    """Minutes without a sign of life before this session locks; the shortest class where none was chosen."""
    shortest = min(settings.IDLE_MINUTES.values())
    return int(settings.IDLE_MINUTES.get(request.session.get(DEVICE, ""), shortest))


def by_itself(request: HttpRequest) -> bool:
    """Whether an open page asks without a person: a live refresh."""
    return request.headers.get("X-Background") == "1"


def has_idled(request: HttpRequest) -> bool:
    """Whether the last sign of life, or the sign-in, lies too far back; the page's own requests are none."""
    now = time.time()
    seen = request.session.get(SEEN, now)
    began = request.session.setdefault(BEGAN, now)
    if now - seen > idle_minutes(request) * 60 or now - began > settings.SESSION_COOKIE_AGE:
        return True
    if SEEN not in request.session or (not by_itself(request) and now - seen > 15):
        request.session[SEEN] = now
        _note_use(request, now)
    return False


def _note_use(request: HttpRequest, now: float) -> None:
    """The register of devices hears of it once in some minutes."""
    device = request.session.get(agencies.KEPT)
    if device and now - request.session.get(USED, 0.0) > USED_AGAIN:
        request.session[USED] = now
        actions.touch_device(by=actor_of_request(request), device=UUID(device))


def is_shut_out(request: HttpRequest) -> bool:
    """Whether this browser was shut out of the product."""
    return agencies.is_shut_out(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))


def shut_out(request: HttpRequest) -> HttpResponse:
    """The page of a device that was shut out; what the browser kept of the product goes with it."""
    response = page(request, "account/shut_out.html", status=403)
    response["Clear-Site-Data"] = CACHE_ALONE  # the rest goes once what was not sent yet is handed in
    return response


def unkeepable(request: HttpRequest) -> str | None:
    """The first field of address or form with a NUL character, which PostgreSQL cannot store; or None.

    The interfaces for machines read and check what they are sent themselves, and answer in their own form.
    """
    if request.path.startswith(INTERFACES):
        return None
    for name, values in (*request.GET.lists(), *request.POST.lists()):
        if any("\x00" in text for text in (name, *map(str, values))):
            return name.replace("\x00", "")
    return None


def remembered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A browser that signed in keeps the token by which the register of devices knows it again."""
    if token := request.META.get(TOKEN, ""):
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME, token, max_age=DEVICE_KEPT, secure=settings.SESSION_COOKIE_SECURE,
            httponly=True, samesite="Lax",
        )  # fmt: skip
    return response


class SessionMiddleware:
    """Sets `request.actor`, keeps half-signed-in sessions out, locks idle ones, sets language and zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and has_idled(request):
            return _lock(request)
        actor = actor_of_request(request)
        cast("Request", request).actor = actor
        if actor is STRANGER:
            if request.path.startswith(ENTRANCES) and is_shut_out(request):
                return shut_out(request)
            if request.path.startswith(ENTRANCES) and BANNER not in request.session:
                return HttpResponseRedirect(f"{reverse('account_banner')}?{_way_back(request)}")
            return self._answer(request)
        if not actor.mfa and not request.path.startswith(OPEN_PATHS):
            return _go(request, _second_step(request))
        with translation.override(language_of(request)), timezone.override(zone_of(request)):
            before, forgets = _proofs(request), forgotten(request)
            response = self._answer(request)
            _renew(request, before, response, forgets)
            return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        """What comes next; a text that no database keeps goes no further."""
        field = unkeepable(request)
        if field is None:
            return remembered(request, self.get_response(request))
        return invalid(
            request, Invalid(field, "", _("Write it again: it holds a character that cannot be kept."))
        )

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Errors that a person can act on become pages; all others stay errors."""
        return explain(request, error)


def _proofs(request: HttpRequest) -> int:
    """How often this session proved who it is; asked on pages of sign-in alone."""
    if not request.path.startswith("/account/"):
        return 0
    return len(get_authentication_records(request, request.user))


def _renew(request: HttpRequest, before: int, response: HttpResponse, forgets: str) -> None:
    """A new session key after every new proof of identity (ASVS 7.2.4); at its end the browser forgets."""
    if not request.path.startswith("/account/"):
        return
    if not request.user.is_authenticated:
        response["Clear-Site-Data"] = forgets
    elif len(get_authentication_records(request, request.user)) > before:
        request.session.cycle_key()


def language_of(request: HttpRequest) -> str:
    """The language that was chosen on this device, else the account's own, else the site's."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return str(getattr(request.user, "language", "") or settings.LANGUAGE_CODE)


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The zone of the account's agency (kept in the session), or the site's."""
    name = request.session.get(ZONE)
    if name is None:
        agency: Any = getattr(request.user, "agency", None)
        name = request.session[ZONE] = agency.time_zone if agency else settings.TIME_ZONE
    return ZoneInfo(name)


def _way_back(request: HttpRequest) -> str:
    given = {"next": request.GET.get("next"), "locked": request.GET.get("locked")}
    return urlencode({name: str(value) for name, value in given.items() if value})


def _second_step(request: HttpRequest) -> str:
    from allauth.mfa.utils import is_mfa_enabled

    name = "mfa_reauthenticate" if is_mfa_enabled(request.user) else "mfa_activate_totp"
    return f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}"


def _lock(request: HttpRequest) -> HttpResponse:
    """End the session; whoever signs in again comes back to the same page."""
    where = request.get_full_path() if request.method == "GET" else "/"
    if is_fragment(request):
        where = cast("Request", request).htmx.current_url_abs_path or "/"
    forgets = forgotten(request)
    logout(request)
    response = _go(request, f"{reverse('account_login')}?{urlencode({'next': where, 'locked': '1'})}")
    response["Clear-Site-Data"] = forgets
    return response


def forgotten(request: HttpRequest) -> str:
    """What a browser forgets at the end of a session: everything, but not what a phone has yet to send.

    That lies there sealed; the sign-in page drops its key and all that is not waiting (field/leave.mjs).
    """
    return CACHE_ALONE if request.session.get(LEASE) else CLEARED


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    asked: HtmxDetails | None = getattr(request, "htmx", None)
    return asked is not None and bool(asked) and not asked.boosted


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that also works when the request came from a fragment of a page."""
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def account_id(request: HttpRequest) -> UUID | None:
    """The signed-in account, or None."""
    account = request.user
    return account.id if isinstance(account, agencies.Account) else None
