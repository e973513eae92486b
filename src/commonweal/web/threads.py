"""Words between those who work on one thing, under the permit on it; the others hear a ring."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.messages import actions as messages
from commonweal.messages import queries
from commonweal.sharing.actions import Permit


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who of which agency, when, what; `is_mine` for the reader's own."""

    who: str
    agency: str
    at: datetime
    text: str
    is_mine: bool


def read(by: Actor, about: Subject, permit: Permit, of: UUID | None = None) -> list[Said]:
    """The messages on a subject, of one agency where given, oldest first; the reader has read them now."""
    lines = [line for line in queries.thread(about, permit=permit) if of in (None, line.agency)]
    names = agencies.names([line.author for line in lines])
    short = {a.id: a.short or a.name for a in agencies.agencies()}
    messages.mark_thread_read(by=by, about=about)
    return [
        Said(
            names[line.author],
            short.get(line.agency, "") if line.agency else "",
            line.at,
            line.text,
            line.author == by.id,
        )
        for line in lines
    ]


def say(by: Actor, about: Subject, text: str, permit: Permit, tell: Mapping[str, Iterable[UUID]]) -> None:
    """Write, and ring for the others: `tell` holds accounts by the address where each of them reads it."""
    messages.post(by=by, about=about, category=permit.question.category, text=text, permit=permit)
    for link, accounts in tell.items():
        others = [account for account in accounts if str(account) != by.id]
        messages.notify(by=by, accounts=others, kind="message", about=about, link=link, again=True)
