"""What residents may hold us to: meetings and promises, protocols and agreements in force, counts."""

from itertools import groupby
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language

from commonweal.calls import queries as calls
from commonweal.community import queries as community
from commonweal.kernel.errors import NotFound
from commonweal.sharing import queries as sharing
from commonweal.web.pages import page, paged
from commonweal.web.session import Request


def meetings(request: Request) -> HttpResponse:
    """Meetings to come, past ones with minutes, and every promise with its day."""
    context = {
        "coming": community.meetings(coming=True),
        "past": paged(request, community.meetings(coming=False), 10),
        "commitments": community.commitments(),
    }
    return page(request, "resident/meetings.html", context)


def rules(request: Request) -> HttpResponse:
    """Which protocol decides who comes, and which agreements decide what agencies may share."""
    spoken = (get_language() or "en").split("-")[0]
    found = [
        (version, calls.protocol_value(version.id).title.said_in(spoken))
        for version in calls.protocols()
        if calls.is_approved(version)
    ]
    return page(
        request,
        "resident/rules.html",
        {"protocols": found, "agreements": sharing.agreements(public_only=True)},
    )


def protocol(request: Request, version_id: UUID) -> HttpResponse:
    """One protocol in words: questions, what decides at once, what raises."""
    version = calls.protocol(version_id)
    if not calls.is_approved(version):
        raise NotFound("protocol")
    spanish = (get_language() or "en").startswith("es")
    return page(
        request,
        "resident/protocol.html",
        {"version": version, "value": calls.protocol_value(version_id), "es": spanish},
    )


def agreement(request: Request, agreement_id: UUID) -> HttpResponse:
    """One agreement in force that its parties made public, on a page to print."""
    found = sharing.agreements(public_only=True).filter(id=agreement_id).first()
    if found is None:
        raise NotFound("agreement")
    return page(request, "agreement/print.html", {"agreement": found, "digest": sharing.digest(found)})


def _most_first(line: tuple[community.Figure, str]) -> tuple[int, str]:
    return -(line[0].number or 0), line[1]


def figures(request: Request) -> HttpResponse:
    """Published counts by kind and month; what is hidden says so."""
    rows, names = community.published(), dict(calls.natures())
    tables = [
        (code, sorted(((row, names.get(row.cell, row.cell)) for row in group), key=_most_first))
        for code, group in groupby(rows, key=lambda row: (row.code, row.month))
    ]
    context = {
        "tables": tables, "taken_back": community.taken_back(), "may_publish": request.actor.may("publish"),
    }  # fmt: skip
    return page(request, "resident/figures.html", context)
