"""The seven rates called diversion, side by side: the same calls, and the words why they differ."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonweal.calls import queries as calls
from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import Figure
from commonweal.web.evaluator.span import asked
from commonweal.web.evaluator.wording import Told, told
from commonweal.web.numbers import said
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("evaluate")
def diversion(request: Request) -> HttpResponse:
    """All seven with counts, intervals, published figures, and what each step takes away."""
    span = asked(request)
    opened = actions.open_sets(by=request.actor)
    figures = queries.diversions(opened, span.start, span.end)
    rows = [told(figure) for figure in figures]
    known = [row for row in rows if row.figure.value is not None]
    context = {
        "span": span,
        "standing": queries.standing(opened),
        "rows": rows,
        "bars": [
            (str(number), row.figure.value, row.figure.low, row.figure.high)
            for number, row in enumerate(rows, 1)
            if row.figure.value is not None
        ],
        "sentence": sentence(known),
        "steps": steps(figures),
        "top": top(figures),
        "is_by_record": any("by_record" in figure.result.notes for figure in figures),
        "has_no_team": figures[0].result.numerator == 0 and bool(figures[0].result.denominator),
        "left_out": sorted({origin for found in opened.left_out.values() for origin in found}),
    }
    return page(request, "evaluator/diversion.html", context)


def sentence(known: Sequence[Told]) -> str:
    """The span of the answers in one sentence."""
    values = [row.figure.value for row in known if row.figure.value is not None]
    if not values:
        return _("There is not enough on file in these days to say anything yet.")
    if max(values) == 0:
        return _("By every definition the rate is zero in these days.")
    return _("The same calls give %(low)s %% or %(high)s %%, by what is counted and against what.") % {
        "low": said(min(values), 1), "high": said(max(values), 1),
    }  # fmt: skip


def top(figures: Sequence[Figure]) -> list[str]:
    """The team's three commonest kinds of call, in the reader's language."""
    names = dict(calls.natures())
    notes = next((figure.result.notes for figure in figures if figure.result.notes), ())
    return [names.get(note[4:], note[4:]) for note in notes if note.startswith("top:")]


def steps(figures: Sequence[Figure]) -> list[str]:
    """What stands between one rate and the next, in calls; left out where a number is hidden."""
    hits = [figure.result.numerator for figure in figures]
    of = [figure.result.denominator for figure in figures]
    tied, sent, alone, rest, _same, checks, _again = hits
    found = []
    if tied is not None and sent is not None:
        said_ = ngettext(
            "From 1 to 2: %(n)s call was tied to the team without its being sent.",
            "From 1 to 2: %(n)s calls were tied to the team without its being sent.",
            tied - sent,
        )
        found.append(said_ % {"n": said(tied - sent)})
    if sent is not None and alone is not None:
        text = _(
            "From 2 to 3: to %(n)s the team was sent, but it did not arrive or police were sent as well."
        )
        found.append(text % {"n": said(sent - alone)})
    if alone is not None and rest is not None:
        text = _("From 3 to 4: %(n)s are of the team's three commonest kinds and are taken off.")
        found.append(text % {"n": said(alone - rest)})
    if of[3] is not None and of[4] is not None:
        text = _("From 4 to 5: the same calls, but against %(n)s instead of %(all)s.")
        found.append(text % {"n": said(of[4]), "all": said(of[3])})
    if checks is not None:
        text = _("6 and 7 count %(n)s welfare checks and nothing else, each as 0.74 of a call.")
        found.append(text % {"n": said(checks)})
    return found
