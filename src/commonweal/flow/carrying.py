"""What leaves the product beside the loop: notices, reminders to people, webhooks."""

import logging

from commonweal.adapters.email.deliver import carry as carry_mail
from commonweal.adapters.sms.deliver import carry as carry_text
from commonweal.adapters.webhooks.deliver import deliver_next
from commonweal.flow.telling import FLOWING
from commonweal.messages import actions as messages
from commonweal.referrals import actions as referrals

CHANNELS: dict[str, messages.Carrier] = {"mail": carry_mail, "text": carry_text}  # the ways out
log = logging.getLogger(__name__)


def _fault(parcel: messages.Parcel) -> str:
    """Hand it to its way out; the kind of what went wrong, or nothing. One that is down stops no other."""
    try:
        CHANNELS[parcel.channel](parcel)
    except Exception as fault:
        log.warning("flow: a message by %s did not leave (%s)", parcel.channel, type(fault).__name__)
        return type(fault).__name__
    return ""


def carry_notices() -> int:
    """What waits to leave, one message for each worker and channel; returns how many were taken.

    Not a timer: a gateway that does not answer must not hold up the ladders. It has a thread of its own.
    """
    parcels = messages.take_due(by=FLOWING)
    for parcel in parcels:
        if fault := _fault(parcel):
            messages.not_carried(by=FLOWING, parcel=parcel.key, fault=fault)
        else:
            messages.carried(by=FLOWING, parcel=parcel.key)
    return len(parcels)


def carry_reminders() -> int:
    """What reminds people of their appointments; beside the loop, as notices. Returns how many left."""
    parcels = referrals.take_reminders(by=FLOWING)
    for parcel in parcels:
        if fault := _fault(parcel):
            referrals.reminder_stayed(by=FLOWING, key=parcel.key, fault=fault)
        else:
            referrals.reminder_left(by=FLOWING, key=parcel.key)
    return len(parcels)


def send_out() -> bool:
    """Send one webhook that is due; whether there was one. Beside the loop: other systems may be slow."""
    return deliver_next(by=FLOWING)
