"""Logs name what failed and where, never whom: an exception's own words may carry a person's values.

A database error quotes the row that it refused, a refusal quotes what was typed. So a traceback keeps its
files, lines and types, and the words only of faults that speak of the machine.
"""

import logging
import re
import traceback
from http import HTTPStatus
from types import TracebackType

from django.http import HttpRequest

from commonweal.kernel import faults

Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
# parts of an address that are keys by themselves: an answer link, an invitation
_KEYS = re.compile(r"(/(?:answer|invitation)/)[\w-]+")
# line ends of every kind, and what moves a terminal
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
OURS = HTTPStatus.INTERNAL_SERVER_ERROR
# faults of the machine: an address, a port, a file of the instance
OF_THE_MACHINE = (OSError, ImportError, MemoryError, SyntaxError)


class Discreet(logging.Formatter):
    """Formats records; tracebacks without the words of exceptions, request lines without their questions."""

    def formatException(self, ei: Fault) -> str:
        """The traceback: where, and what kind of fault."""
        if ei[1] is None:
            return ""
        return "\n".join(_told(ei[1]))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line itself, control characters written out: nothing typed begins a line of its own."""
        line = super().formatMessage(record) + _named(record)
        return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", line)

    def format(self, record: logging.LogRecord) -> str:
        """One record. What others have formatted before is not used: it would hold the words."""
        record.exc_text = None
        return _KEYS.sub(r"\1...", super().format(record))


def _named(record: logging.LogRecord) -> str:
    """The reference that the page gives for this fault, so that whoever reads it out is found here."""
    request = getattr(record, "request", None)
    if not isinstance(request, HttpRequest) or getattr(record, "status_code", 0) != OURS:
        return ""
    return f" (fault {faults.reference(request)})"


def _told(error: BaseException) -> list[str]:
    """The chain of faults, the cause first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = _told(before) if before is not None else []
    lines += [line.rstrip() for line in traceback.format_tb(error.__traceback__)]
    words = f": {error}" if isinstance(error, OF_THE_MACHINE) else ""
    return [*lines, f"{type(error).__module__}.{type(error).__qualname__}{words}"]
