"""A CAP message of another system to a draft here: it waits for a second person like any other."""

from __future__ import annotations

from pathlib import Path

from commonweal.adapters.cap.reader import Unread, read, wording
from commonweal.community import actions
from commonweal.community.queries import Alert
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid


def arrive(*, by: Actor, file: Path) -> Alert:
    """Draft what a file says. Invalid names the first fault; Conflict where it was read before."""
    try:
        message, _ = read(file.read_bytes())
    except OSError as fault:
        raise Invalid("file", str(file), f"It cannot be read: {fault.strerror}.") from fault
    except Unread as fault:
        first = fault.faults[0]
        raise Invalid(first.field, first.value, f"It {first.reason}. {first.remedy}.") from fault
    return actions.draft_alert(by=by, said=wording(message), origin=f"{message.sender},{message.identifier}")
