"""The app that a phone keeps: its page without anything personal, its worker, its manifest, its place."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.encounters import actions
from commonweal.kernel import codes
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.web.field import consent, encounter
from commonweal.web.field.index import STEPS
from commonweal.web.field.questions import NAMES, TEXTS
from commonweal.web.pages import desk, page
from commonweal.web.session import Request, account_id

FILES = (
    "vendor/uswds/css/uswds.min.css", "css/commonweal.css", "field/field.css", "field/app.mjs",
    "field/connect.mjs", "field/queue.mjs", "field/store.mjs", "field/photos.mjs",
    "vendor/dexie/dexie.mjs", "img/mark.svg",
)  # fmt: skip
ICON = "field/icon.svg"


@lru_cache(maxsize=1)
def version() -> str:
    """Changes with any file of the app, so that phones fetch the new one."""
    found = hashlib.sha256()
    for name in FILES:
        path = finders.find(name)
        found.update(Path(str(path)).read_bytes() if path else name.encode())
    return found.hexdigest()[:16]


@desk("work_field")
def app(request: Request) -> HttpResponse:
    """The page that is shown where the network ends; it holds forms and words, and nobody's data."""
    context = {
        "steps": STEPS,
        "cards": encounter.chips(dict.fromkeys(NAMES, ""), get_language() or "en"),
        "texts": TEXTS,
        "yes_no": [("yes", _("Yes")), ("no", _("No"))],
        "what": consent.WHAT,
        "until": [(str(days), words) for days, words in consent.UNTIL],
        "ways": consent.ways(),
        "acting": consent.acting(),
        "tongues": consent.tongue_choices(),
        "beside": [(one, codes.said(one)) for one in ("parent", "guardian")],
        "kinds": actions.PHOTOGRAPH_KINDS,
    }
    return page(request, "field/app.html", context)


def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: it names the app's files and nobody."""
    context = {"version": version(), "shell": reverse("field:app"), "files": [static(name) for name in FILES]}
    return render(request, "field/sw.js", context, content_type="text/javascript; charset=utf-8")


def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the app on its first screen."""
    told = {
        "id": "/field/",
        "name": "Commonweal: " + _("Field"),
        "short_name": _("Field"),
        "start_url": reverse("field:index"),
        "scope": "/field/",
        "display": "standalone",
        "lang": get_language() or "en",
        "background_color": "#ffffff",
        "theme_color": "#1b3a4b",
        "icons": [
            {"src": static(ICON), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": static(ICON), "sizes": "any", "type": "image/svg+xml", "purpose": "maskable"},
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@desk("work_field")
@require_POST
def whereabouts(request: Request) -> HttpResponse:
    """The unit's place, sent while its worker's switch is on. Only the present is kept."""
    account = account_id(request)
    unit = agencies.unit_of(account) if account else None
    if unit is None:
        raise NotFound("unit")
    try:
        lon, lat = (float(request.POST.get(name, "")) for name in ("lon", "lat"))
    except ValueError as wrong:
        raise Invalid(
            "lon", request.POST.get("lon", ""), _("Give longitude and latitude in degrees.")
        ) from wrong
    calls.move(by=request.actor, unit=unit.id, lon=lon, lat=lat)
    return HttpResponse(status=204)
