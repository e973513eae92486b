"""One's own details: the name that colleagues read, the languages one speaks, the address of one's letters.

A new address holds once its owner has opened the link that was sent there: a forgotten password is set anew
by it, and a provider of sign-in knows the account by it.
"""

from urllib.parse import urljoin
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from commonweal.agencies import actions, queries
from commonweal.kernel.errors import Invalid
from commonweal.messages import queries as notices
from commonweal.web import tongues
from commonweal.web.pages import page
from commonweal.web.session import Request

SALT, DAY = "commonweal.own-address", 86_400
SPOKEN = "en es zh tl vi ko ru uk ar fa hy ht pt fr de it pl hi pa bn ur ja km hmn so am sw ase".split()
NAMED = {"ase": gettext_lazy("Sign language")}  # the locale data has no Spanish word for it


@never_cache
def own(request: Request) -> HttpResponse:
    """Name and languages, as they stand; POST keeps both. Back as typed where one is refused."""
    if not request.user.is_authenticated or not request.actor.mfa:
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        return _shown(request)
    try:
        changes = _given(request)
    except Invalid as wrong:
        return _shown(request, wrong)
    actions.change_account(by=request.actor, account=UUID(request.actor.id), **changes)
    flash.success(request, _("Saved. Colleagues see it from now on."))
    return redirect("own_details")


def _given(request: Request) -> actions.AccountChanges:
    name, spoken = request.POST.get("name", "").strip(), request.POST.getlist("languages")
    if not name or len(name) > 120:
        raise Invalid("name", name, _("Write the name that colleagues know you by, in at most 120 letters."))
    if not spoken or any(code not in _codes(request) for code in spoken):
        raise Invalid("languages", " ".join(spoken), _("Choose at least one language from the list."))
    return {"display_name": name, "languages": " ".join(spoken)[:80]}


def _me(request: Request) -> queries.Account:
    return queries.account(UUID(request.actor.id))


def _codes(request: Request) -> list[str]:
    """Those to choose from: the list, and what the account has besides."""
    return list(dict.fromkeys([*SPOKEN, *_me(request).languages.split()]))


def _shown(request: Request, error: Invalid | None = None, address: str = "") -> HttpResponse:
    posted, me = request.POST if error else {}, _me(request)
    spoken = request.POST.getlist("languages") if "languages" in posted else me.languages.split()
    choice = notices.choice(request.actor)
    known = tongues.several((code, str(NAMED.get(code, ""))) for code in _codes(request))
    context = {
        "error": error, "name": posted.get("name", me.display_name), "typed": address,
        "tongues": known, "spoken": spoken,
        "address": me.email, "phone": choice.phone if choice else "",
    }  # fmt: skip
    return page(request, "account/details.html", context, status=400 if error else 200)


def _asked(request: Request) -> HttpResponse:
    """Send the link that makes an address one's own; nothing changes before it is opened."""
    if not request.user.is_authenticated or not request.actor.mfa:
        return redirect_to_login(reverse("own_details"))
    if request.method != "POST":
        return redirect("own_details")
    wanted = request.POST.get("email", "").strip()
    if not _is_address(wanted):
        remedy = _("Write a mail address, such as name@county.gov.")
        return _shown(request, Invalid("email", wanted, remedy), wanted)
    _send(request, wanted)
    said = _("A link is on its way to the new address. Open it within a day; until then the old one holds.")
    flash.success(request, said)
    return redirect("own_details")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


# whoever finds an open session cannot have the letters of its account sent elsewhere
ask_address = never_cache(reauthentication_required(allow_get=True)(_asked))


def _send(request: Request, wanted: str) -> None:
    told = {"account": request.actor.id, "old": _me(request).email, "new": wanted}
    path = reverse("own_address", args=[signing.dumps(told, salt=SALT)])
    link = {"link": urljoin(settings.BASE_URL, path)}
    get_adapter(request).send_mail("account/email/own_address", wanted, link)


@never_cache
def confirm(request: Request, token: str) -> HttpResponse:
    """The link of the letter: the account's owner, signed in, makes the address theirs. It works once."""
    if not request.user.is_authenticated or not request.actor.mfa:
        return redirect_to_login(request.get_full_path())
    told = _told(token)
    fits = told.get("account") == request.actor.id and told.get("old") == _me(request).email
    if not fits:
        return page(request, "account/address_over.html", status=409)
    if request.method != "POST":
        return page(request, "account/address.html", {"address": told["new"]})
    actions.change_account(by=request.actor, account=UUID(request.actor.id), email=told["new"])
    if told["old"]:
        get_adapter(request).send_mail("account/email/own_address_changed", told["old"], {})
    flash.success(request, _("Letters go to the new address from now on."))
    return redirect("own_details")


def _told(token: str) -> dict[str, str]:
    """What a link says; nothing for one that is forged, cut off or older than a day."""
    try:
        found: dict[str, str] = signing.loads(token, salt=SALT, max_age=DAY)
    except signing.BadSignature:
        return {}
    return found
