"""Notices on their way out of the product: planned with the ring, taken in batches, sent at least once.

A batch is written in the journal before its bytes leave, at every try; its key stays the same, so that a
gateway or a mailbox can tell a second try from a second message.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.messages import events, quiet, words
from commonweal.messages.models import Choice, Leaving, Notification
from commonweal.messages.notifying import Group, notifying

__all__ = ["Carrier", "Parcel", "carried", "not_carried", "plan", "reachable", "take_due"]
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
AT_ONCE = 500  # notices in one round
WAITING = "/account/bell/waiting/"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message ready to leave. `key` is the same at every try, `is_again` from the second try on."""

    key: UUID
    channel: str
    to: str
    subject: str
    text: str
    is_again: bool = False


Carrier = Callable[[Parcel], None]  # hands it to the outside; raises what the outside raises


def plan(
    lines: Iterable[Notification], *, pressing: bool = False, ways: Collection[str] | None = None
) -> None:
    """Write down by which ways lines that just rang leave, and when: in the caller's transaction.

    What is `pressing` waits for no quiet hours. `ways`: these in place of each reader's own choice, and now.
    """
    is_now = pressing or ways is not None
    rang = list(lines)
    accounts = {line.account for line in rang}
    chosen = {one.account: one for one in Choice.objects.filter(account__in=accounts)}
    made = [
        Leaving(
            notification=line, account=line.account, channel=channel, group=group.code,
            due_at=clock.now() if is_now else due(chosen.get(line.account), group, line.account),
        )
        for line in rang
        for group in [notifying().group_of(line.kind)]
        for channel in (channels_of(chosen.get(line.account), group) if ways is None else ways)
    ]  # fmt: skip
    if made:
        Leaving.objects.bulk_create(made, ignore_conflicts=True)  # one still waits: it tells of this too


def reachable(accounts: Collection[UUID]) -> dict[UUID, list[str]]:
    """By which ways beside the bell each of these can be reached: those that an address is known for."""
    given = Choice.objects.filter(account__in=accounts).exclude(phone="")
    phones = dict(given.values_list("account", "phone"))
    return {
        one.id: [way for way, to in (("mail", one.email), ("text", phones.get(one.id))) if to]
        for one in agencies.active(accounts)
    }


def channels_of(choice: Choice | None, group: Group) -> tuple[str, ...]:
    """The ways that a group's notices take to one worker; what may never be silent keeps the site's own."""
    given = choice.channels.get(group.code) if choice else None
    if given is None:
        return group.channels
    kept = group.channels if group.never_silent else ()
    return tuple(dict.fromkeys([*kept, *given]))


def due(choice: Choice | None, group: Group, account: UUID) -> datetime:
    """Now, or when the quiet hours end that hold this group back."""
    now = clock.now()
    if choice is None or group.never_silent:
        return now
    zone = ZoneInfo(choice.time_zone or settings.TIME_ZONE)
    end = quiet.ends(now, choice.quiet_from, choice.quiet_until, zone)
    if end is None or (group.on_duty and agencies.unit_of(account) is not None):
        return now
    return end


@transaction.atomic
def take_due(*, by: Actor, limit: int = AT_ONCE) -> list[Parcel]:
    """What is due to leave now, one message for each worker and channel, with its line in the journal.

    Whoever takes it sends it and says `carried` or `not_carried`. Who says nothing (a worker that was killed)
    leaves it to the next: it falls due again. Read meanwhile, or of a closed account, it does not leave.
    """
    rows = Leaving.objects.select_for_update().filter(ended_at__isnull=True, due_at__lte=clock.now())
    found = sorted(rows.select_related("notification").order_by("due_at")[:limit], key=_place)
    accounts = {account.id: account for account in agencies.active({row.account for row in found})}
    taken = [_parcel(by, list(rows), accounts) for _, rows in groupby(found, _place)]
    return [parcel for parcel in taken if parcel]


def _place(row: Leaving) -> tuple[str, str, str]:
    return str(row.account), row.channel, str(row.batch or "")


def _parcel(by: Actor, rows: list[Leaving], accounts: dict[UUID, agencies.Account]) -> Parcel | None:
    account = accounts.get(rows[0].account)
    unread = [row for row in rows if row.notification.read_at is None]
    _end([row for row in rows if row not in unread], "read")
    to = _address(account, rows[0].channel) if account else ""
    if not unread or not to or account is None:
        _end(unread, "nowhere" if account else "closed")
        return None
    if unread[0].tries > len(AGAIN):
        _end(unread, "given_up")
        return None
    return _taken(by, unread, to, account.language)


def _taken(by: Actor, rows: list[Leaving], to: str, language: str) -> Parcel:
    first, now = rows[0], clock.now()
    key, tries = first.batch or first.id, first.tries + 1
    again = now + AGAIN[min(first.tries, len(AGAIN) - 1)]
    ids = [row.id for row in rows]
    Leaving.objects.filter(id__in=ids).update(batch=key, tries=tries, due_at=again)
    event = events.NoticeLeft(
        account=first.account, batch=key, channel=first.channel, notices=len(rows), tries=tries
    )
    journal.write(by=by, event=event)
    groups, link = _in_order(rows), f"{settings.BASE_URL}{WAITING}"
    text = words.told(first.channel, groups, len(rows), link, language)
    return Parcel(key, first.channel, to, words.subject(language), text, tries > 1)


def _in_order(rows: list[Leaving]) -> list[str]:
    codes = {row.group for row in rows}
    return [group.code for group in notifying().groups if group.code in codes] or ["work"]


def _address(account: agencies.Account, channel: str) -> str:
    if channel == "mail":
        return account.email
    choice = Choice.objects.filter(account=account.id).first()
    return choice.phone if choice else ""


def _end(rows: list[Leaving], outcome: str) -> None:
    ids = [row.id for row in rows]
    Leaving.objects.filter(id__in=ids).update(ended_at=clock.now(), outcome=outcome)


@transaction.atomic
def carried(*, by: Actor, parcel: UUID) -> None:
    """The message has left; a second word on it changes nothing."""
    waiting = Leaving.objects.filter(batch=parcel, ended_at__isnull=True)
    waiting.update(ended_at=clock.now(), outcome="left")


@transaction.atomic
def not_carried(*, by: Actor, parcel: UUID, fault: str) -> None:
    """The outside refused it: the journal names the fault, and it is tried again when due."""
    row = Leaving.objects.filter(batch=parcel, ended_at__isnull=True).first()
    if row:
        event = events.NoticeStayed(account=row.account, batch=parcel, channel=row.channel, fault=fault[:60])
        journal.write(by=by, event=event)
