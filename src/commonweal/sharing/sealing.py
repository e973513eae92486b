"""The ledger of sealing orders: beside the database, never in it, so that an old copy of it is caught up.

A line an order: when, which record (kind and id), sealed or expunged. No word about anybody. Orders only add:
none is ever taken back here.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid

NAME = "sealing.jsonl"


@dataclass(frozen=True, slots=True)
class Order:
    """What stands of one record."""

    about: Subject
    sealed: bool
    expunged: bool


def ledger() -> Path:
    """Where the ledger of this instance lies."""
    return Path(settings.COMMONWEAL_HOME) / NAME


def note(order: Order, at: str) -> None:
    """Append one order; on the disk before this returns."""
    line = {"at": at, "kind": order.about.kind, "id": str(order.about.id)}
    text = json.dumps({**line, "sealed": order.sealed, "expunged": order.expunged})
    with ledger().open("a", encoding="utf-8") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())


def orders() -> Iterator[Order]:
    """Every order of the ledger, oldest first; none where there is no ledger. Invalid names a broken line."""
    path = ledger()
    if not path.is_file():
        return
    for number, text in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            line = json.loads(text)
            about = Subject(str(line["kind"]), UUID(line["id"]))
            yield Order(about, line["sealed"] is True, line["expunged"] is True)
        except (ValueError, KeyError, TypeError) as fault:
            remedy = "Line %(number)s is no sealing order: put back a sound copy of the ledger."
            raise Invalid(NAME, str(number), remedy, number=number) from fault
