"""Drawing lots: which areas begin on which day, once, with a seed that anybody can check."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import Draw
from commonweal.kernel import days
from commonweal.kernel.errors import Invalid
from commonweal.web.evaluator.fields import areas, day_field, named
from commonweal.web.pages import desk, mark, page
from commonweal.web.session import Request

DAYS = 6  # fields for days on the form; a program may name twelve


class Lots(forms.Form):
    """Which areas, which days, how many of them never."""

    title = forms.CharField(label=gettext_lazy("What begins"), required=False, max_length=160)
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Areas in the draw"), choices=areas, widget=forms.CheckboxSelectMultiple
    )
    compared = forms.IntegerField(
        label=gettext_lazy("Areas that will not begin, for comparison"), min_value=0, initial=0,
        help_text=gettext_lazy("0 where every area begins in the end, step by step."),
    )  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for number in range(1, DAYS + 1):
            self.fields[f"day{number}"] = day_field(_("Day %(n)d") % {"n": number}, required=number == 1)

    @property
    def days(self) -> list[forms.BoundField]:
        """The fields of days."""
        return [self[f"day{number}"] for number in range(1, DAYS + 1)]


@desk("evaluate")
def lots(request: Request) -> HttpResponse:
    """The form; a draw is kept at once, and shown on a page of its own."""
    given = request.POST if request.method == "POST" else None
    form = Lots(given, initial={"areas": [code for code, _name in areas()]})
    if given is not None and form.is_valid():
        told = form.cleaned_data
        chosen = [told[field.name] for field in form.days if told[field.name]]
        try:
            made = actions.draw_lots(
                by=request.actor, areas=told["areas"], days=chosen, compared=told["compared"],
                title=told["title"],
            )  # fmt: skip
        except Invalid as fault:
            mark(form, fault)
        else:
            return redirect("evaluator:draw", made.id)
    context = {"form": form, "draws": [(one, titled(one)) for one in queries.draws()[:20]]}
    return page(request, "evaluator/lots.html", context, status=400 if form.errors else 200)


def titled(found: Draw) -> str:
    """A draw's title; how many areas where it has none."""
    return found.title or _("%(n)s areas drawn") % {"n": len(found.areas)}


@desk("evaluate")
def draw(request: Request, draw_id: UUID) -> HttpResponse:
    """Who begins when, the seed, and how to check it."""
    found = queries.draw(draw_id)
    ordered = sorted(found.result.items(), key=lambda pair: (pair[1] or "9999", named(pair[0])))
    context = {
        "found": found,
        "title": titled(found),
        "result": [(named(code), day and days.said(date.fromisoformat(day))) for code, day in ordered],
        "is_true": queries.is_true(found),
        "times": queries.times_drawn(found),
        "text": queries.text_of(found),
    }
    return page(request, "evaluator/draw.html", context)
