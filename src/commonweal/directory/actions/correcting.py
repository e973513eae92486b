"""A service entered or corrected by hand: what a site writes stands over what its source says."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonweal.directory import events, needs
from commonweal.directory.actions.filing import file_service, write_entry
from commonweal.directory.entries import Entry, Organisation
from commonweal.directory.models import Provider, Service
from commonweal.directory.written import HERE, Plain, entry_of, plainly, with_changes
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, gettext_noop
from commonweal.kernel.ids import new_id

CHANGED_MEANWHILE = gettext_noop(
    "Somebody changed this entry meanwhile. Look at it as it stands; saving again writes yours."
)


@transaction.atomic
def enter_service(*, by: Actor, provider: UUID, facts: Plain) -> Service:
    """A service that no file brings; `facts` are fields of `written.WRITABLE` as plain values.

    Raises Invalid for what cannot be read or lacks name or needs, NotFound for an unknown provider.
    """
    owner = Provider.objects.filter(id=provider).first()
    if owner is None:
        raise NotFound("provider")
    _asked(facts)
    bare = Entry(source=HERE, external_id=str(new_id()), provider=Organisation(name=owner.name), name="-")
    service, _ = file_service(by=by, entry=with_changes(bare, facts), provider=provider)
    return service


@transaction.atomic
def correct_service(
    *, by: Actor, service: UUID, facts: Plain, seen: datetime | None = None
) -> tuple[str, ...]:
    """Write fields of a service anew; the names of those that changed.

    Of an imported service they are kept and stand over what later imports bring. `seen` is when the entry
    that somebody read was last written: Conflict where another has changed it since.
    """
    found = Service.objects.select_for_update().filter(id=service, merged_into=None).first()
    if found is None:
        raise NotFound("service")
    if seen and found.updated_at != seen:
        raise Conflict(CHANGED_MEANWHILE)
    before = entry_of(found)
    after = with_changes(before, facts)
    changed = tuple(sorted(name for name in facts if getattr(after, name) != getattr(before, name)))
    if not changed:
        return ()
    _asked(plainly(after, ("name", "topics")))
    if found.source != HERE:
        found.corrections = {**found.corrections, **plainly(after, changed)}
    write_entry(found, after, found.provider, found.fingerprint)
    event = events.ServiceFiled(service=service, provider=found.provider_id, outcome="corrected")
    journal.write(by=by, event=event)
    return changed


@transaction.atomic
def trust_source(*, by: Actor, service: UUID) -> Service:
    """Drop what was corrected here: the next import writes the source's own words again."""
    found = Service.objects.select_for_update().filter(id=service).first()
    if found is None:
        raise NotFound("service")
    if not found.corrections:
        raise Conflict("Nothing of this entry was corrected here.")
    found.corrections, found.fingerprint = {}, ""
    found.save(update_fields=["corrections", "fingerprint"])
    event = events.ServiceFiled(service=service, provider=found.provider_id, outcome="as_source")
    journal.write(by=by, event=event)
    return found


def _asked(facts: Plain) -> None:
    """Invalid where a service would have no name, or nobody could find it by a need."""
    if not str(facts.get("name", "")).strip():
        raise Invalid("service.name", facts.get("name", ""), "Give the service a name.")
    if not needs.checked(facts.get("topics", ())):
        raise Invalid("needs", "", "Choose one need at least: people find the service by it.")
