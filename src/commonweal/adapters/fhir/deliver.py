"""Referrals out as FHIR R4 files: a Bundle in the receiver's outbox, trimmed by the receiver's permit.

The gate is asked and journalled first; the file is written when that has been committed. A file is written
whole or not at all, and the same state of a referral always has the same name.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commonweal.adapters.fhir.resources import bundle
from commonweal.adapters.fhir.values import Party, Person, Referral
from commonweal.referrals import queries as referrals


def deliver(referral: UUID) -> None:
    """Write the referral, as it stands, to its receiver's outbox once the caller's transaction commits."""
    found = referrals.envelope(referral)
    text = _text(bundle(_referral(found)))
    path = outbox(found.to_agency) / f"referral-{found.id}-{found.state}.json"
    transaction.on_commit(lambda: _write(path, text))


def answered(row: referrals.Row) -> str:
    """Request and Task for a party to it: how the loop stands, and nobody's name."""
    receiver = Party(row.to_agency or row.service, row.provider_name)
    said = Referral(
        id=row.id, person=Person(id=row.id), need="other", service=row.service_name,
        sender=Party(row.from_agency, row.from_name), receiver=receiver, state=row.state,
        authored=row.sent_at or row.created_at, changed=row.last_at or row.created_at,
    )  # fmt: skip
    return _text(bundle(said))


def _text(made: dict[str, object]) -> str:
    return json.dumps(made, indent=1, ensure_ascii=False)


def outbox(agency: UUID) -> Path:
    """Where an agency's files wait to be fetched: readable by the product's own user alone."""
    return Path(settings.COMMONWEAL_HOME) / "fhir" / str(agency)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    part.replace(path)


def _referral(found: referrals.Envelope) -> Referral:
    given, _, family = found.name.rpartition(" ")
    who = Person(
        id=found.person, family=family, given=tuple(given.split()), birth_date=found.born, phone=found.phone
    )
    return Referral(
        id=found.id,
        person=who,
        need=found.needs[0] if found.needs else "other",
        service=found.service_name,
        sender=Party(found.from_agency, found.from_name),
        receiver=Party(found.to_agency, found.to_name),
        state=found.state,
        authored=found.made,
        changed=found.changed,
        urgent=found.is_urgent,
        request=found.note,
        statements=found.statements,
        amendments=found.amendments,
        labels=found.labels,
        notice=found.notice,
    )
