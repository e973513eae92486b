"""The inbox: what waits, what is in hand, what is over; soonest due first; capacity at the top."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect

from commonweal.directory import queries as directory
from commonweal.kernel import clock
from commonweal.messages import queries as threads
from commonweal.referrals import queries as referrals
from commonweal.web.numbers import percent
from commonweal.web.pages import Page, csv_response, desk, page, paged
from commonweal.web.provider import reading, words
from commonweal.web.session import Request

WINDOW = timedelta(days=90)


def folder_of(request: HttpRequest) -> str:
    """The folder that the query names; the first one otherwise."""
    wanted = request.GET.get("folder", "")
    return wanted if wanted in words.FOLDERS else "waiting"


def mailbox(request: Request) -> dict[str, object]:
    """The list beside every card: its folder, one page of rows with a line each, and all counts."""
    by, folder = request.actor, folder_of(request)
    rows: Page[referrals.Row] = paged(request, referrals.inbox(by, folder), 20)
    why = reading.whys(by, [row.subject for row in rows]) if rows else {}
    new = threads.new_in(by, [row.subject for row in rows]) if rows else {}
    counts = referrals.counts(by)
    return {
        "rows": rows,
        "lines": [
            (
                row,
                why.get(row.id, ""),
                words.pathway(row.pathway),
                *words.due(row),
                *words.state(row),
                new.get(row.id),
            )
            for row in rows
        ],  # fmt: skip
        "current": request.GET.get("open", ""),
        "folder": folder,
        "folders": [(code, name, counts[code]) for code, name in words.FOLDERS.items()],
    }


@desk("answer_referrals", "send_referrals")
def inbox(request: Request) -> HttpResponse:
    """The list with its capacity strip; `part=list` gives the list alone, for the live feed.

    Whoever only sends referrals goes on to those they sent.
    """
    if not request.actor.may("answer_referrals"):
        return redirect("provider:sent")
    context = mailbox(request) | {"door": referrals.at_the_door(request.actor)}
    context["may_tick"] = context["folder"] == "waiting"
    if request.GET.get("part") == "list":
        return page(request, "provider/list.html", context)
    agency = request.actor.agency
    services = list(directory.own_services(agency)[:12]) if agency else []
    rooms = directory.latest_posts([s.id for s in services])
    since = clock.now() - WINDOW
    context["stepper"] = [
        (s, room := rooms.get(s.id), words.free(s.capacity_unit, room.posted if room else None))
        for s in services
    ]
    if agency:
        closure = referrals.closure(to_agency=agency, since=since)
        shares = {"share": closure.share, "low": closure.low, "high": closure.high}
        context |= {name: f"{percent(value)}%" for name, value in shares.items()}
        context |= {"closure": closure, "days": WINDOW.days}
        context["handed_off"], context["hand_off_minutes"] = referrals.hand_off_minutes(agency, since)
    return page(request, "provider/inbox.html", context)


@desk("answer_referrals")
def export(request: Request) -> StreamingHttpResponse:
    """A folder as CSV: codes, states and times; nobody's name, no need."""
    rows = referrals.inbox(request.actor, folder_of(request))
    header = ("code", "service", "from", "state", "sent", "due", "closed")
    lines = (
        (r.code, r.service_name, r.from_name, r.state, r.sent_at or "", r.due_at or "", r.closed_at or "")
        for r in rows
    )
    return csv_response("referrals", header, lines)
