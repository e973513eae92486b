"""Numbers in sentences, as the reader's language writes them: 1,413.5 or 1413,5."""

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language


def said(value: float, places: int = 0, *, signed: bool = False) -> str:
    """A number with so many decimals, grouped; with its sign in front where `signed`, a zero's too."""
    text = number_format(abs(round(value, places)), decimal_pos=places, use_l10n=True, force_grouping=True)
    if value < 0 and round(value, places) != 0:
        return f"−{text}"
    return f"+{text}" if signed else text


def in_sentence(day: str | Promise) -> str:
    """The name of a day inside a sentence: Spanish writes it small, English as it stands."""
    return str(day).lower() if (get_language() or "en").startswith("es") else str(day)
