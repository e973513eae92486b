"""The reader that runs handlers over the journal: at least once each, in order; one fault stops no other."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from commonweal.kernel import journal, retries
from commonweal.kernel.events import Event, load
from commonweal.kernel.models import JournalLine

Handler = Callable[[Any], None]  # takes the event that it is named beside
Flow = Mapping[type[Event], tuple[Handler, ...]]
log = logging.getLogger(__name__)


def drain(reader: str, flow: Flow, limit: int = 500) -> int:
    """Run the handlers of sealed lines not yet read, then those owed from before; returns lines read.

    A handler that fails is logged and owed; the lines after it go on.
    """
    before, kinds = journal.cursor(reader), frozenset(event.kind for event in flow)
    seals, read = journal.follow(before, only=kinds, limit=limit)
    for seal in seals:
        for handler in _woken(flow, seal.line):
            _run(handler, seal.line, seal.sequence)
    if read > before:
        journal.advance(reader, read)
    _pay(flow)
    return read - before


def _woken(flow: Flow, line: JournalLine) -> tuple[Handler, ...]:
    event = load(line.kind, line.data)
    return flow.get(type(event), ()) if event else ()


def _run(handler: Handler, line: JournalLine, sequence: int) -> bool:
    event = load(line.kind, line.data)
    try:
        with transaction.atomic():
            handler(event)
    except Exception as fault:  # whatever goes wrong in one handler must not stop the city
        log.exception("relay: %s failed for line %d (%s)", _name(handler), sequence, line.kind)
        retries.owe(sequence, _name(handler), type(fault).__name__)
        return False
    return True


def _pay(flow: Flow) -> None:
    """Try again what failed before and is due; what the flow names no more is owed no more."""
    for row, line in retries.due():
        handler = _known(_woken(flow, line), row.handler)
        if handler is None or _run(handler, line, row.sequence):
            retries.settle(row)


def _known(woken: tuple[Handler, ...], name: str) -> Handler | None:
    """The handler of a kept name; one that an upgrade moved to another file is known by its last part."""
    exact = [one for one in woken if _name(one) == name]
    moved = [one for one in woken if one.__qualname__ == name.rpartition(".")[2]]
    return next(iter(exact + moved), None)


def _name(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"
