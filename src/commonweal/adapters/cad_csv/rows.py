"""One call as an export tells it: typed, with its doubts beside it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from commonweal.adapters.files.answers import Finding
from commonweal.adapters.files.calls import Chain, Place

__all__ = ["CallRow", "Chain", "Place"]


class CallRow(NamedTuple):
    """One accepted call.

    `external_id` is unique within `source_system`; `fingerprint` changes when, and only when, a mapped cell
    changes, so that a second run can tell unchanged from updated. `agency` and `call_source` are the
    profile's neutral words, or the export's own where the map has none (then a finding says so);
    `priority` is None where it is not a number. `reasons` are further natures, `kept` further columns.
    """

    source_system: str
    external_id: str
    source_file: str
    line: int
    agency: str
    nature_label: str
    reasons: tuple[str, ...]
    priority: int | None
    priority_label: str
    call_source: str
    dispositions: tuple[str, ...]
    times: Chain
    place: Place
    kept: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    fingerprint: str

    @property
    def received(self) -> datetime:
        """When the call came in (UTC); always present, since a row without it is a reject."""
        assert self.times.received is not None
        return self.times.received
