"""Answering the public: the gate is asked as anybody, and each withheld field is logged by its exemption."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from commonweal.engines.disclosure import Permit
from commonweal.kernel import journal
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.kernel.labels import CATEGORIES
from commonweal.sharing import asked, events, rights
from commonweal.sharing.actions.gate import ask_many, permitted
from commonweal.sharing.actions.requests import worked
from commonweal.sharing.models import Redaction
from commonweal.sharing.receipts import officer


@dataclass(frozen=True, slots=True)
class Release:
    """Records as anybody may have them: the number of each on paper, its permit, and its black bars.

    `places`: a record counts by its place in the log, on the sheets and in the log alike, since its own
    number may be withheld. `bars`: code of the exemption by record and field.
    """

    places: Mapping[Subject, int] = field(default_factory=dict)
    permits: Mapping[Subject, Permit] = field(default_factory=dict)
    bars: Mapping[tuple[Subject, str], str] = field(default_factory=dict)


@transaction.atomic
def redact(
    *, by: Actor, request: UUID, records: Mapping[Subject, str], category: str = "call_facts"
) -> dict[Subject, Permit]:
    """Ask as the public for these records (subject to its number); log what stays black; return the permits.

    Only for a public-records request that is not answered. Redoing it replaces the log of those records. A
    record that opens nothing to the public is in neither: a sheet all in black, or a line of the log, would
    acknowledge what is sealed, or that somebody was where nothing is acknowledged (defaults, stage 1).
    """
    found = worked(by, request)
    if not rights.kind(found.kind).is_public:
        raise Invalid("kind", found.kind, "Only a public-records request has a redaction log.")
    answers = ask_many(by=STRANGER, category=category, purpose="public_reporting", about=list(records))
    rows = [
        Redaction(
            request=found,
            record=records[subject],
            kind=subject.kind,
            subject=subject.id,
            field=field,
            exemption=rights.exemption_of(field, answer.rules),
            rules=list(answer.rules),
        )
        for subject, answer in answers.items()
        if isinstance(answer, Permit)
        for field in sorted(CATEGORIES[category] - answer.fields)
    ]
    Redaction.objects.filter(request=found, subject__in=[s.id for s in records]).delete()
    Redaction.objects.bulk_create(rows, batch_size=500)
    journal.write(
        by=by,
        event=events.Redacted(request=request, records=len({row.subject for row in rows}), fields=len(rows)),
    )
    return permitted(answers)


@transaction.atomic
def open_release(*, by: Actor, request: UUID) -> Release:
    """The records in the log of a public-records request, asked for anew as anybody; for an officer."""
    officer(by)
    return _release(request)


@transaction.atomic
def open_public_release(*, code: str) -> Release:
    """The records that were released to whoever holds the code; empty before the answer, and where it is no.

    They are asked for anew: what was sealed since is not there, and has no number of its own.
    """
    found = asked.public_request(code)
    is_given = found is not None and found.outcome in ("granted", "granted_in_part")
    return _release(found.id) if found and is_given else Release()


def _release(request: UUID) -> Release:
    rows = list(Redaction.objects.filter(request=request).order_by("record", "subject", "field"))
    bars = {(Subject(row.kind, row.subject), row.field): row.exemption for row in rows}
    about = list(dict.fromkeys(subject for subject, _field in bars))
    answers = ask_many(by=STRANGER, category="call_facts", purpose="public_reporting", about=about)
    permits = permitted(answers)
    return Release({one: place for place, one in enumerate(permits, 1)}, permits, bars)
