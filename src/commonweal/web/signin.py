"""Signing in: closed sign-up, lock-out by name, second factors, OIDC and SAML for known accounts."""

import base64
import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django import forms
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from commonweal.agencies import actions, queries
from commonweal.kernel import actors
from commonweal.web import pages
from commonweal.web.session import DEVICE, OWN_DEVICE, is_shut_out, shut_out

WEB = actors.system("web")
JUST_NOW = 300  # seconds
DEVICES = {
    "office": _("An office computer of my agency"),
    "phone": _("A phone or tablet of my agency"),
    "vehicle": _("A terminal in a vehicle"),
    "dispatch": _("A console in the dispatch room"),
    OWN_DEVICE: _("Something else: my own, or shared"),
}
# The long-lived classes are for those who work at such terminals (CJISSECPOL AC-11)
DEVICE_NEEDS = {"vehicle": "work_field", "dispatch": "take_calls"}
_turns = [Lock() for _ in range(64)]


def device_for(account: queries.Account, wanted: str) -> str:
    """The device class that this account may claim; an office computer where the claim does not fit."""
    need = DEVICE_NEEDS.get(wanted)
    may = need is None or need in queries.ROLES[account.role].permissions
    return wanted if wanted in DEVICES and may else "office"


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name, password, and what device this is."""

    device = forms.ChoiceField(label=_("This device is"), choices=list(DEVICES.items()), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Sign-in name")
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Remember the device class, then go through the remaining steps."""
        request.session[DEVICE] = device_for(self.user, self.cleaned_data.get("device") or "office")
        answer: HttpResponse = super().login(request, redirect_url)
        return answer


def attempted_name(request: HttpRequest, credentials: Mapping[str, object] | None = None) -> str | None:
    """The name that failures are counted under: without case, as names are compared."""
    name = (credentials or {}).get("username") or request.POST.get("login")
    return str(name).strip().lower() if name else None


@contextmanager
def _in_turn(name: str) -> Iterator[None]:
    """Guesses at one name wait for each other, so that parallel ones cannot outrun the lock-out."""
    number = int.from_bytes(hashlib.sha256(name.lower().encode()).digest()[:8], "big", signed=True)
    with _turns[number % len(_turns)]:
        if connection.vendor != "postgresql":
            yield
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            yield


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by invitation only; failures are counted by axes under the name."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "No account opens with this sign-in name and password. After five tries the account is locked."
        ),
        "incorrect_password": _("This is not the password of your account. Enter it again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody opens an account alone."""
        return False

    def is_reauthentication_required(self, *, app: str, **facts: object) -> bool:
        """Not within minutes of signing in: who has just given the password is not asked for it again."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < JUST_NOW for record in records)

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Nothing here: axes locks by name, the view limits by address."""

    def authenticate(self, request: HttpRequest, **credentials: object) -> queries.Account | None:
        """One guess at a time for one name."""
        with _in_turn(str(credentials.get("username", ""))):
            found: queries.Account | None = super().authenticate(request, **credentials)
        return found

    def pre_login(self, request: HttpRequest, user: queries.Account, **facts: object) -> HttpResponse | None:
        """Close an account that nobody used for too long, instead of letting it in."""
        if actions.is_dormant(user):
            actions.change_account(by=WEB, account=user.id, is_active=False)
            return pages.page(request, "account/account_inactive.html", status=403)
        if is_shut_out(request):
            return shut_out(request)
        answer: HttpResponse | None = super().pre_login(request, user, **facts)
        return answer


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors rest encrypted; the last factor cannot be taken off."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code does not fit. Wait for the next one, and enter its six digits."),
    }

    def _box(self) -> Fernet:
        key = hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))

    def encrypt(self, text: str) -> str:
        """AES and HMAC under a key derived from the instance's."""
        return self._box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The opposite of `encrypt`."""
        return self._box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Only where another app or key stays."""
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user=authenticator.user_id, type__in=kinds)
        return bool(others.exclude(pk=authenticator.pk).exists())


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """OIDC and SAML sign in accounts that exist, found by a verified e-mail address; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody opens an account alone."""
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """The site chose its provider; its verified addresses are believed."""
        return True

    def authenticate_by_email(self, sociallogin: Any) -> tuple[queries.Account, str] | None:
        """The one active worker account with a verified address of this login; None when none or several."""
        addresses = {a.email.lower() for a in sociallogin.email_addresses if a.verified}
        found = [a for address in addresses for a in queries.accounts().filter(email__iexact=address)]
        active = [account for account in found if account.is_active]
        return (active[0], active[0].email) if len(active) == 1 else None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """An account that was closed, or unused too long, does not come in by this door either."""
        account = sociallogin.user
        if sociallogin.is_existing and not account.is_active:
            raise ImmediateHttpResponse(pages.page(request, "account/account_inactive.html", status=403))
