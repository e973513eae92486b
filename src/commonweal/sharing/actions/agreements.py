"""Agreements are executable: drafted clause by clause, signed by each party, in force for a term."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.labels import CATEGORIES
from commonweal.sharing import events
from commonweal.sharing.models import Agreement, Clause, Party


@transaction.atomic
def draft_agreement(
    *,
    by: Actor,
    title: str,
    kind: str,
    text: str,
    starts: date,
    ends: date,
    parties: Iterable[UUID],
    clauses: Iterable[Mapping[str, object]],
) -> Agreement:
    """A draft. A clause: text, category, fields, roles, purposes, conditions. Invalid names what is wrong."""
    members = list(dict.fromkeys(parties))
    if kind not in Agreement.KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(Agreement.KINDS)}.")
    if ends <= starts:
        raise Invalid("ends", ends, "The term must end after %(starts)s.", starts=starts)
    if len(members) < 2:
        raise Invalid("parties", len(members), "Name at least two agencies.")
    agreement = Agreement.objects.create(title=title, kind=kind, text=text, starts=starts, ends=ends)
    Party.objects.bulk_create(Party(agreement=agreement, agency_id=m) for m in members)
    for clause in clauses:
        Clause.objects.create(agreement=agreement, **_clause(clause))
    journal.write(by=by, event=events.AgreementChanged(agreement=agreement.id, state="draft"))
    return agreement


def _clause(given: Mapping[str, object]) -> dict[str, object]:
    category = str(given.get("category", ""))
    fields = [str(f) for f in _list(given, "fields")]
    if category not in CATEGORIES:
        raise Invalid("clause.category", category, f"Use one of: {', '.join(CATEGORIES)}.")
    if unknown := set(fields) - CATEGORIES[category]:
        raise Invalid(
            "clause.fields",
            ", ".join(sorted(unknown)),
            f"Use: {', '.join(sorted(CATEGORIES[category]))}.",
        )
    lists = {name: _list(given, name) for name in ("roles", "purposes", "conditions")}
    return {"text": str(given.get("text", "")), "category": category, "fields": fields, **lists}


def _list(given: Mapping[str, object], name: str) -> list[object]:
    value = given.get(name, [])
    return list(value) if isinstance(value, list | tuple | frozenset | set) else [value]


@transaction.atomic
def sign_agreement(*, by: Actor, agreement: UUID, agency: UUID) -> Agreement:
    """Sign for one party, once; the last signature puts the agreement in force."""
    found = Agreement.objects.select_for_update().filter(id=agreement).first()
    party = Party.objects.filter(agreement_id=agreement, agency_id=agency).first()
    if found is None or party is None:
        raise NotFound("agreement")
    if found.state == "ended":
        raise Conflict("This agreement has ended; draft a new version to sign.")
    if party.signed_at:
        return found
    party.signed_by, party.signed_at = by.id, clock.now()
    party.save()
    if not found.parties.filter(signed_at__isnull=True).exists():
        found.state = "in_force"
        found.save(update_fields=["state"])
    journal.write(by=by, event=events.AgreementChanged(agreement=agreement, state=found.state))
    return found


@transaction.atomic
def end_agreement(*, by: Actor, agreement: UUID) -> Agreement:
    """End it now: what rested on its clauses stops with the next question. A second call changes nothing.

    For a party, whoever keeps trust, and the product itself; NotFound for others.
    """
    found = Agreement.objects.select_for_update().filter(id=agreement).first()
    if found is None or not _may_end(by, found):
        raise NotFound("agreement")
    if found.state != "ended":
        found.state = "ended"
        found.save(update_fields=["state"])
        journal.write(by=by, event=events.AgreementChanged(agreement=agreement, state="ended"))
    return found


def _may_end(by: Actor, found: Agreement) -> bool:
    is_party = by.agency is not None and found.parties.filter(agency_id=by.agency).exists()
    return is_party or by.may("keep_trust") or by.role == "system"
