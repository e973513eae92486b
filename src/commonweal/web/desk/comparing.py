"""Past calls under two versions of a protocol: load moved, risks missed, who is moved more, calls to read."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from commonweal.calls import actions
from commonweal.calls import queries as calls
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.kernel.shown import Shown
from commonweal.sharing.actions import Permit, ask_many, permitted
from commonweal.web.desk import protocol_words as words
from commonweal.web.pages import desk, mark_of, page
from commonweal.web.session import Request


@desk("supervise")
def compare(request: Request) -> HttpResponse:
    """`?old=` and `?new=`: ids of versions or drafts. The latest 100,000 calls are triaged by both."""
    old, new = (_protocol(request, name) for name in ("old", "new"))
    found = calls.compare(old, new)
    weighing, language = found.weighing, words.spoken()
    labels = {t: level.label.said_in(language) for p in (old, new) for t, level in p.levels.items()}
    tiers = [
        (tier, labels.get(tier, ""), was := weighing.old[tier], now := weighing.new[tier], now - was)
        for tier in actions.TIERS
    ]
    top = weighing.moves.most_common(12)
    moves = [
        (was, now, n, _percent(n / weighing.calls), _span(weighing.interval(n))) for (was, now), n in top
    ]
    context = {
        "old": old, "new": new, "names": [one.title.said_in(language) for one in (old, new)],
        "weighing": weighing, "tiers": tiers, "moves": moves, "moved": weighing.moves.total(),
        "areas": _shares(weighing, "area"), "languages": _shares(weighing, "language"),
        "missed": _read(request, [(call, "", "") for call in found.missed]),
        "less": _read(request, found.less), "more": _read(request, found.more),
        "most": max([1, *weighing.old.values(), *weighing.new.values()]),
    }  # fmt: skip
    return page(request, "desk/compare.html", context)


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _span(interval: tuple[float, ...]) -> tuple[float, float]:
    return _percent(interval[0]), _percent(interval[1])


Span = tuple[float, float]


def _shares(weighing: calls.Weighing, kind: str) -> list[tuple[calls.Share, float, Span, float]]:
    """Each group with its share, its interval and the share of everybody else, in percent."""
    return [
        (one, _percent(one.share), _span(one.interval), _percent(one.rest)) for one in weighing.shares(kind)
    ]


def _protocol(request: Request, name: str) -> actions.Protocol:
    text = request.GET.get(name, "")
    wanted = mark_of(text.removeprefix("draft:"))
    if wanted is None:
        raise Invalid(name, text, _("Choose two versions to compare."))
    return calls.draft_value(wanted) if text.startswith("draft:") else calls.protocol_value(wanted)


Line = tuple[UUID, str, str, Shown | None]


def _read(request: Request, found: Sequence[tuple[UUID, str, str]]) -> list[Line]:
    """The calls themselves, as far as the gate opens them to this viewer; others by their tiers alone."""
    about = [Subject("call", call) for call, _was, _now in found]
    if not about:
        return []
    answers = ask_many(by=request.actor, category="call_facts", purpose="emergency", about=about)
    shown = {one.subject.id: one for one in calls.facts(permitted(answers))}
    refused = {s.id for s, a in answers.items() if not (isinstance(a, Permit) or a.acknowledged)}
    return [(call, was, now, shown.get(call)) for call, was, now in found if call not in refused]
