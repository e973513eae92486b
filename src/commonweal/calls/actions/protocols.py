"""Protocols as data: loaded from files, signed by two people, adopted by a centre from a day on."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from commonweal import packs
from commonweal.calls import events, protocols
from commonweal.calls.models import Adoption, Approval, ProtocolVersion
from commonweal.engines.triage import Finding, validate
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound


def load_protocols(*, by: Actor) -> list[ProtocolVersion]:
    """Draft every protocol that ships; those already there are left alone. Returns all of them."""
    bodies = [packs.read(name) for name in packs.names("protocols")]
    return [draft_protocol(by=by, body=body) for body in bodies if isinstance(body, Mapping)]


@transaction.atomic
def draft_protocol(*, by: Actor, body: Mapping[str, object]) -> ProtocolVersion:
    """A version as a draft. The same code and version with another body is refused: raise the version."""
    value, mark = protocols.parsed(body), protocols.digest(body)
    found = ProtocolVersion.objects.filter(code=value.id, version=value.version).first()
    if found is not None:
        if found.digest != mark:
            says = "%(code)s has this version already; raise its number."
            raise Invalid("version", value.version, says, code=value.id)
        return found
    return ProtocolVersion.objects.create(
        code=value.id, version=value.version, title=value.title.en[:160], title_es=value.title.es[:160],
        source=value.source, body=protocols.stored(body), digest=mark,
        effective_from=value.effective_from, effective_to=value.effective_to,
    )  # fmt: skip


def faults(*, version: UUID) -> tuple[Finding, ...]:
    """What its authors would regret: shown to those who are about to sign."""
    return validate(protocols.engine_value(version))


@transaction.atomic
def approve_protocol(*, by: Actor, version: UUID) -> ProtocolVersion:
    """Sign a version. Two different supervisors put it in force on its day; signing twice is a Conflict."""
    if not by.may("supervise"):
        raise Invalid("by", by.role, "A shift supervisor signs protocols.")
    found = ProtocolVersion.objects.select_for_update().filter(id=version).first()
    if found is None:
        raise NotFound("protocol")
    if failing := [one.name for one in protocols.failing(found)]:
        says = "Tests beside this protocol fail under this version: %(names)s. Change the draft, or the test."
        raise Conflict(says, names="; ".join(failing[:3]))
    _, is_new = Approval.objects.get_or_create(protocol=found, account=UUID(by.id))
    if not is_new:
        raise Conflict("You have signed this version already; a second person signs next.")
    if protocols.is_approved(found):
        journal.write(by=by, event=events.ProtocolApproved(protocol=found.id, code=found.code))
    return found


@transaction.atomic
def adopt_protocol(*, by: Actor, agency: UUID, code: str, since: date | None = None) -> Adoption:
    """A centre works by this protocol from a day on (today). Conflict where no version is in force then."""
    if not by.may("supervise"):
        raise Invalid("by", by.role, "A shift supervisor adopts a protocol.")
    day = since or clock.today()
    if protocols.newest_in_force(code, day) is None:
        says = "No version of %(code)s is in force on %(day)s. Two supervisors sign one first."
        raise Conflict(says, code=code, day=day)
    row = Adoption.objects.create(agency_id=agency, code=code, since=day)
    journal.write(by=by, event=events.ProtocolAdopted(agency=agency, code=code))
    return row
