"""Writing in a thread, to all its readers or to some by name; having read; confirming."""

import re
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.engines.disclosure import Permit
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.messages import events
from commonweal.messages.models import Addressed, Message, Reading, Receipt, Thread
from commonweal.messages.said import unread_by
from commonweal.sharing import queries as sharing

__all__ = ["confirm", "mark_thread_read", "post"]
LONGEST = 5  # words of a name
MOST = 8  # readers that a refusal names
MENTION = re.compile(r"(?<![\w@.])@([^\W\d_][^\n@]*)")  # not inside a mail address


@transaction.atomic
def post(
    *,
    by: Actor,
    about: Subject,
    category: str,
    text: str,
    permit: Permit,
    readers: Collection[UUID] = (),
    asks: bool = False,
) -> Message:
    """Write in the thread of a subject. The permit on the subject's category opens the thread.

    `@Name` in the text names a worker among `readers` (accounts that have a screen for this thread); with
    `asks`, those named are asked to confirm, or every reader where nobody is. Invalid for a name of nobody,
    and for somebody whom the gate does not let read it: a name calls nobody in.
    """
    if not text.strip():
        raise Invalid("text", text, "Write a message first.")
    if permit.question.subject != str(about.id) or permit.question.category != category:
        raise NotFound("thread")
    others = frozenset(readers) - {UUID(by.id)} if len(by.id) == 36 else frozenset(readers)
    may = _open_to(others, permit, about) if asks or MENTION.search(text) else frozenset()
    named = _named(by, text, may)
    if asks and not may:
        raise Invalid("text", "", "Nobody else may read this thread now: there is nobody to ask.")
    thread, _ = Thread.objects.get_or_create(
        kind=about.kind, subject=about.id, defaults={"category": category}
    )
    if thread.category != category:
        raise NotFound("thread")
    if thread.closed_at:
        raise Conflict("This thread is closed; your text is kept in the box.")
    message = Message.objects.create(thread=thread, author=by.id, agency=by.agency, text=text.strip())
    journal.write(by=by, event=events.Posted(thread=thread.id, message=message.id))
    _address(by, message, named, (named or may) if asks else frozenset())
    return message


def _open_to(accounts: Collection[UUID], permit: Permit, about: Subject) -> frozenset[UUID]:
    among = agencies.actors([str(one) for one in accounts]).values()
    asked = permit.question
    return frozenset(
        sharing.readers(among=among, category=asked.category, purpose=asked.purpose, about=about)
    )  # fmt: skip


def _named(by: Actor, text: str, may: frozenset[UUID]) -> frozenset[UUID]:
    """Accounts that the text names; Invalid for the first name that is nobody's or may not read this."""
    found: set[UUID] = set()
    for mention in MENTION.finditer(text):
        said = _beginnings(mention[1])
        known = agencies.called(said)
        name = next((one for one in said if one in known), None)
        if name is None:
            raise Invalid(
                "text", f"@{said[-1]}",
                "No worker has this name: write it as the list does, or leave out the @.",
            )  # fmt: skip
        if not known[name] & may and by.id not in map(str, known[name]):
            _refuse(name, may)
        found |= known[name] & may
    return frozenset(found)


def _beginnings(after: str) -> list[str]:
    """What a name after an @ may be, the longest first: its first words, without the sentence's marks."""
    words = after.split()[:LONGEST]
    found = [" ".join(words[:n]).rstrip(",.;:!?)") for n in range(len(words), 0, -1)]
    return list(dict.fromkeys(found))


def _refuse(name: str, may: frozenset[UUID]) -> None:
    names = sorted(agencies.names([str(one) for one in may]).values())
    if not names:
        raise Invalid(
            "text", f"@{name}",
            "The gate does not open this to them, and a name calls nobody in. Nobody else may read it now.",
        )  # fmt: skip
    said = ", ".join(names[:MOST]) + (" …" if len(names) > MOST else "")
    raise Invalid(
        "text", f"@{name}",
        "The gate does not open this to them, and a name calls nobody in. Who may read it: %(names)s.",
        names=said,
    )  # fmt: skip


def _address(by: Actor, message: Message, named: Collection[UUID], asked: Collection[UUID]) -> None:
    rows = [
        Addressed(message=message, account=one, by_name=one in named, asked=one in asked)
        for one in sorted({*named, *asked})
    ]
    if not rows:
        return
    Addressed.objects.bulk_create(rows)
    event = events.Addressed(
        thread=message.thread_id, message=message.id, named=len(named), asked=len(asked)
    )  # fmt: skip
    journal.write(by=by, event=event)


@transaction.atomic
def mark_thread_read(*, by: Actor, about: Subject, of: UUID | None = None) -> None:
    """Remember that the actor has read the thread up to now, and each message once, at its first reading.

    `of`: only what this agency wrote was shown.
    """
    thread = Thread.objects.filter(kind=about.kind, subject=about.id).first()
    if thread is None:
        return
    now, mine = clock.now(), UUID(by.id)
    Receipt.objects.update_or_create(thread=thread, account=mine, defaults={"read_at": now})
    shown = unread_by(mine).filter(thread=thread, **({"agency": of} if of else {}))
    new = [Reading(message=one, account=mine, at=now) for one in shown]
    if new:
        Reading.objects.bulk_create(new, ignore_conflicts=True)


@transaction.atomic
def confirm(*, by: Actor, message: UUID) -> Message:
    """The actor says that they read a message which asked them to; a second time changes nothing.

    NotFound for whoever was not asked, whether it exists or not; Conflict before it was opened.
    """
    row = Addressed.objects.select_for_update().filter(message=message, account=by.id, asked=True).first()
    if row is None:
        raise NotFound("message")
    if not Reading.objects.filter(message=message, account=by.id).exists():
        raise Conflict("Read the message first, then confirm it.")
    if row.confirmed_at is None:
        row.confirmed_at = clock.now()
        row.save(update_fields=["confirmed_at"])
        event = events.Confirmed(thread=row.message.thread_id, message=message)
        journal.write(by=by, event=event)
    return row.message
