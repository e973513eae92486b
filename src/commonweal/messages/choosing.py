"""Each worker's own choices: which notices by which way, and when to be left in peace."""

from collections.abc import Collection, Mapping
from datetime import time
from uuid import UUID
from zoneinfo import available_timezones

import phonenumbers
from django.conf import settings
from django.db import transaction

from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.messages import events
from commonweal.messages.models import Choice
from commonweal.messages.notifying import CHANNELS, Group, notifying

__all__ = ["choose", "number_of"]


def number_of(text: str) -> str:
    """A telephone number as the world writes it (E.164); empty for none, Invalid for what is no number.

    Numbers without a country are those of the site's own.
    """
    if not text.strip():
        return ""
    region = "GB" if settings.JURISDICTION in ("UK", "GB") else "US"
    try:
        found = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as wrong:
        raise Invalid("phone", text, "Write a telephone number with its area code.") from wrong
    if not phonenumbers.is_possible_number(found):
        raise Invalid("phone", text, "Write a telephone number with its area code.")
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


@transaction.atomic
def choose(
    *,
    by: Actor,
    channels: Mapping[str, Collection[str]],
    phone: str = "",
    quiet: tuple[time, time] | None = None,
    time_zone: str = "",
) -> Choice:
    """The actor's own choice, whole; what may never be silent keeps the site's channels whatever is left out.

    Invalid for an unknown group or channel, half a pair of quiet hours, a zone that is none, text messages
    beyond the site's own choice without a number.
    """
    given = {code: _channels(code, channels.get(code, ())) for code in _codes(channels)}
    number = number_of(phone)
    beyond = [group for group in _groups() if "text" in given[group.code] and "text" not in group.channels]
    if beyond and not number:
        raise Invalid("phone", phone, "Write the number that text messages go to, or take them off.")
    if time_zone and time_zone not in available_timezones():
        raise Invalid("time_zone", time_zone, "Choose from the list.")
    begin, end = quiet or (None, None)
    wanted = {
        "channels": given, "phone": number, "quiet_from": begin, "quiet_until": end, "time_zone": time_zone,
    }  # fmt: skip
    found, _ = Choice.objects.update_or_create(account=UUID(by.id), defaults=wanted)
    journal.write(by=by, event=events.NoticesChosen(account=found.account, quiet=begin is not None))
    return found


def _groups() -> tuple[Group, ...]:
    return notifying().groups


def _codes(channels: Mapping[str, Collection[str]]) -> list[str]:
    known = [group.code for group in _groups()]
    if wrong := sorted(set(channels) - set(known)):
        raise Invalid("group", wrong[0], f"Use one of: {', '.join(known)}.")
    return known


def _channels(code: str, given: Collection[str]) -> list[str]:
    if wrong := sorted(set(given) - set(CHANNELS)):
        raise Invalid("channel", wrong[0], f"Use one of: {', '.join(CHANNELS)}.")
    return [channel for channel in CHANNELS if channel in given]
