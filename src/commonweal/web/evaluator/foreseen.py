"""What a study could show, in words: the smallest effect that would be seen, and how likely others are."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonweal.evaluation.queries import Plan
from commonweal.web.numbers import said

EMPTY = ("empty", "little")


def in_words(plan: Plan) -> str:
    """The sentence that stands with a plan; empty where nothing was foreseen."""
    told: Mapping[str, Any] = plan.power
    if not told:
        return ""
    if told.get("why") in EMPTY:
        return _("Too little is on file from before it begins to say how large an effect would be seen.")
    areas = ngettext("%(n)s area", "%(n)s areas", told["areas"]) % {"n": told["areas"]}
    values = {"areas": areas, "span": span(plan)}
    if told["share"] is None:
        text = _(
            "With %(areas)s and %(span)s no effect could be told apart from chance, however large. Add "
            "areas, or another start."
        )
        return text % values
    percent = 100 * told["share"]
    values["percent"] = said(percent, 0)
    if plan.expected == "fewer" and percent >= 100:
        text = _("With %(areas)s and %(span)s even a fall to nothing would look like nothing.")
    elif plan.expected == "fewer":
        text = _(
            "With %(areas)s and %(span)s you could see a fall of %(percent)s %% or more; a smaller one would "
            "look like nothing."
        )
    elif plan.expected == "more":
        text = _(
            "With %(areas)s and %(span)s you could see a rise of %(percent)s %% or more; a smaller one would "
            "look like nothing."
        )
    else:
        text = _(
            "With %(areas)s and %(span)s you could see a change of %(percent)s %% or more; a smaller one "
            "would look like nothing."
        )
    return text % values


def span(plan: Plan) -> str:
    """How long the study lasts, in months where that is more than two."""
    days = plan.periods * plan.step
    months = round(days / 30.4)
    if months > 2:
        return _("%(n)s months") % {"n": months}
    return ngettext("%(n)s week", "%(n)s weeks", days // 7) % {"n": days // 7}


def chances(plan: Plan) -> list[tuple[str, str]]:
    """How likely effects of some sizes are to be seen."""
    found = plan.power.get("chances") or ()
    assert isinstance(found, list | tuple)
    return [(f"{said(100 * size, 0)} %", likely(chance)) for size, chance in found]


def likely(chance: float | None) -> str:
    """A chance in ten; never certain, never none."""
    if chance is None or chance < 0.1:
        return _("fewer than 1 in 10")
    return _("more than 9 in 10") if chance > 0.9 else _("%(n)s in 10") % {"n": round(10 * chance)}


def basis(plan: Plan) -> str:
    """What it was reckoned from."""
    told: Mapping[str, Any] = plan.power
    if not told or told.get("why"):
        return ""
    text = _("From %(past)s periods before it begins, %(mean)s counted a period and area on average.")
    found = text % {"past": told["past"], "mean": said(told["mean"], 1)}
    if told["icc"] is None or None in told["icc"]:
        return found
    icc, low, high = (said(value, 2) for value in told["icc"])
    alike = _("Periods of one area are alike to %(icc)s (intraclass correlation; %(low)s to %(high)s).")
    return f"{found} {alike % {'icc': icc, 'low': low, 'high': high}}"
