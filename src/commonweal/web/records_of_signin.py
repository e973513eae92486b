"""Every sign-in, refusal, lock-out and sign-out leaves a journal line (CJISSECPOL AU-2)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.signals import user_logged_in as came_through
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import Signal
from django.http import HttpRequest

from commonweal.agencies import actions, queries
from commonweal.encounters import actions as encounters
from commonweal.kernel.actors import STRANGER
from commonweal.web import devices
from commonweal.web.session import DEVICE, FACTOR_MARK
from commonweal.web.signin import attempted_name

STRONG = {"mfa", "otp", "hwk", "fpt", "face", "sc", "pop"}  # RFC 8176: values of `amr` that are a second step
# Contexts of SAML that are a second step: REFEDS MFA, Entra ID, and the classes of SAML itself
CLASSES = "MobileTwoFactorContract MobileTwoFactorUnregistered TimeSyncToken SmartcardPKI Smartcard"
STRONG_CONTEXTS = {
    "https://refeds.org/profile/mfa",
    "http://schemas.microsoft.com/claims/multipleauthn",
    *(f"urn:oasis:names:tc:SAML:2.0:ac:classes:{name}" for name in CLASSES.split()),
}


def _note(account: queries.Account | None, outcome: str, request: HttpRequest | None) -> None:
    by = queries.actor_of(account, mfa=False) if account else STRANGER
    device = request.session.get(DEVICE, "office") if request and hasattr(request, "session") else "office"
    actions.note_sign_in(by=by, account=account.id if account else None, outcome=outcome, device_class=device)


def _named(name: str | None) -> queries.Account | None:
    return queries.account_named(name) if name else None


def _believe(request: HttpRequest, login: Any) -> None:
    """A provider (OIDC, SAML) that says it checked a second factor is believed."""
    said = (login.account.extra_data or {}) if login else {}
    claims, contexts = said.get("id_token", {}), said.get("authn_contexts", ())
    if STRONG & set(claims.get("amr") or ()) or STRONG_CONTEXTS & set(contexts):
        request.session[FACTOR_MARK] = True


def entered(request: HttpRequest, user: queries.Account, **facts: object) -> None:
    """Someone is in, by whatever door."""
    _believe(request, facts.get("sociallogin"))
    _note(user, "entered", request)
    devices.note(request, user)


def recognised(request: HttpRequest, user: queries.Account, **facts: object) -> None:
    """The same, from the library, which alone knows what the provider said."""
    _believe(request, facts.get("sociallogin"))


def refused(credentials: dict[str, object], request: HttpRequest | None = None, **facts: object) -> None:
    """A wrong password, or a name nobody has."""
    if request is not None:
        _note(_named(attempted_name(request, credentials)), "refused", request)


def locked(request: HttpRequest, username: str | None = None, **facts: object) -> None:
    """Too many failures."""
    _note(_named(username), "locked", request)


def left(request: HttpRequest, user: queries.Account | None, **facts: object) -> None:
    """Signed out, or locked after idleness."""
    if user is not None:
        _note(user, "left", request)
        if device := request.session.get(queries.KEPT):
            encounters.end_lease(by=queries.actor_of(user, mfa=False), device=UUID(device))


def enrolled(
    request: HttpRequest, user: queries.Account, authenticator: Authenticator, **facts: object
) -> None:
    """Setting up an app or a key proves possession of it: the session counts as fully signed in."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    request.session[FACTOR_MARK] = True
    _end_others(request, user)
    if user.must_enrol:
        actions.change_account(by=queries.actor_of(user, mfa=True), account=user.id, must_enrol=False)


def taken_off(request: HttpRequest, user: queries.Account, **facts: object) -> None:
    """One way in less: whoever used it elsewhere signs in anew."""
    _end_others(request, user)


def _end_others(request: HttpRequest, user: queries.Account) -> None:
    """A changed factor ends every other session of the account (ASVS 7.4.3)."""
    keep = request.session.session_key or ""
    actions.end_sessions(by=queries.actor_of(user, mfa=True), account=user.id, keep=keep)


HEARD: tuple[tuple[Signal, Callable[..., None]], ...] = (
    (user_logged_in, entered),
    (came_through, recognised),
    (user_login_failed, refused),
    (user_locked_out, locked),
    (user_logged_out, left),
    (authenticator_added, enrolled),
    (authenticator_removed, taken_off),
)


def listen() -> None:
    """Hear of every sign-in from now on; to be called once the addresses of the entrance stand."""
    for signal, does in HEARD:
        signal.connect(does, dispatch_uid=does.__qualname__)
