"""What stands on a person's record, as people read it: telephone numbers, and how somebody is described."""

from functools import lru_cache

import phonenumbers
from django import template
from phonenumbers import PhoneNumberFormat

from commonweal.kernel import codes

register = template.Library()
SEXES = frozenset({"female", "male", "other"})  # codes of a source record (`SourceRecord.sex`)
HERE = 1  # the country code of the North American plan (ITU-T E.164)


@register.filter
@lru_cache(2_000)
def phone(number: str | None) -> str:
    """A number as people say it: "+14425550176" is "(442) 555-0176"; what is not E.164 as it was typed."""
    try:
        found = phonenumbers.parse(number or "")
    except phonenumbers.NumberParseException:
        return number or ""
    form = PhoneNumberFormat.NATIONAL if found.country_code == HERE else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(found, form)


@register.filter
def described(text: str | None) -> str:
    """A physical description with the sex in the reader's words: "female · tall" is "Mujer · tall"."""
    first, mark, rest = (text or "").partition(" · ")
    return f"{codes.said(first) if first in SEXES else first}{mark}{rest}"
