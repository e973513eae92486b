"""Do a thing once: a key remembers what was answered, so that sending it again changes nothing.

The answer is kept in the transaction of the act itself: both stand or neither does. Two at the same time
queue on the key. Answers that hold anything personal are not for this table; the caller leaves them out.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import Answered

KEPT = timedelta(hours=24)
FAULT = 500  # from here on an answer is a fault of the programme: nothing of the act stands
REFUSED = 400  # from here on nothing was done: the key stays free


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered; `is_again` where the act had been done before."""

    status: int
    body: bytes
    is_again: bool = False


def once(*, scope: str, key: str, asked: bytes, act: Callable[[], Kept]) -> Kept:
    """The answer of `act`, or the one given before for the same key and the same question.

    `scope` (who, what) and `key` are kept as one hash. Invalid where the key came with another question.
    """
    name = _hash(f"{scope}\n{key}".encode())
    print_ = _hash(asked)
    with transaction.atomic():
        Answered.objects.filter(created_at__lt=clock.now() - KEPT).delete()
        try:
            with transaction.atomic():
                row = Answered.objects.create(name=name, question=print_)
        except IntegrityError:
            return _again(Answered.objects.get(name=name), key, print_)
        found = act()
        if found.status >= FAULT:
            transaction.set_rollback(True)
        elif found.status >= REFUSED:
            row.delete()
        else:
            row.status, row.body = found.status, found.body.decode()
            row.save(update_fields=["status", "body"])
        return found


def _again(row: Answered, key: str, print_: str) -> Kept:
    if row.question != print_:
        raise Invalid("Idempotency-Key", key, "This key was sent with other contents; use a new key.")
    return Kept(row.status, row.body.encode(), is_again=True)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
