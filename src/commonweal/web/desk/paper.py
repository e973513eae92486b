"""A call sheet, entered when the system is back: the times of the paper, and nothing entered twice."""

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.agencies import queries as agencies
from commonweal.calls import actions
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.web.desk.words import LANGUAGES, ROLES, SOURCES, natures
from commonweal.web.pages import desk, mark, page
from commonweal.web.session import Request
from commonweal.web.templatetags.commonweal import Words

MOMENTS = ("received", "dispatched", "on_scene", "cleared")
CLOCK = "%Y-%m-%dT%H:%M"
NOBODY = ("", gettext_lazy("Not written"))


class Moment(forms.DateTimeField):
    """A day and a time as a browser's own picker sends them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=CLOCK)
    input_formats = (CLOCK, "%Y-%m-%dT%H:%M:%S")


def _or_nothing(choices: Iterable[tuple[str, Words]]) -> list[tuple[str, Words]]:
    """Choices of a box that may stay empty."""
    return [NOBODY, *choices]


def _units() -> list[tuple[str, Words]]:
    return _or_nothing((str(unit.id), unit.call_sign) for unit in agencies.units())


class CallSheet(forms.Form):
    """The boxes of the printed sheet, in its order."""

    paper = forms.CharField(label=gettext_lazy("Number of the sheet"), max_length=24)
    source = forms.ChoiceField(label=gettext_lazy("Came in by"), choices=list(SOURCES.items()))
    received = Moment(label=gettext_lazy("Received"))
    dispatched = Moment(label=gettext_lazy("Unit sent"), required=False)
    on_scene = Moment(label=gettext_lazy("Unit there"), required=False)
    cleared = Moment(label=gettext_lazy("Cleared"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Call sign"), required=False, choices=_units)
    tier = forms.ChoiceField(
        label=gettext_lazy("Tier that was ringed"), required=False,
        choices=_or_nothing((tier, tier) for tier in actions.TIERS),
    )  # fmt: skip
    address = forms.CharField(label=gettext_lazy("Where"), max_length=200, required=False)
    extra = forms.CharField(
        label=gettext_lazy("Apartment, floor, how to get in"), max_length=80, required=False
    )
    name = forms.CharField(label=gettext_lazy("Who calls"), max_length=120, required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=32, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("The caller is"), required=False, choices=_or_nothing(ROLES.items())
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=list(LANGUAGES.items()), required=False
    )
    nature = forms.ChoiceField(
        label=gettext_lazy("About"), required=False, choices=lambda: _or_nothing(natures())
    )
    words = forms.CharField(
        label=gettext_lazy("What was said, seen and done"), required=False, max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    disposition = forms.CharField(label=gettext_lazy("How it ended"), max_length=120, required=False)
    crisis = forms.ChoiceField(
        label=gettext_lazy("Was it a mental-health or substance-use crisis?"), required=False,
        choices=_or_nothing([("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]),
    )  # fmt: skip

    def moments(self) -> actions.Moments:
        """The times that were written, once the form is valid."""
        return actions.Moments(**{name: self.cleaned_data[name] for name in MOMENTS})


@desk("take_calls")
def enter(request: Request) -> HttpResponse:
    """The sheet as a form. What is refused comes back as it was typed, with the reason at its box."""
    form = CallSheet(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _entered(request, form)
        except Invalid as fault:
            mark(form, fault)
        except Conflict as fault:
            form.add_error("paper", str(fault))
        else:
            return _next(request, *made)
    status = 400 if form.is_bound else 200
    return page(request, "desk/paper.html", {"form": form}, status=status)


def _next(request: Request, call: UUID, number: str, is_open: bool) -> HttpResponse:
    """A call that still runs opens at the desk; after one that ended comes the next sheet."""
    flash.success(request, _("Entered as %(number)s.") % {"number": number})
    return redirect("desk:call", call) if is_open else redirect("desk:paper")


def _entered(request: Request, form: CallSheet) -> tuple[UUID, str, bool]:
    """The call's id and number, and whether it still runs."""
    said = form.cleaned_data

    def text(name: str) -> str:
        return str(said[name] or "")

    made = actions.enter_paper_call(
        by=request.actor,
        number=text("paper"),
        moments=form.moments(),
        written=actions.Written(
            source=text("source"), words=text("words"), nature=text("nature"), tier=text("tier"),
            unit=UUID(text("unit")) if said["unit"] else None, disposition=text("disposition"),
            is_behavioural_health={"yes": True, "no": False}.get(text("crisis")),
        ),
        where=actions.Where(address=text("address"), extra=text("extra")),
        caller=actions.Caller(
            name=text("name"), phone=text("phone"), role=text("role"), language=text("language") or "en"
        ),
    )  # fmt: skip
    return made.id, made.number, made.is_open
