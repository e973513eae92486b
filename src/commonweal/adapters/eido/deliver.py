"""A call out as EIDO: whole to the centre whose it is, or what the receiver's permit opens; journalled."""

from __future__ import annotations

import json
import os
from pathlib import Path
from uuid import UUID

from commonweal.adapters.eido.checking import check
from commonweal.adapters.eido.writer import document
from commonweal.agencies import queries as agencies
from commonweal.calls import actions, queries
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid


def deliver(*, by: Actor, call: str, out: Path, receiver: str = "", schema: Path | None = None) -> list[str]:
    """Write one call to a file that its owner alone may read; the names of the fields that were withheld.

    `call` is an id or an incident number, `receiver` an agency's name. With `schema` (the published one) the
    document is checked before it is written. Invalid where a name is not known or the document is not valid.
    """
    found = _handed(by, call, receiver)
    made = document(found)
    if schema is not None:
        check(made, schema)
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as fault:
        raise Invalid("--out", str(out), f"It cannot be written: {fault.strerror}.") from fault
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made, file, indent=1, ensure_ascii=False)
    return sorted(found.withheld)


def _handed(by: Actor, call: str, receiver: str) -> queries.Handed:
    key = _call(call)
    if not receiver:
        return actions.hand_back(by=by, call=key)
    found = agencies.agencies().filter(name__iexact=receiver.strip()).first()
    if found is None:
        raise Invalid("--to", receiver, "No agency has this name.")
    return actions.hand_over(by=by, call=key, to=found.id)


def _call(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        found = queries.numbered_calls(said)
    if len(found) != 1:
        fault = "No call has this number." if not found else f"{len(found)} calls have this number."
        raise Invalid("CALL", said, f"{fault} Give its id.")
    return found[0]
