"""Taking a consent back: by the person or on their behalf, in writing or by mouth, at once and everywhere."""

from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.people import queries as people
from commonweal.sharing import events
from commonweal.sharing.models import Consent
from commonweal.sharing.withdrawing import is_own, may_withdraw, may_withdraw_all

SAID = ("written", "spoken")


@transaction.atomic
def revoke_consent(*, by: Actor, consent: UUID, said: str = "spoken") -> Consent:
    """Withdraw at once; what was already shared stays in the register. A second call changes nothing.

    `said`: how the person told a worker, written or spoken (42 CFR 2.31(a)(6), 45 CFR 164.508(b)(5)); their
    own account says so by itself. NotFound for whoever has nothing to do with the person.
    """
    found = Consent.objects.select_for_update(of=("self",)).filter(id=consent).first()
    if found is None or not may_withdraw(by, found):
        raise NotFound("consent")
    _withdraw(by, found, _how(by, found.person_id, said))
    return found


@transaction.atomic
def revoke_every_consent(*, by: Actor, person: UUID, said: str = "spoken") -> None:
    """Withdraw everything that a person ever agreed to, under every id they had; nothing is answered.

    How many there were is not said: a worker who may not know of treatment would learn of it. NotFound for
    whoever is not with the person.
    """
    if not may_withdraw_all(by, person):
        raise NotFound("person")
    how = _how(by, person, said)
    rows = Consent.objects.select_for_update(of=("self",)).filter(person__in=people.circle(person))
    for found in rows.filter(revoked_at__isnull=True).order_by("created_at"):
        _withdraw(by, found, how)
    journal.write(by=by, event=events.EveryConsentRevoked(person=person))


def _how(by: Actor, person: UUID, said: str) -> str:
    if is_own(by, person):
        return "self"
    if said not in SAID:
        raise Invalid("said", said, "Choose how the person told you: in writing or by mouth.")
    return said


def _withdraw(by: Actor, found: Consent, how: str) -> None:
    if found.revoked_at is not None:
        return
    found.revoked_at, found.revoked_by, found.revoked_how = clock.now(), by.id, how
    found.save(update_fields=["revoked_at", "revoked_by", "revoked_how"])
    journal.write(by=by, event=events.ConsentRevoked(person=found.person_id, consent=found.id))
