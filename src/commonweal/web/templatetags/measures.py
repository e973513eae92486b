"""Names of metrics in the reader's language."""

from django import template
from django.utils.translation import get_language

from commonweal.evaluation import queries
from commonweal.web.numbers import said

register = template.Library()


@register.filter
def metric_title(code: str) -> str:
    """The title of a metric; its code where no metric has it (any more)."""
    found = queries.metrics().get(code)
    return found.title.get(get_language() or "en", found.title["en"]) if found else code


@register.filter
def dollars(value: float, places: int = 0) -> str:
    """An amount as the reader's language writes numbers, the sign before the dollar: "−$1,200"."""
    amount = said(float(value), places)
    return f"−${amount.removeprefix('−')}" if amount.startswith("−") else f"${amount}"


@register.filter
def dollars_more(value: float, places: int = 0) -> str:
    """An amount more or less than another, with its sign in front."""
    told = dollars(value, places)
    return f"+{told}" if value > 0 else told
