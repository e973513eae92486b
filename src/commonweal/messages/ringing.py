"""A line in a bell, and its leaving by the ways that its reader chose."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.messages import events, leaving
from commonweal.messages.models import Notification

__all__ = ["notify", "rung"]


@transaction.atomic
def notify(
    *,
    by: Actor,
    accounts: Iterable[UUID],
    kind: str,
    about: Subject | None = None,
    link: str = "",
    urgent: bool = False,
    again: bool = False,
    pressing: bool = False,
) -> int:
    """Put a line in each bell, once for a kind and subject. Returns how many are new.

    What is new also leaves by the ways that its reader chose (`take_due`), in words that say nothing of it.
    `again`: a line that was read rings once more (another message in the same thread). `pressing`: one that
    still waits rings too, and quiet hours hold nothing back.
    """
    lines = rung(
        by=by, accounts=accounts, kind=kind, about=about, link=link, urgent=urgent, again=again,
        pressing=pressing,
    )  # fmt: skip
    leaving.plan(lines, pressing=pressing)
    return len(lines)


def rung(
    *,
    by: Actor,
    accounts: Iterable[UUID],
    kind: str,
    about: Subject | None = None,
    link: str = "",
    urgent: bool = False,
    again: bool = False,
    pressing: bool = False,
) -> list[Notification]:
    """The lines that are new in these bells; none has left yet."""
    rang = []
    for account in accounts:
        line, is_new = Notification.objects.get_or_create(
            account=account,
            kind=kind,
            subject=about.id if about else None,
            link=link,
            defaults={"about": about.kind if about else "", "urgent": urgent},
        )
        if not is_new and (pressing or (again and line.read_at is not None)):
            line.read_at, line.created_at, is_new = None, clock.now(), True
            line.save(update_fields=["read_at", "created_at"])
        if is_new:
            journal.write(by=by, event=events.Notified(account=account, what=kind))
            rang.append(line)
    return rang
