"""Forms of this desk: move a shift; open money."""

from collections.abc import Iterable
from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonweal.agencies import queries as agencies
from commonweal.agencies.queries import UNIT_KINDS, Shift
from commonweal.evaluation import queries as evaluation
from commonweal.kernel import days
from commonweal.planning.queries import ITEM_KINDS, SOURCE_KINDS, BudgetLine
from commonweal.web.templatetags.commonweal import KINDS
from commonweal.web.templatetags.measures import metric_title

MOMENT = {"type": "datetime-local"}
DAY = {"type": "date"}
SOURCES = {
    "general_fund": _("General fund"),
    "grant": _("Grant"),
    "opioid_settlement": _("Opioid settlement"),
    "medicaid": _("Medicaid"),
    "fee": _("Fee"),
    "donation": _("Donation"),
}


def shift_words(shift: Shift) -> str:
    """A shift in a list: who, which day, from when to when."""
    starts, ends = timezone.localtime(shift.starts), timezone.localtime(shift.ends)
    return (
        f"{shift.unit.call_sign} · {KINDS.get(shift.unit.kind, '')} · "
        f"{days.weekday(starts)}, {starts:%H:%M}–{ends:%H:%M}"
    )


class MoveForm(forms.Form):
    """Move [unit's shift] to [start] until [end], for [weeks], paid from [line]."""

    shift = forms.ChoiceField(label=_("Shift"))
    starts = forms.DateTimeField(
        label=_("New start"), widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")
    )
    ends = forms.DateTimeField(
        label=_("New end"), widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")
    )
    weeks = forms.IntegerField(
        label=_("For how many weeks"), min_value=1, max_value=13, initial=1,
        help_text=_("The same move of the same weekday's shift in the weeks that follow"),
    )  # fmt: skip
    line = forms.ChoiceField(label=_("Paid from"), required=False)
    title = forms.CharField(label=_("Why"), required=False, max_length=160)

    def offer(self, shifts: Iterable[Shift], lines: Iterable[BudgetLine]) -> None:
        """Fill the choices."""
        shift, paid = (cast("forms.ChoiceField", self.fields[name]) for name in ("shift", "line"))
        shift.choices = [(str(s.id), shift_words(s)) for s in shifts]
        named = [(str(line.id), f"{line.name} ({line.source.name})") for line in lines]
        paid.choices = [("", _("No line: it costs nothing more")), *named]


def _agencies() -> list[tuple[str, str]]:
    return [(str(agency.id), agency.name) for agency in agencies.agencies()]


class TermsForm(forms.Form):
    """How much money, for which days, and what it may be used for."""

    amount = forms.DecimalField(label=_("Amount"), min_value=1, max_digits=12, decimal_places=2)
    starts = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    ends = forms.DateField(label=_("Up to"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    restriction = forms.CharField(label=_("What it may be used for"), required=False, max_length=300)
    unit_kinds = forms.MultipleChoiceField(
        label=_("Only for these kinds of unit"), required=False, choices=[(k, KINDS[k]) for k in UNIT_KINDS],
        widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: any kind"),
    )  # fmt: skip


class MoneyForm(TermsForm):
    """A funding source with its conditions, and the part of it set aside for an agency."""

    field_order = ("name", "kind", *TermsForm.base_fields)

    name = forms.CharField(label=_("Funding source"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(k, SOURCES[k]) for k in SOURCE_KINDS])
    agency = forms.ChoiceField(label=_("For the agency"), choices=_agencies)
    line_name = forms.CharField(label=_("Name of the budget line"), max_length=160)


class GrantForm(TermsForm):
    """Money asked of a funder, and what it may be used for."""

    field_order = ("name", "funder", "reference", *TermsForm.base_fields)

    name = forms.CharField(label=_("Name"), max_length=160)
    funder = forms.CharField(label=_("Funder"), max_length=160)
    reference = forms.CharField(label=_("The funder's number for it"), required=False, max_length=60)


ITEMS = {
    "application": _("Paper of the application"),
    "condition": _("Condition"),
    "deliverable": _("Deliverable"),
    "report": _("Report"),
}


def _metrics() -> list[tuple[str, str]]:
    return [("", str(_("No metric"))), *((code, metric_title(code)) for code in evaluation.metrics())]


class ItemForm(forms.Form):
    """Something that the funder asks for, by when, held against which metric."""

    kind = forms.ChoiceField(label=_("What it is"), choices=[(k, ITEMS[k]) for k in ITEM_KINDS])
    text = forms.CharField(label=_("What the funder asks for"), max_length=300)
    due = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    metric = forms.ChoiceField(label=_("Held against"), required=False, choices=_metrics)
    target = forms.FloatField(label=_("Target, as the metric is shown"), required=False)
    starts = forms.DateField(
        label=_("A report tells of the days from"), required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )  # fmt: skip
    ends = forms.DateField(
        label=_("A report tells of the days up to"), required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )  # fmt: skip


class AwardForm(forms.Form):
    """Which agency spends an awarded grant, under which budget line."""

    agency = forms.ChoiceField(label=_("For the agency"), choices=_agencies)
    line = forms.CharField(label=_("Name of the budget line"), max_length=160)
