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


def carry_notices() -> int:
    """What waits to leave, one message for each worker and channel; returns how many were taken.

    Not a timer: a gateway that does not answer must not hold up the ladders. It has a thread of its own.
    """
    parcels = messages.take_due(by=FLOWING)
    for parcel in parcels:
        try:
            CHANNELS[parcel.channel](parcel)
        except Exception as fault:  # a gateway that is down stops no other message
            log.warning("flow: a message by %s did not leave (%s)", parcel.channel, type(fault).__name__)
            messages.not_carried(by=FLOWING, parcel=parcel.key, fault=type(fault).__name__)
        else:
            messages.carried(by=FLOWING, parcel=parcel.key)
    return len(parcels)


def carry_reminders() -> int:
    """What reminds people of their appointments; beside the loop, as notices. Returns how many left."""
    parcels = referrals.take_reminders(by=FLOWING)
    for parcel in parcels:
        try:
            CHANNELS[parcel.channel](parcel)
        except Exception as fault:  # a gateway that is down stops no other reminder
            log.warning("flow: a reminder by %s did not leave (%s)", parcel.channel, type(fault).__name__)
            referrals.reminder_stayed(by=FLOWING, key=parcel.key, fault=type(fault).__name__)
        else:
            referrals.reminder_left(by=FLOWING, key=parcel.key)
    return len(parcels)


def send_out() -> bool:
    """Send one webhook that is due; whether there was one. Beside the loop: other systems may be slow."""
    return deliver_next(by=FLOWING)
