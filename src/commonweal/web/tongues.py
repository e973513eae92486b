"""Names of languages in the reader's language, from the Unicode locale data."""

from collections.abc import Iterable, Mapping
from unicodedata import normalize

from babel import Locale, UnknownLocaleError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

SIGNED: Mapping[str, Promise] = {"ase": _("American Sign Language")}  # which not every locale names


def said(code: str, name: str = "") -> str:
    """A language by its code: "es" is "español"; its kept name where the locale data has none."""
    names = _names()
    known = names.get(code.replace("-", "_")) or names.get(code.split("-")[0])
    return known or name or str(SIGNED.get(code, code))


def several(spoken: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Codes with their names in the reader's language, by name."""
    return sorted(((code, said(code, name)) for code, name in spoken), key=lambda pair: _place(pair[1]))


def _place(name: str) -> str:
    """Where a name stands in a list: an accent does not send it to the end."""
    return normalize("NFKD", name.casefold())


def _names() -> dict[str, str]:
    try:
        return dict(Locale.parse((get_language() or "en").split("-")[0]).languages)
    except UnknownLocaleError:
        return {}
