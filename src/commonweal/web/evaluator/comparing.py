"""Before and after: a question in sentence form, and its answer with interval and warnings."""

from collections.abc import Iterable
from datetime import timedelta
from math import log
from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.calls import queries as calls
from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import SHARE, Comparison, Window
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.web.evaluator.wording import week_from
from commonweal.web.pages import desk, mark, page
from commonweal.web.session import Request


def choices() -> list[tuple[str, str]]:
    """What may be compared: all calls, behavioural health, each discipline, each nature."""
    fixed = [
        ("all", _("all calls")),
        ("behavioural", _("calls about behavioural health")),
        (SHARE, _("share of calls about behavioural health")),
        ("discipline:police", _("police calls")),
        ("discipline:fire", _("fire calls")),
        ("discipline:ems", _("ambulance calls")),
    ]
    return fixed + [(f"nature:{code}", name) for code, name in calls.natures()]


class Question(forms.Form):
    """Did [calls] change on [day]? Compare [weeks] before with [weeks] after."""

    series = forms.ChoiceField(label=gettext_lazy("What to count"), choices=choices)
    change_on = forms.DateField(
        label=gettext_lazy("Day of the change"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),  # as browsers want it
    )
    before_weeks = forms.IntegerField(label=gettext_lazy("Weeks before"), min_value=1, max_value=260)
    after_weeks = forms.IntegerField(label=gettext_lazy("Weeks after"), min_value=1, max_value=260)
    title = forms.CharField(
        label=gettext_lazy("What changed that day"), required=False, max_length=160,
        help_text=gettext_lazy("For the report, for example: second crisis van on duty"),
    )  # fmt: skip


def titled(made: Iterable[Comparison]) -> list[tuple[Comparison, str]]:
    """Each comparison with its title; what it counts, in words, where it has none."""
    names = dict(choices())
    return [(one, one.title or names.get(one.series, one.series).capitalize()) for one in made]


def _form(data: QueryDict | None = None) -> Question:
    on_file = calls.span_of_history()
    last = timezone.localtime(on_file[1]).date() if on_file else clock.today()
    weeks = max(1, (on_file[1] - on_file[0]).days // 14) if on_file else 26
    near = min(weeks, 26)
    initial = {"change_on": last - timedelta(weeks=near), "before_weeks": near, "after_weeks": near}
    return Question(data or None, initial=initial)


@desk("evaluate")
def ask(request: Request) -> HttpResponse:
    """The form; an answer is kept and shown on a page of its own."""
    form = _form(request.POST)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        window = Window(
            given["change_on"], given["before_weeks"], given["after_weeks"],
            timezone.get_current_timezone_name(),
        )  # fmt: skip
        try:
            made = actions.compare(
                by=request.actor, series=given["series"], window=window, title=given["title"]
            )
        except Invalid as fault:
            mark(form, fault)
        else:
            return redirect("evaluator:comparison", made.id)
    context = {"form": form, "made": titled(queries.comparisons()[:20])}
    return page(request, "evaluator/compare.html", context, status=400 if form.errors else 200)


@desk("evaluate")
def answer(request: Request, comparison_id: UUID) -> HttpResponse:
    """What changed, the interval drawn, and every warning beside it."""
    found = queries.comparison(comparison_id)
    weeks = [(week_from(w["start"]), *_scaled(w, found)) for w in found.result["weeks"]]
    context = {
        "found": found,
        "standing": queries.standing(actions.open_sets(by=request.actor)),
        "series": dict(choices()).get(found.series, found.series),
        "weeks": weeks,
        "warnings": queries.warnings(found),
        "sentence": sentence(found),
        "unit": _("per 100 calls") if found.series == SHARE else _("calls a day"),
        "forest": forest(found),
    }
    return page(request, "evaluator/comparison.html", context)


def _scaled(week: dict[str, float | None], found: Comparison) -> list[float | None]:
    factor = 100 if found.series == SHARE else 1
    numbers = [week["rate"], week["low"], week["high"]]
    return [None if n is None else round(n * factor, 2) for n in numbers]


def sentence(found: Comparison) -> str:
    """The answer in plain words, with its doubt."""
    told = found.result
    if told["is_hidden"]:
        says = _("Fewer than %(n)s on one side: the numbers are not shown, so that nobody can be recognised.")
        return says % {"n": told.get("smallest", 11)}
    if told["ratio"] is None:
        return _("There is nothing to compare: no event on one side.")
    change = 100 * (told["ratio"] - 1)
    values = {
        "change": f"{abs(change):.0f}",
        "low": f"{100 * ((told['low'] or 0) - 1):+.0f}",
        "high": f"{100 * (told['high'] - 1):+.0f}" if told["high"] is not None else "∞",
    }
    if told["low"] is not None and told["high"] is not None and told["low"] <= 1 <= told["high"]:
        return (
            _("No change can be told apart from chance (%(low)s %% to %(high)s %%, 95 %% interval).") % values
        )
    if change > 0:
        return _("%(change)s %% more afterwards (%(low)s %% to %(high)s %%, 95 %% interval).") % values
    return _("%(change)s %% fewer afterwards (%(low)s %% to %(high)s %%, 95 %% interval).") % values


def forest(found: Comparison) -> dict[str, float] | None:
    """Where the ratio and its interval lie on a scale from a third to three times (0 to 300)."""
    told = found.result
    if told["is_hidden"] or None in (told["ratio"], told["low"], told["high"]):
        return None

    def at(ratio: float) -> float:
        return round(150 + 150 * log(min(max(ratio, 1 / 3), 3)) / log(3), 1)

    low, high = at(told["low"]), at(told["high"])
    return {"x": at(told["ratio"]), "low": low, "high": high, "width": round(high - low, 1)}
