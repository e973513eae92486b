"""Coming on duty and going off it, for whoever crews no unit; what an agency shows of who is on."""

import re
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import events
from commonweal.agencies.models import DUTY_NAMES, Agency, SignOn
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound

LONGEST = 24  # hours that one signs on for at most
PHONE = re.compile(r"\+?[\d ().-]{3,31}")


@transaction.atomic
def sign_on(*, by: Actor, hours: int) -> SignOn:
    """The actor is on duty from now for so many hours, 1 to 24; signing on again moves the end."""
    if by.agency is None:
        raise NotFound("agency")
    if not 1 <= hours <= LONGEST:
        raise Invalid("hours", hours, "Say for how many hours you are on, from 1 to 24.")
    now = clock.now()
    _end(UUID(by.id))
    made = SignOn.objects.create(account_id=UUID(by.id), since=now, until=now + timedelta(hours=hours))
    journal.write(by=by, event=events.SignedOn(account=made.account_id, is_on=True))
    return made


@transaction.atomic
def sign_off(*, by: Actor) -> bool:
    """The actor goes off duty; whether they were on."""
    account = UUID(by.id)
    was_on = _end(account)
    if was_on:
        journal.write(by=by, event=events.SignedOn(account=account, is_on=False))
    return was_on


def _end(account: UUID) -> bool:
    now, standing = clock.now(), SignOn.objects.filter(account=account, ended_at__isnull=True)
    return bool(standing.update(ended_at=now))


@transaction.atomic
def set_duty_terms(*, by: Actor, agency: UUID, names: str = "", phone: str = "") -> Agency:
    """Whom an agency shows the names of those on duty to, and the telephone it gives to its partners.

    `names`: `partners`, `care` (partners, but no law enforcement), `own`, or "" as its kind has it.
    """
    found = Agency.objects.select_for_update().filter(id=agency).first()
    if found is None or not by.may("administer"):
        raise NotFound("agency")
    if names and names not in DUTY_NAMES:
        raise Invalid("who", names, f"Use one of: {', '.join(DUTY_NAMES)}.")
    if phone.strip() and not PHONE.fullmatch(phone.strip()):
        raise Invalid("phone", phone, "Write a telephone number with its area code.")
    found.duty_names, found.duty_phone = names, phone.strip()
    found.save(update_fields=["duty_names", "duty_phone"])
    event = events.DutyTermsSet(agency=agency, names=found.names_seen_by, has_phone=bool(found.duty_phone))
    journal.write(by=by, event=event)
    return found
