"""Conditions written into the statement itself, word for word as a partial index has them.

SQLite uses a partial index only where the statement says the index's own condition; a value handed over
beside the statement says nothing to it, and the whole table is read
(https://www.sqlite.org/partialindex.html, section 3). Constants of the code alone may be written so, never
what somebody typed.
"""

import re
from collections.abc import Sequence

from django.db.models import BooleanField, Func

_PLAIN = re.compile(r"[a-z_]+")


def one_of(field: str, values: Sequence[str]) -> Func:
    """Whether a field holds one of these codes; one code is an equality, as Django writes it in an index.

    Raises ValueError for anything but lower-case letters and underscores.
    """
    if not values or not all(_PLAIN.fullmatch(value) for value in values):
        raise ValueError(f"{field}: {list(values)} are not codes; give lower-case words, one at least")
    said = ", ".join(f"'{value}'" for value in values)
    template = f"%(expressions)s = {said}" if len(values) == 1 else f"%(expressions)s IN ({said})"
    return Func(field, template=template, output_field=BooleanField())
