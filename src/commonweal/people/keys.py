"""Search keys of names: folded to plain lower-case letters, so that accents and marks do not matter."""

import unicodedata


def key(name: str) -> str:
    """`"José-María  O'Neill"` becomes `"josemaria oneill"`."""
    plain = unicodedata.normalize("NFKD", name)
    kept = "".join(c for c in plain if c.isalnum() or c.isspace())
    return " ".join(kept.lower().split())[:80]
