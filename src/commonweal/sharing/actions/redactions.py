"""Answering the public: the gate is asked as anybody, and each withheld field is logged by its exemption."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from commonweal.engines.disclosure import Permit
from commonweal.kernel import journal
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.kernel.labels import CATEGORIES
from commonweal.sharing import events, rights
from commonweal.sharing.actions.gate import ask_many, permitted
from commonweal.sharing.actions.requests import worked
from commonweal.sharing.models import Redaction


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
