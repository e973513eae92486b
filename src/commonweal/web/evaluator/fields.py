"""Fields that several questions share: days, and the areas of calls."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from commonweal.places import queries as places


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A day, as browsers write it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required)


def areas() -> list[tuple[str, str]]:
    """The areas of calls; one without a name where none are on file."""
    found = [(area.code, area.name or area.code) for area in places.areas("beat")]
    return found or [("", _("the whole of the records"))]


def named(code: str) -> str:
    """An area's name."""
    return dict(areas()).get(code, code) or _("the whole of the records")
