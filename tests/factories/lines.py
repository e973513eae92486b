"""What an act leaves in the journal, line for line: by whom, of what kind, about what, with which ids."""

from collections.abc import Callable
from typing import TypeVar

from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.events import Event
from commonweal.kernel.models import JournalLine

Made = TypeVar("Made")
Wanted = Event | Callable[[Made], Event]


def leaves(by: Actor, act: Callable[[], Made], *wanted: Wanted[Made]) -> Made:
    """Do it, and find exactly these lines by this actor, in order; an event of what was made is a function.

    Without `wanted`: it leaves no line at all.
    """
    newest = journal.newest()
    made = act()
    told = [
        (line.actor, line.kind, line.about, line.subject, line.data)
        for line in JournalLine.objects.filter(id__gt=newest).order_by("id")
    ]
    events = [one if isinstance(one, Event) else one(made) for one in wanted]
    assert told == [(by.id, e.kind, e.subject_kind, e.subject, e.payload()) for e in events], (told, events)
    return made
