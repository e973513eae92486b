"""One's own choices about notices: by which way each kind, and when to be left in peace."""

from dataclasses import dataclass
from datetime import time

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from commonweal.kernel.errors import Invalid
from commonweal.messages import actions, queries
from commonweal.web.pages import page
from commonweal.web.session import Request

GROUPS: dict[str, tuple[Promise, Promise]] = {
    "safety": (
        gettext_lazy("Staff safety"),
        gettext_lazy("Silent alarms, missed safety checks, records opened in an emergency"),
    ),
    "duty": (
        gettext_lazy("Duty"),
        gettext_lazy("Your unit was sent, shifts given and taken, a tier that changed"),
    ),
    "work": (gettext_lazy("Work"), gettext_lazy("Referrals, cases, tasks, follow-ups, hub tables")),
    "papers": (gettext_lazy("Papers"), gettext_lazy("Agreements to sign, measures due, reviews of look-ups")),
    "account": (gettext_lazy("Account"), gettext_lazy("Accounts that closed, devices that were shut out")),
    "talk": (gettext_lazy("Talk"), gettext_lazy("Messages in threads, bulletins")),
    "drill": (
        gettext_lazy("Communication tests"),
        gettext_lazy("A test also goes by the ways that whoever starts it chose"),
    ),
}  # fmt: skip
WAYS: dict[str, Promise] = {"mail": gettext_lazy("E-mail"), "text": gettext_lazy("Text message")}
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "America/Halifax", "America/Toronto",
    "America/Mexico_City", "Europe/London", "UTC",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One box of the page."""

    code: str
    words: Promise
    is_on: bool
    is_fixed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One group of the page: its words, its boxes, and what stands about its quiet."""

    code: str
    words: Promise
    about: Promise
    ways: list[Way]
    is_never_silent: bool
    is_on_duty: bool


def _line(group: queries.Group, choice: queries.Choice | None) -> Line:
    on, fixed = queries.channels_of(choice, group), group.channels if group.never_silent else ()
    ways = [Way(code, words, code in on, code in fixed) for code, words in WAYS.items()]
    return Line(group.code, *GROUPS[group.code], ways, group.never_silent, group.on_duty)


def _hour(field: str, text: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise Invalid(field, text, _("Write the time as hours and minutes, such as 21:30.")) from wrong


def _quiet(request: Request) -> tuple[time, time] | None:
    hours = [_hour(name, request.POST.get(name, "")) for name in ("quiet_from", "quiet_until")]
    match hours:
        case [None, None]:
            return None
        case [time() as begin, time() as end]:
            return begin, end
    raise Invalid("quiet_until", "", _("Give both times of the quiet hours, or neither."))


@never_cache
def own(request: Request) -> HttpResponse:
    """What one chose, the words that leave, and the form; POST keeps the whole choice."""
    if not request.user.is_authenticated or not request.actor.mfa:
        return redirect_to_login(request.get_full_path())
    groups = queries.notifying().groups
    if request.method == "POST":
        given = {group.code: request.POST.getlist(f"ways_{group.code}") for group in groups}
        actions.choose(
            by=request.actor, channels=given, phone=request.POST.get("phone", ""), quiet=_quiet(request),
            time_zone=request.POST.get("time_zone", ""),
        )  # fmt: skip
        flash.success(request, _("Saved. It holds from the next notice."))
        return redirect("own_notices")
    choice = queries.choice(request.actor)
    zone = (choice.time_zone if choice else "") or settings.TIME_ZONE
    link = f"{settings.BASE_URL}/account/bell/waiting/"
    context = {
        "lines": [_line(group, choice) for group in groups], "choice": choice, "zone": zone,
        "zones": dict.fromkeys([zone, *ZONES]), "address": request.user.email,
        "sample": queries.told("text", ["duty"], 1, link, request.LANGUAGE_CODE),
    }  # fmt: skip
    return page(request, "account/notices.html", context)
