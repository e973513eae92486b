"""Numbers in sentences, as the reader's language writes them: 1,413.5 or 1413,5."""

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def said(value: float, places: int = 0, *, signed: bool = False) -> str:
    """A number with so many decimals, grouped; with its sign in front where `signed`, a zero's too."""
    text = number_format(abs(round(value, places)), decimal_pos=places, use_l10n=True, force_grouping=True)
    if value < 0 and round(value, places) != 0:
        return f"−{text}"
    return f"+{text}" if signed else text


def share(value: float, places: int = 3) -> str:
    """A probability or a share, 0 to 1. Short of all never reads as all, nor above nothing as nothing."""
    if 0 < value < 1 and round(value, places) in (0, 1):
        edge: float = 10.0**-places
        least, most = said(edge, places), said(1 - edge, places)
        return _("under %(n)s") % {"n": least} if value < 0.5 else _("over %(n)s") % {"n": most}
    return said(value, places)


def percent(value: float) -> int:
    """A share as a whole percentage: 100 means all of it, 0 none of it, and neither anything else."""
    near = round(100 * value)
    return min(max(near, 1), 99) if 0 < value < 1 else near


def in_sentence(day: str | Promise) -> str:
    """The name of a day inside a sentence: Spanish writes it small, English as it stands."""
    return str(day).lower() if (get_language() or "en").startswith("es") else str(day)
