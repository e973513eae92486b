"""Find help: the three numbers, a question in plain words, services with their room and hours."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from commonweal.community import queries as community
from commonweal.directory import queries as directory
from commonweal.kernel.errors import Invalid
from commonweal.web import tongues
from commonweal.web.cells import dots
from commonweal.web.pages import Page, page, page_number
from commonweal.web.resident import alerts
from commonweal.web.session import Request

SIZE = 15


def _needs() -> list[tuple[str, str]]:
    spanish = (get_language() or "en").startswith("es")
    return [(code, need.es if spanish else need.en) for code, need in directory.vocabulary().items()]


def front(request: Request) -> HttpResponse:
    """What do you need? And what was done with what residents said."""
    context = {
        "needs": _needs(),
        "replies": community.you_said_we_did()[:5],
        "meetings": community.meetings(coming=True)[:3],
        "voice": community.voice(),
        "alerts": alerts.standing(),
    }
    return page(request, "resident/index.html", context)


# What is asked for travels by POST alone: a need in an address lands in the browser's history and in proxies'
# logs (decision record 0011). It changes nothing, so nothing is won by forging it; without a token no cookie
# is needed.
@csrf_exempt
def find(request: Request) -> HttpResponse:
    """Services that match, as a list and on a map; each line says room, age of that word, and hours.

    Opened without a question (GET), every service stands there.
    """
    asked = {name: request.POST.get(name, "") for name in ("q", "need", "language")}
    number, is_open = page_number(request), request.POST.get("open") == "yes"
    if asked["need"] and asked["need"] not in directory.vocabulary():
        raise Invalid("need", asked["need"], "Choose a need from the list.")
    found = directory.search(
        text=asked["q"],
        need=asked["need"],
        language=asked["language"],
        open_now=is_open,
        limit=SIZE,
        offset=(number - 1) * SIZE,
    )
    rows = Page(found.rows, number, number * SIZE < found.total)
    placed = [
        {"lon": s.lon, "lat": s.lat, "name": s.name, "address": s.address}
        for s in found.rows
        if s.lon is not None and s.lat is not None
    ]
    layers = [
        {"name": _("services"), "kind": "point", "data": dots(placed), "label": "name", "colour": "#005ea2"}
    ]
    context = {
        "asked": asked,
        "is_open": is_open,
        "sent": {**asked, "open": "yes" if is_open else ""},
        "needs": _needs(),
        "languages": tongues.several(directory.languages()),
        "rows": rows,
        "total": found.total,
        "layers": layers if placed else [],
    }
    return page(request, "resident/find.html", context)


def service(request: Request, service_id: UUID) -> HttpResponse:
    """One service in full; an entry that was merged leads to the one that stands for it."""
    standing = directory.stands_for(service_id)
    if standing != service_id:
        return redirect("resident:service", standing)
    detail = directory.service(service_id)
    spoken = [name for _code, name in tongues.several(detail.spoken)]
    return page(request, "resident/service.html", {"detail": detail, "spoken": spoken})
