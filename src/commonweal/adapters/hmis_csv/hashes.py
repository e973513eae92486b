"""Names that were hashed before the export (HashStatus of Export.csv), and names that should have been."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from commonweal.adapters.hmis_csv.rows import Doubt, Row

NAMED = ("FirstName", "MiddleName", "LastName", "SSN")
DIGESTS = {"2": 40, "4": 64}  # SHA-1, SHA-256: hexadecimal digits
_HEX = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_SSN = re.compile(r"[0-9xX*]{9}")


def is_hashed(text: str) -> bool:
    """Whether a text is a SHA-1 or SHA-256 digest, not a name."""
    return _HEX.fullmatch(text) is not None


def hashed_doubts(row: Row, status: str) -> Iterator[Doubt]:
    """Where the names of a client do not fit what Export.csv says of hashing. No name is repeated."""
    if row.file != "Client.csv":
        return
    for name in NAMED:
        text = row.values[name]
        if text and (finding := _finding(name, text, status)):
            yield Doubt(row.file, row.line, name, "", finding)


def _finding(name: str, text: str, status: str) -> str:
    if status in DIGESTS:
        fits = is_hashed(text) and len(text) == DIGESTS[status]
        return "" if fits else f"is no digest of {DIGESTS[status]} digits, and HashStatus is {status}"
    if is_hashed(text):
        return (
            ""
            if status == "3"
            else "is a digest, and HashStatus says that nothing is hashed: not used as a name"
        )
    if name == "SSN" and not _SSN.fullmatch(text.replace("-", "")):
        return "is no social security number of nine digits (x for one that is not known)"
    return ""


def names_of(values: Mapping[str, str]) -> tuple[str, str]:
    """Given and family name, empty where they were hashed."""
    given, family = values["FirstName"], values["LastName"]
    return ("" if is_hashed(given) else given), ("" if is_hashed(family) else family)
