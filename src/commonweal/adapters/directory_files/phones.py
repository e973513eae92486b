"""Telephone numbers out of what people write: several in a sentence, extensions, seven digits, none."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

from commonweal.adapters.directory_files.rows import Phone
from commonweal.adapters.files.answers import Finding

EXTENSION = re.compile(r"(?:\bext(?:ension)?|\bx|\*)\.?\s*(\d{1,6})\s*$", re.IGNORECASE)
SEVEN = re.compile(r"(?<![\d-])(\d{3})[-. ]?(\d{4})(?!\d)")
LABEL = re.compile(r"(?:^|[.;,)]|\bor\b)\s*([A-Za-z][A-Za-z '/&-]{2,40}):?\s*$")
NONE_WORDS = frozenset(["", "na", "n/a", "none", "varies", "tbd", "unknown", "-"])


def read_phones(
    text: str, region: str, area_code: str, kind: str, findings: list[Finding], extension: str = ""
) -> tuple[Phone, ...]:
    """Return the numbers in a text. What is no number is kept as `original`, with a finding that says why.

    `region` is the country whose habits apply, `area_code` the one to assume for seven digits (with a
    finding), `extension` one that stands in a field of its own.
    """
    if text.casefold() in NONE_WORDS:
        return ()
    found = _matches(text, region, kind) or _digits(text, region, area_code, kind, findings)
    if not found:
        findings.append(Finding("phone", text, _reason(text)))
        return (Phone("", extension, kind, "", text),)
    for phone in found:
        if not phonenumbers.is_valid_number(phonenumbers.parse(phone.number)):
            findings.append(Finding("phone", text, "has the form of a number, but none like it is in use"))
    return tuple(phone._replace(extension=phone.extension or extension) for phone in found)


def _matches(text: str, region: str, kind: str) -> list[Phone]:
    found, last = [], 0
    for match in PhoneNumberMatcher(text, region, Leniency.VALID):
        label = LABEL.search(text[last : match.start].rstrip(" ("))
        last = match.end
        found.append(_phone(match.number, kind, label.group(1).strip() if label else "", text))
    return found


def _digits(text: str, region: str, area_code: str, kind: str, findings: list[Finding]) -> list[Phone]:
    """Read what the library does not see: odd punctuation between ten digits, or seven with an area code."""
    tail = EXTENSION.search(text)
    body = text[: tail.start()] if tail else text
    digits = re.sub(r"\D", "", body)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) == 7 and area_code and SEVEN.search(body):
        findings.append(Finding("phone", text, f"has seven digits; area code {area_code} was assumed"))
        digits = area_code + digits
    if len(digits) != 10:
        return []
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return []
    phone = _phone(number, kind, "", text)
    return [phone._replace(extension=tail.group(1) if tail else phone.extension)]


def _phone(number: phonenumbers.PhoneNumber, kind: str, description: str, text: str) -> Phone:
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(plain, number.extension or "", kind, description, text)


def _reason(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if EXTENSION.fullmatch(text.strip()):
        return "is an extension without a number"
    if not digits:
        return "holds no digits"
    return f"has {len(digits)} digits; a number has ten"
