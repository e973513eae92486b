"""Side by side: what speaks for one person and what against; link, never, undo; and a new run."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.shown import Shown
from commonweal.people import actions
from commonweal.people import queries as people
from commonweal.web.pages import desk, page, paged
from commonweal.web.records.reading import beside, deciders, own, reviewer, seen
from commonweal.web.session import Request


@desk("keep_records")
def pair(request: Request, pair_id: UUID) -> HttpResponse:
    """Two records with their evidence; a decision (POST) leads to the next pair."""
    by = request.actor
    reads = reviewer(by)
    found = people.proposal(pair_id, reads)
    following = _after(found, reads)
    if request.method == "POST":
        _decide(request, found)
        return redirect("records:pair", following) if following else redirect("records:index")
    sides = beside(by, found.left, found.right)
    context = {
        "pair": found,
        "following": following,
        **sides,
        "evidence": people.spoken(found, sides["read"]),
    }
    return page(request, "records/pair.html", context)


def _after(found: people.Pair, reads: people.Reviewer) -> UUID | None:
    """The pair that waits behind this one; behind the last, the first of those left for later."""
    waiting = [p.id for p in people.proposals(reads)[:200]]
    behind = waiting.index(found.id) + 1 if found.id in waiting else 0
    return next((p for p in waiting[behind:] + waiting[:behind] if p != found.id), None)


def _decide(request: Request, found: people.Pair) -> None:
    act = request.POST.get("act", "")
    left, right = found.left.id, found.right.id
    if act == "link":
        actions.link(
            by=request.actor,
            left=left,
            right=right,
            probability=found.probability,
            evidence=[dict(e) for e in found.evidence],
            model=found.model,
        )
        flash.success(request, _("Linked. It can be undone under Decisions."))
    elif act == "never":
        actions.never(by=request.actor, left=left, right=right)
        flash.success(request, _("Noted: two people. They will not be proposed again."))
    else:
        raise Invalid("act", act, _("Use a button of the page."))


class Told(NamedTuple):
    """A decision as its list says it: the records (None where unread), one of the own agency, who decided."""

    decision: people.Decision
    records: list[Shown | None]
    own: UUID | None
    by: str


@desk("keep_records")
def history(request: Request) -> HttpResponse:
    """What was decided on records of the own agency; each link and each "never" can be undone."""
    decided = people.decisions(reviewer(request.actor))
    if request.method == "POST":
        try:
            chosen = UUID(request.POST.get("decision", ""))
        except ValueError as wrong:
            raise NotFound("decision") from wrong
        if chosen not in {d.id for d in decided}:
            raise NotFound("decision")
        actions.undo(by=request.actor, decision=chosen)
        flash.success(request, _("Undone. The records stand as they did before."))
        return redirect("records:decisions")
    shown = paged(request, decided)
    return page(request, "records/decisions.html", {"page": shown, "decisions": _told(request, shown.items)})


def _told(request: Request, decided: Sequence[people.Decision]) -> list[Told]:
    """Decisions with their records where the gate opens them, and one of the own agency to go to."""
    pairs = [[Subject("source_record", r) for r in (d.left, d.right)] for d in decided]
    wanted = list(dict.fromkeys(s for pair in pairs for s in pair))
    shown, whose = seen(request.actor, wanted), people.origins(wanted)
    agency = own(request.actor)
    return [
        Told(
            d,
            [shown.get(s) for s in pair],
            next((s.id for s in pair if s in whose and whose[s].agency == agency), None),
            name,
        )
        for d, pair, name in zip(decided, pairs, deciders(decided), strict=True)
    ]


@desk("keep_records")
@require_POST
def run(request: Request) -> HttpResponse:
    """Compare the own agency's records with those of the chosen agencies."""
    reads = reviewer(request.actor)
    known = {str(a): a for a in people.beside(reads, [a.id for a in agencies.agencies()])}
    chosen = {known[a] for a in request.POST.getlist("agency") if a in known} | {reads.agency}
    before = len(people.proposals(reads))
    new = actions.run_linkage(by=request.actor, agencies=chosen)
    mine = len(people.proposals(reads)) - before
    told = _(
        "Compared. New pairs for you to review: %(mine)d. For the stewards of other agencies: %(others)d."
    )
    flash.success(request, told % {"mine": mine, "others": new - mine})
    return redirect("records:index")
