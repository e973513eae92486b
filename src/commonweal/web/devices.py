"""Devices: where somebody is signed in, and the end of a lost one, for oneself and for one's agency."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from commonweal.agencies import actions, queries
from commonweal.encounters import actions as encounter_acts
from commonweal.encounters import queries as encounters
from commonweal.kernel.errors import Conflict
from commonweal.web.pages import desk, id_of, page, paged
from commonweal.web.session import DEVICE, TOKEN, Request

BROWSERS = (
    ("Edg", "Edge"), ("Firefox", "Firefox"), ("SamsungBrowser", "Samsung"), ("Chrome", "Chrome"),
    ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_of(agent: str) -> str:
    """ "Firefox · Android" of what a browser says of itself; empty where it says nothing known."""
    names = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in names if name)


def note(request: HttpRequest, account: queries.Account) -> None:
    """Enter the device of a sign-in in the register, and remember it in the session and in the browser."""
    token = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "") or queries.new_token()
    device = actions.note_device(
        by=queries.actor_of(account, mfa=False),
        account=account.id,
        token=token,
        device_class=request.session.get(DEVICE, "office"),
        browser=browser_of(request.headers.get("User-Agent", "")),
    )
    request.session[queries.KEPT] = str(device.id)
    request.META[TOKEN] = token  # for the answer to keep in the browser


@never_cache
def own(request: Request) -> HttpResponse:
    """One's own devices with their last use; POST ends one, or shuts it out."""
    by = request.actor
    if not request.user.is_authenticated or not by.mfa:
        return redirect_to_login(request.get_full_path())
    here = request.session.get(queries.KEPT, "")
    if request.method == "POST":
        if request.POST.get("device") == here:
            raise Conflict(_("This is the device in your hands: sign out instead."))
        _act(request)
        return redirect("devices")
    rows = queries.devices_of(by, UUID(by.id))
    keeps = by.may("administer") or by.may("keep_trust")
    return page(request, "account/devices.html", {"rows": rows, "here": here, "keeps": keeps})


@desk("administer", "keep_trust")
def of_agency(request: Request) -> HttpResponse:
    """The agency's devices, every agency's for an office of the whole site; shut one out, let it in."""
    if request.method == "POST":
        _act(request)
        return redirect("agency_devices")
    by = request.actor
    rows = paged(request, queries.agency_devices(by), 50)
    here = request.session.get(queries.KEPT, "")
    held = encounters.held_phones(by)
    names = queries.names([str(one.account) for one in held])
    context = {"rows": rows, "here": here, "held": [(names.get(str(one.account), ""), one) for one in held]}
    return page(request, "account/agency_devices.html", context)


def _act(request: Request) -> None:
    """`end` its sessions, `revoke` it with a reason, or `restore` it; NotFound where it is not theirs."""
    by, sent = request.actor, request.POST
    if sent.get("act") in ("release", "discard"):
        _decide(request)
        return
    device = id_of("device", sent.get("device", ""))
    if sent.get("act") == "revoke":
        actions.revoke_device(by=by, device=device, reason=sent.get("reason", ""))
        flash.success(request, _("The device is shut out. Nobody is signed in on it any more."))
    elif sent.get("act") == "restore":
        actions.restore_device(by=by, device=device)
        flash.success(request, _("The device may sign in again."))
    else:
        actions.end_on_device(by=by, device=device)
        flash.success(request, _("Signed out there."))


def _decide(request: Request) -> None:
    """`release` what a shut-out phone handed in, as its worker's own, or `discard` it; with a reason."""
    by, sent = request.actor, request.POST
    lease, why = id_of("lease", sent.get("lease", "")), sent.get("reason", "")
    if sent.get("act") == "discard":
        encounter_acts.discard_held(by=by, lease=lease, why=why)
        flash.success(request, _("It is not applied. It stays sealed, with your reason."))
        return
    answers = encounter_acts.release_held(by=by, lease=lease, why=why)
    taken = sum(one.outcome in ("applied", "already") for one in answers)
    told = _("%(taken)s of %(all)s changes are in the records. The others wait for the team or were refused.")
    flash.success(request, told % {"taken": taken, "all": len(answers)})
