"""Documents that calls came in, as they came: what no column of ours holds is not lost with them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from commonweal.calls.models import Document, Note
from commonweal.kernel.actors import Actor
from commonweal.kernel.ids import new_ids

Seen = Mapping[UUID, Mapping[str, datetime]]  # call -> fingerprint -> when it was written


class Reporter(Protocol):
    """Who called; `language` a code, empty where it is not known."""

    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def language(self) -> str: ...


class Told(Protocol):
    """What a document tells beside the row that it became (adapters.eido.reader.Told has this shape).

    `at` is when the document was written, `nature` a neutral code or empty, `notes` what was said and when.
    """

    @property
    def standard(self) -> str: ...
    @property
    def tracking(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def reporter(self) -> Reporter: ...
    @property
    def nature(self) -> str: ...
    @property
    def extra(self) -> str: ...
    @property
    def notes(self) -> Sequence[tuple[datetime, str]]: ...
    @property
    def body(self) -> Mapping[str, Any]: ...


def documents_of(calls: Iterable[UUID]) -> Seen:
    """The documents that calls came in: fingerprints, with the time that each was written."""
    found: dict[UUID, dict[str, datetime]] = {}
    rows = Document.objects.filter(call__in=list(calls))
    for call, mark, at in rows.values_list("call", "fingerprint", "written_at"):
        found.setdefault(call, {})[mark] = at
    return found


def keep_documents(*, by: Actor, came: Sequence[tuple[UUID, str, Told]]) -> None:
    """Keep documents (call, fingerprint, what it tells) with their calls, and their notes; each once."""
    if not came:
        return
    seen = documents_of({call for call, _, _ in came})
    fresh = {(call, mark): told for call, mark, told in came if mark not in seen.get(call, {})}
    keys = new_ids(len(fresh))
    rows = [
        (key, call, told.standard, told.tracking, told.at, mark, dict(told.body))
        for key, ((call, mark), told) in zip(keys, fresh.items(), strict=True)
    ]
    columns = ("id", "call_id", "standard", "tracking", "written_at", "fingerprint", "body")
    Document.objects.bulk_create([Document(**dict(zip(columns, row, strict=True))) for row in rows])
    _keep_notes(by, [(call, told) for (call, _), told in fresh.items()])


def _keep_notes(by: Actor, came: Sequence[tuple[UUID, Told]]) -> None:
    """Notes that a call does not have yet, at the time they were written."""
    stored = Note.objects.filter(call__in={call for call, _ in came})
    known = set(stored.values_list("call", "text"))
    rows = []
    for call, told in came:
        for at, text in told.notes:
            if (call, text) not in known:
                known.add((call, text))
                rows.append(Note(call_id=call, text=text, actor=by.id, created_at=at))
    Note.objects.bulk_create(rows, batch_size=500)
