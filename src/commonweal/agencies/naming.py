"""Sign-in names: one spelling each, so that nobody takes a name that looks like a colleague's."""

import unicodedata

from commonweal.kernel.errors import Invalid

MARKS = frozenset("._@+-'")  # beside letters and digits


def sign_in_name(said: str) -> str:
    """The name as it is kept: NFKC, without spaces around it. Invalid for what could pass for another name.

    Letters and digits of one script, and MARKS: no invisible or control characters, no spaces within, no
    letter of another alphabet among them (Unicode TR 39, single-script restriction).
    """
    name = unicodedata.normalize("NFKC", said).strip()
    if any(c not in MARKS and unicodedata.category(c)[0] not in "LNM" for c in name):
        raise Invalid("username", said, "Use letters, digits and any of . _ @ + - ' in a sign-in name.")
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in name if unicodedata.category(c)[0] == "L"}
    if len(scripts - JAPANESE) > (0 if scripts & JAPANESE else 1):
        raise Invalid("username", said, "Write a sign-in name in the letters of one alphabet.")
    return name


JAPANESE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"})
"""Written together in ordinary names."""
