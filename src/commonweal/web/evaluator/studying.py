"""Studies: questions in words, a design proposed with its limits, a plan under seal, and the answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweal.calls import queries as calls
from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import SHARE, Analysis, Plan
from commonweal.kernel import clock, days
from commonweal.kernel.errors import Invalid
from commonweal.web.evaluator import foreseen
from commonweal.web.evaluator.comparing import choices
from commonweal.web.evaluator.fields import areas, day_field, named
from commonweal.web.numbers import said
from commonweal.web.pages import desk, mark, mark_of, page
from commonweal.web.session import Request

ROLLOUTS = {
    "once": gettext_lazy("in some areas, all on one day"),
    "steps": gettext_lazy("in steps, area after area"),
    "lot": gettext_lazy("in areas that were drawn by lot"),
    "everywhere": gettext_lazy("everywhere on one day"),
}
EXPECTED = {
    "fewer": gettext_lazy("fewer"),
    "more": gettext_lazy("more"),
    "unsure": gettext_lazy("I do not know"),
}
STEPS = {7: gettext_lazy("by week"), 28: gettext_lazy("by four weeks")}
DESIGNS = {
    "did": gettext_lazy("areas with and without it, before and after (difference in differences)"),
    "staggered": gettext_lazy("each start against areas that had not begun (Callaway and Sant'Anna)"),
    "its": gettext_lazy("one series before and after (interrupted time series)"),
    "cluster_randomised": gettext_lazy("areas drawn by lot against the others (cluster randomised)"),
    "stepped_wedge": gettext_lazy("areas that begin in an order drawn by lot (stepped wedge)"),
}
FIELDS = {
    "design": gettext_lazy("Design"),
    "series": gettext_lazy("What is counted"),
    "first": gettext_lazy("First day"),
    "last": gettext_lazy("Last day"),
    "step": gettext_lazy("Counted"),
    "periods": gettext_lazy("Periods on file"),
    "areas": gettext_lazy("Areas with enough events"),
}


class Questions(forms.Form):
    """The evaluator's questions, in words."""

    question = forms.CharField(
        label=gettext_lazy("What do you want to know?"), max_length=300,
        help_text=gettext_lazy("One question, for example: did the team lower repeat calls in the east?"),
    )  # fmt: skip
    series = forms.ChoiceField(label=gettext_lazy("What would show it?"), choices=choices)
    expected = forms.ChoiceField(label=gettext_lazy("What do you expect?"), choices=list(EXPECTED.items()))
    rollout = forms.ChoiceField(label=gettext_lazy("How did it begin?"), choices=list(ROLLOUTS.items()))
    first = day_field(gettext_lazy("First day that counts"))
    last = day_field(gettext_lazy("Last day that counts"))
    step = forms.TypedChoiceField(
        label=gettext_lazy("Count"), choices=list(STEPS.items()), coerce=int, initial=7
    )
    groups = forms.CharField(
        label=gettext_lazy("For whom will you look apart?"), required=False, max_length=300,
        help_text=gettext_lazy("Named now, so that no group is picked afterwards."),
    )  # fmt: skip
    analysis = forms.CharField(
        label=gettext_lazy("What will be left out, and what else will be tried?"), required=False,
        max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    draw = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.areas: dict[str, str] = {}
        for n, (code, name) in enumerate(areas()):
            self.areas[f"area{n}"] = code
            self.fields[f"area{n}"] = day_field(name, required=False)

    @property
    def starts(self) -> list[forms.BoundField]:
        """The day fields of the areas."""
        return [self[key] for key in self.areas]

    def plan(self) -> Plan:
        """What was answered."""
        told = self.cleaned_data
        return Plan(
            question=told["question"].strip(), series=told["series"], expected=told["expected"],
            rollout=told["rollout"], starts={code: told[key] for key, code in self.areas.items()},
            first=told["first"], last=told["last"], step=told["step"],
            zone=timezone.get_current_timezone_name(), groups=told["groups"].strip(),
            analysis=told["analysis"].strip(), draw=told["draw"],
        )  # fmt: skip


def blank(draw: str) -> dict[str, object]:
    """The window that the records on file suggest; with a draw, its days."""
    on_file = calls.span_of_history()
    last = timezone.localtime(on_file[1]).date() if on_file else clock.today()
    first = timezone.localtime(on_file[0]).date() if on_file else last - timedelta(weeks=52)
    found: dict[str, object] = {"first": first, "last": last, "step": 7, "series": "behavioural"}
    if draw and (key := mark_of(draw)):
        found |= drawn(queries.draw(key), last)
    return found


def drawn(found: queries.Draw, last: date) -> dict[str, object]:
    """The starts of a draw, and a window as long after its first day as the records reach before it."""
    days_on = [date.fromisoformat(day) for day in found.result.values() if day]
    numbered = {code: f"area{n}" for n, (code, _name) in enumerate(areas())}
    starts = {numbered[code]: day for code, day in found.result.items() if code in numbered and day}
    lasting = max(days_on) + max(timedelta(weeks=26), max(days_on) - min(days_on))
    first = min(days_on) - timedelta(weeks=52)
    return {**starts, "rollout": "lot", "draw": found.fingerprint, "first": first, "last": max(last, lasting)}


@desk("evaluate")
def plan(request: Request) -> HttpResponse:
    """The questions; `act=propose` shows the design that fits, `act=freeze` registers the plan."""
    asked = None
    form = Questions(request.POST or None, initial=blank(request.GET.get("draw", "")))
    proposed = None
    if request.method == "POST" and form.is_valid():
        try:
            asked = form.plan()
            proposed = queries.proposed(asked)
            asked = replace(asked, design=proposed.design)
            asked = replace(asked, power=actions.foresee(by=request.actor, plan=asked))
            if request.POST.get("act") == "freeze":
                made = actions.register(by=request.actor, plan=asked)
                return redirect("evaluator:study", made.id)
        except Invalid as fault:
            mark(form, fault)
    context = {
        "form": form,
        "proposed": proposed,
        "design": DESIGNS.get(proposed.design) if proposed else "",
        **(power_of(asked) if asked else {}),
        "studies": queries.studies()[:20],
        "is_late": proposed is not None and form.cleaned_data["last"] < clock.today(),
    }
    return page(request, "evaluator/plan.html", context, status=400 if form.errors else 200)


def power_of(kept: Plan) -> dict[str, object]:
    """What the plan could show, for the page."""
    return {
        "power": foreseen.in_words(kept), "chances": foreseen.chances(kept), "basis": foreseen.basis(kept),
    }  # fmt: skip


@desk("evaluate")
def study(request: Request, study_id: UUID) -> HttpResponse:
    """The plan with its seal, and every analysis beside it, in the order they were made."""
    found = queries.study(study_id)
    kept = queries.plan_of(found.plan)
    context = {
        "found": found,
        "plan": kept,
        "series": dict(choices()).get(kept.series, kept.series),
        "expected": EXPECTED[kept.expected],
        "rollout": ROLLOUTS[kept.rollout],
        "step": STEPS[kept.step],
        "design": DESIGNS[kept.design],
        "designs": DESIGNS.items(),
        "starts": [(named(code), day) for code, day in kept.starts.items()],
        "is_sealed": queries.is_sealed(found),
        "draw": queries.drawn_as(kept.draw),
        **power_of(kept),
        "text": queries.written(found.plan),
        "standing": queries.standing(actions.open_sets(by=request.actor)),
        "is_late": timezone.localtime(found.created_at).date() > kept.last,
        "answers": [answered(made, kept) for made in queries.analyses(found)],
    }
    return page(request, "evaluator/study.html", context)


def answered(made: Analysis, planned: Plan) -> dict[str, object]:
    """One analysis for the page."""
    told = made.result
    sentence, doubts, cannot = queries.read_out(made)
    return {
        "made": made, "told": told, "sentence": sentence, "doubts": doubts, "cannot": cannot,
        "unit": unit(queries.plan_of(made.plan)), "as_expected": as_expected(told, planned.expected),
        "deviations": [(FIELDS.get(d["field"], d["field"]), shown(d, "planned"), shown(d, "done"))
                       for d in made.deviations],
        "forest": forest(told),
        "checks": checks(told),
    }  # fmt: skip


def unit(kept: Plan) -> str:
    """What one of the answer is."""
    if kept.design == "its":
        return _("ratio, after over before")
    if kept.series == SHARE:
        return _("in a hundred calls")
    return _("calls a week in one area") if kept.step == 7 else _("calls in four weeks in one area")


def as_expected(told: Mapping[str, Any], expected: str) -> str:
    """How the answer stands to what was expected; a null result says so as plainly as any other."""
    none = 1.0 if told["scale"] == "ratio" else 0.0
    if told["low"] is None or told["high"] is None or told["low"] <= none <= told["high"]:
        return _(
            "Neither more nor fewer can be told from these records. That is a result: it says how large an "
            "effect they rule out."
        )
    went = "more" if told["estimate"] > none else "fewer"
    if expected == "unsure":
        return _("Nothing was expected beforehand.")
    if went == expected:
        return _("This is what was expected.")
    return _("This is the opposite of what was expected.")


def shown(departure: Mapping[str, Any], side: str) -> str:
    """One side of a departure from the plan, in words."""
    value, field = departure[side], departure["field"]
    if field in ("first", "last"):
        return days.said(date.fromisoformat(str(value)))
    if field == "design":
        return str(DESIGNS.get(str(value), value))
    if field == "series":
        return dict(choices()).get(str(value), str(value))
    return str(STEPS.get(value, value)) if field == "step" else str(value)


def checks(told: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Pre-trend, placebo, leave-one-out: what each asks, what it found, what that means. Always all three."""
    rows = []
    is_lot = str(told["method"]).startswith(("difference_of_means", "covariance_adjusted", "lin_adjusted"))
    earlier = _("Does a start pretended earlier show an effect as well?")
    for name, asks in (
        ("pre_trend", _("Were they moving apart before it began?")),
        ("placebo", _("Did the lot leave them apart before it began?") if is_lot else earlier),
    ):
        found = told[name]
        if found is None or found["p_value"] is None:
            rows.append((asks, "–", _("It cannot be tested here.")))
            continue
        text = _("estimate %(estimate)s, p %(p)s") % {
            "estimate": said(found["estimate"], 3), "p": said(found["p_value"], 3),
        }  # fmt: skip
        calm = found["p_value"] >= 0.05
        alarm = _("Yes: the answer may be that and no effect.")
        rows.append((asks, text, _("No sign of it.") if calm else alarm))
    asks, found = _("Does one area or period decide?"), told["leave_one_out"]
    if found is None:
        return [*rows, (asks, "–", _("It cannot be tested here."))]
    ends = {"low": said(found["lowest"], 3), "high": said(found["highest"], 3)}
    text = _("between %(low)s and %(high)s without any one") % ends
    turns = _("Yes: without one of them the answer changes its sign.")
    return [*rows, (asks, text, turns if found["changes_sign"] else _("No single one turns it."))]


def forest(told: Mapping[str, Any]) -> dict[str, float] | None:
    """Where estimate and interval lie on a scale that holds them and no effect (0 to 300)."""
    if told["low"] is None or told["high"] is None or told["estimate"] is None:
        return None
    none = 1.0 if told["scale"] == "ratio" else 0.0
    reach = max(abs(told[name] - none) for name in ("low", "high", "estimate")) * 1.15 or 1.0

    def at(value: float) -> float:
        return round(150 + 150 * (value - none) / reach, 1)

    low, high = at(told["low"]), at(told["high"])
    return {"x": at(told["estimate"]), "low": low, "width": round(high - low, 1), "none": none}


@desk("evaluate")
@require_POST
def analyse(request: Request, study_id: UUID) -> HttpResponse:
    """Carry the plan out; a change takes a reason and is shown as a departure."""
    design = request.POST.get("design", "")
    planned = queries.study(study_id).design
    changes = {"design": design} if design and design != planned else {}
    made = actions.analyse(
        by=request.actor, study=study_id, changes=changes, reason=request.POST.get("reason", "")
    )
    return redirect("evaluator:study", made.study_id)
