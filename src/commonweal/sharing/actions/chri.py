"""Criminal history given on to somebody else is logged with the recipient (28 CFR 20.33, CJISSECPOL)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.chri import purpose_codes
from commonweal.sharing.models import Dissemination, Onward


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom it was given on: the person, their agency, its identifier where it has one."""

    name: str
    agency: str
    ori: str = ""

    def check(self) -> None:
        """Invalid names the part that is missing or misshapen."""
        if not self.name.strip():
            raise Invalid("recipient", self.name, "Name the person who received it.")
        if not self.agency.strip():
            raise Invalid("agency", self.agency, "Name the agency or office of the recipient.")
        if self.ori and not agencies.is_ori(self.ori.strip().upper()):
            raise Invalid("ori", self.ori, "Write the nine characters of the identifier, or leave it empty.")


@transaction.atomic
def record_onward(
    *, by: Actor, dissemination: UUID, recipient: Recipient, purpose_code: str, reason: str
) -> Onward:
    """Log that criminal history was given on; by whoever it was given to, or a privacy officer."""
    found = Dissemination.objects.filter(id=dissemination).first()
    if found is None or not (found.account == by.id or by.may("keep_trust")):
        raise NotFound("dissemination")
    recipient.check()
    if purpose_code not in purpose_codes():
        raise Invalid("purpose_code", purpose_code, f"Use one of: {', '.join(purpose_codes())}.")
    if not reason.strip():
        raise Invalid("reason", reason, "Say in a few words why it was given on.")
    row = Onward.objects.create(
        dissemination=found,
        recipient=recipient.name.strip()[:120],
        agency=recipient.agency.strip()[:120],
        ori=recipient.ori.strip().upper(),
        purpose_code=purpose_code,
        reason=reason.strip(),
        recorded_by=by.id,
    )
    journal.write(by=by, event=events.CriminalHistoryGivenOn(onward=row.id, dissemination=found.id))
    return row
