"""A public alert that was sent, to a file."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from commonweal.adapters.cap.writer import document
from commonweal.community import queries
from commonweal.kernel.errors import Invalid


def deliver(*, alert: UUID, out: Path) -> None:
    """Write its CAP message. NotFound for a draft; Invalid where the file cannot be written."""
    made = document(queries.sent_alert(alert))
    try:
        out.write_bytes(made)
    except OSError as fault:
        raise Invalid("--out", str(out), f"It cannot be written: {fault.strerror}.") from fault
