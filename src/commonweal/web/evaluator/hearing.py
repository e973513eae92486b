"""Voices as measures: how it went, how many were asked, who is not heard, whom answers are held against."""

from datetime import date

from django import forms
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.community import actions, queries
from commonweal.community.queries import AUDIENCES, MARGINS, Audience, Line, Share
from commonweal.kernel.errors import Invalid
from commonweal.web.faces import FACES, OF_RESIDENTS, score
from commonweal.web.numbers import said
from commonweal.web.pages import desk, mark, page
from commonweal.web.session import Request

NAMES = {
    "person": gettext_lazy("People the teams met"),
    "resident": gettext_lazy("Residents who wrote by themselves"),
    "worker": gettext_lazy("Workers"),
}
OF_WORKERS = {
    "fitting": gettext_lazy("Do people get the right response?"),
    "safety": gettext_lazy("Do you feel safe at work?"),
    "partners": gettext_lazy("Do the other agencies do their part?"),
}
MARGIN_NAMES = {
    "age": gettext_lazy("Age"),
    "area": gettext_lazy("Area"),
    "language": gettext_lazy("Language"),
}
LANGUAGES = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish")}
WORK = {
    "calls": gettext_lazy("I answer calls or dispatch"),
    "police": gettext_lazy("I am a police officer"),
    "clinical": gettext_lazy("I am a clinician or a medic"),
    "peer": gettext_lazy("I am a peer worker"),
    "services": gettext_lazy("I work at a service or a shelter"),
    "other": gettext_lazy("Something else"),
}


@desk("evaluate", "publish")
def voices(request: Request) -> HttpResponse:
    """What people, residents and workers said, with response rates; as said, and weighted to a population."""
    workers = len(agencies.working())
    heard = [queries.audience(name, workers) for name in AUDIENCES]
    rows = queries.shares()
    context = {
        "heard": [(NAMES[one.name], one, told(one), doubts(one)) for one in heard],
        "shares": [(named(row), row) for row in rows],
        "sources": queries.populations().values_list("source", "year").distinct().order_by("source", "year"),
        "themes": [(own(row.theme.name_en, row.theme.name_es), row) for row in queries.spoken()],
        "may_weigh": request.actor.may("evaluate"),
        "may_name": request.actor.may("publish"),
    }
    return page(request, "evaluator/voices.html", context)


def told(one: Audience) -> list[dict[str, object]]:
    """Each question with its figures, and its quarters for a chart."""
    words = OF_WORKERS if one.name == "worker" else OF_RESIDENTS
    return [
        {
            "text": words[each.name],
            "asked": each,
            "quarters": [
                (quarter_name(first), value, None, None)
                for first, value in zip(one.quarters, each.quarters, strict=False)
                if value is not None
            ],
        }
        for each in one.questions
    ]


def quarter_name(first: date) -> str:
    """A quarter: "Q3 2026", in Spanish "T3 2026"."""
    return _("Q%(number)d %(year)d") % {"number": (first.month + 2) // 3, "year": first.year}


def doubts(one: Audience) -> list[str]:
    """Why to be careful with what one audience said."""
    found = []
    if one.name == "resident":
        found.append(
            _("Whoever wished to wrote: nobody knows how many did not, so there is no response rate.")
        )
    elif one.rate is not None and one.rate < 0.6:
        found.append(
            _("Fewer than six in ten answered. The others may see it otherwise; weights cannot mend that.")
        )
    if one.name != "worker" and one.effective is None:
        found.append(_("Not weighted: too few say who they are, or no population is written down."))
    if one.effective is not None and one.answers:
        found.append(
            _("Weighted, %(answers)s answers say as much as %(effective)s equal ones.")
            % {"answers": said(one.answers, 0), "effective": said(one.effective, 0)}
        )
        if not one.stands:
            found.append(
                _("The weights could not be made to fit every share: some groups have too few answers.")
            )
    if one.unheard:
        names = ", ".join(str(LANGUAGES.get(value, value)) for value in one.unheard)
        found.append(_("Nobody answered from: %(names)s. Others stand for them.") % {"names": names})
    return found


def own(english: str, spanish: str) -> str:
    """The words of the reader's language, else English."""
    return spanish if (get_language() or "en").startswith("es") and spanish else english


def named(row: Share) -> str:
    """A value of a margin in words."""
    return str(LANGUAGES.get(row.value, "")) or own(row.value, row.value_es)


class Shown(forms.Form):
    """The population by one margin."""

    margin = forms.ChoiceField(label=gettext_lazy("Counted by"), choices=list(MARGIN_NAMES.items()))
    lines = forms.CharField(
        label=gettext_lazy("Values and people"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "One value a line: name; name in Spanish; people. For example: 18 to 24; 18 a 24; 21400. "
            "For languages: en; ; 198000"
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Where the numbers come from"), max_length=160,
        help_text=gettext_lazy("For example: American Community Survey, table B01001"),
    )  # fmt: skip
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1990)


def read_lines(text: str) -> list[Line]:
    """Lines of name; Spanish name; people; Invalid names the line and what is wrong with it."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split(";")]
        if len(parts) not in (2, 3) or not parts[0] or len(parts[0]) > 60:
            raise Invalid(
                "lines", line, "Line %(number)d: write name; name in Spanish; people.", number=number
            )
        people = parts[-1].replace(",", "").replace(".", "").replace(" ", "")
        if not people.isascii() or not people.isdigit() or not 0 < int(people[:12]) < 2**31:
            raise Invalid("lines", line, "Line %(number)d: people is a whole number above 0.", number=number)
        found.append(Line(parts[0], parts[1][:60] if len(parts) == 3 else "", int(people)))
    return found


@desk("evaluate")
def population(request: Request) -> HttpResponse:
    """Who lives here, by age, area and language: what answers are weighted to."""
    form = Shown(request.POST or None, initial={"margin": request.GET.get("by", "age")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            lines = read_lines(given["lines"])
            actions.set_population(by=request.actor, **{**given, "lines": lines})
        except Invalid as fault:
            mark(form, fault)
        else:
            flash.success(
                request, _("Written down. Forms ask for it from now on, and answers are weighted to it.")
            )
            return redirect("evaluator:voices")
    rows: dict[str, list[object]] = {name: [] for name in MARGINS}
    for row in queries.populations():
        rows[row.margin].append((named_value(row.value, row.value_es), row))
    known = [(MARGIN_NAMES[name], found) for name, found in rows.items() if found]
    context = {"form": form, "known": known}
    return page(request, "evaluator/population.html", context, status=400 if form.errors else 200)


def named_value(value: str, spanish: str) -> str:
    """A value as written down, in the reader's language."""
    return str(LANGUAGES.get(value, "")) or own(value, spanish)


@desk("learn")
def as_worker(request: Request) -> HttpResponse:
    """Three questions to workers, once a quarter; the answer is kept apart from who gave it."""
    asked = [(name, OF_WORKERS[name]) for name in queries.WORKERS_ASKED]
    if request.method == "POST":
        scores = {name: score(name, request.POST.get(name, "")) for name, _text in asked}
        actions.answer_as_worker(by=request.actor, work=request.POST.get("work", ""), scores=scores)
        flash.success(request, _("Thank you. Your answer is kept without your name."))
        return redirect("evaluator:as_worker")
    context = {
        "asked": asked,
        "faces": FACES,
        "work": WORK.items(),
        "has_answered": queries.has_answered(request.actor),
    }
    return page(request, "evaluator/as_worker.html", context)
