"""What names and signs a consent: opened by the gate like any other name, and never without it."""

from collections.abc import Mapping
from uuid import UUID

from commonweal.engines.disclosure import Permit
from commonweal.kernel.actors import Subject
from commonweal.kernel.shown import Shown, reveal_rows
from commonweal.sharing.models import Consent


def names_on(permits: Mapping[Subject, Permit]) -> dict[UUID, Shown]:
    """Category `identity` of consents, by consent: who signed, for whom, and how the signature looks."""
    rows = Consent.objects.all()
    shown = reveal_rows(permits, category="identity", rows=rows, values=_names)
    return {one.subject.id: one for one in shown}


def _names(row: Consent) -> dict[str, object]:
    return {
        "name": {"person": row.subject_name or row.signer, "signer": row.signer, "guardian": row.guardian},
        "photo": {"signature": row.signature, "guardian": row.guardian_signature},
        "dob": row.age,
    }
