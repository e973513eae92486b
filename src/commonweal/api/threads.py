"""Writing in the thread of a call or a case, under the gate's permit on it; those who wrote there hear of it.

The words of a thread are read with its record, on its page.
"""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from commonweal.agencies import queries as agencies
from commonweal.api.entry import actor_of, permit
from commonweal.kernel.actors import Actor, Subject
from commonweal.messages import actions, queries
from commonweal.sharing.actions import Permit

router = Router(tags=["threads"])
# of what: the category whose permit opens the thread, the purpose, and the scopes of which any writes
THREADS = {
    "call": ("call_facts", "emergency", ("take_calls", "watch_board", "work_field")),
    "case": ("case_plan", "care_coordination", ("work_cases",)),
}


class PostIn(Schema):
    """A message; who reads it is the gate's to say."""

    text: str = Field(min_length=1, max_length=4_000)


class PostOut(Schema):
    """The message is kept; its words are not repeated."""

    message: UUID


@router.post("/{about}/{uuid:subject}", response={201: PostOut}, summary="Write in a thread")
def write(
    request: HttpRequest, about: Literal["call", "case"], subject: UUID, body: PostIn
) -> tuple[int, PostOut]:
    """Scope take_calls, watch_board or work_field for a call; work_cases for a case."""
    category, purpose, scopes = THREADS[about]
    by, place = actor_of(request, *scopes), Subject(about, subject)
    opened = permit(by, category, purpose, place)
    made = actions.post(by=by, about=place, category=category, text=body.text, permit=opened)
    _tell(by, place, opened)
    return 201, PostOut(message=made.id)


def _tell(by: Actor, place: Subject, opened: Permit) -> None:
    """A ring for whoever has written there and is not the writer, each by the page where they read it."""
    authors = {line.author for line in queries.thread(place, permit=opened)} - {by.id}
    for account, actor in agencies.actors(sorted(authors)).items():
        if link := _page(actor, place):
            actions.notify(
                by=by, accounts=[UUID(account)], kind="message", about=place, link=link, again=True
            )  # fmt: skip


def _page(reader: Actor, place: Subject) -> str:
    if place.kind == "case":
        return f"/cases/{place.id}/#thread" if reader.may("work_cases") else ""
    if reader.may("work_field"):
        return f"/field/call/{place.id}/talk/"
    return f"/board/{place.id}/thread/" if reader.may("watch_board") else ""
