"""Names of languages in the reader's language, from the Unicode locale data."""

from collections.abc import Iterable

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language


def said(code: str, name: str = "") -> str:
    """A language by its code: "es" is "español"; its kept name where the locale data has none."""
    names = _names()
    return names.get(code.replace("-", "_")) or names.get(code.split("-")[0]) or name or code


def several(spoken: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Codes with their names in the reader's language, by name."""
    return sorted(((code, said(code, name)) for code, name in spoken), key=lambda pair: pair[1].casefold())


def _names() -> dict[str, str]:
    try:
        return dict(Locale.parse((get_language() or "en").split("-")[0]).languages)
    except UnknownLocaleError:
        return {}
