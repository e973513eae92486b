"""What an agency's record of a person may hold, and the print by which the same record is known again."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date

from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid

RECORD_FIELDS = frozenset(
    "given family aliases born sex description address phone ssn_last4 photo language".split()
)


def check(values: Mapping[str, object]) -> None:
    """Invalid for a field that a record does not have, or a date of birth that cannot be."""
    if unknown := set(values) - RECORD_FIELDS:
        raise Invalid("values", ", ".join(sorted(unknown)), f"Use: {', '.join(sorted(RECORD_FIELDS))}.")
    born = values.get("born")
    if isinstance(born, date) and not 1900 <= born.year <= clock.now().year:
        raise Invalid("born", born, "Give a date of birth between 1900 and today.")


def fingerprint(values: Mapping[str, object]) -> str:
    """SHA-256 over the values: the same values, the same print."""
    return hashlib.sha256(json.dumps(dict(values), sort_keys=True, default=str).encode()).hexdigest()
