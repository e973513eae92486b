"""A fault of ours has a name: the same short reference on the page, in an answer of the API and in the log.

It is drawn by chance and says nothing of who met the fault, or where.
"""

import secrets

from django.http import HttpRequest

# no letter that is read for another, and no vowel: nothing can be spelt
LETTERS = "23456789BCDFGHJKMNPQRTVWXZ"
_KEPT = "commonweal.fault"


def reference(request: HttpRequest) -> str:
    """The reference of this request's fault, as K7QM-2F4D; the same however often it is asked for."""
    kept: str = request.META.setdefault(_KEPT, f"{_four()}-{_four()}")
    return kept


def _four() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(4))
