"""Names of metrics in the reader's language."""

from django import template
from django.utils.translation import get_language

from commonweal.evaluation import queries

register = template.Library()


@register.filter
def metric_title(code: str) -> str:
    """The title of a metric; its code where no metric has it (any more)."""
    found = queries.metrics().get(code)
    return found.title.get(get_language() or "en", found.title["en"]) if found else code
