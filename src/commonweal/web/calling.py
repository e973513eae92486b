"""The thread on a call: who has a page for it, at the centre and in the field."""

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.calls import queries as calls
from commonweal.kernel.actors import Actor, Subject
from commonweal.web import threads
from commonweal.web.permits import see
from commonweal.web.session import Request

CATEGORY, PURPOSE = "call_facts", "emergency"


def place(by: Actor, call: UUID) -> threads.Place:
    """The thread as the actor may open it, or the gate's refusal as a page."""
    about = Subject("call", call)
    permit = see(by, CATEGORY, PURPOSE, about)
    return threads.Place(about, permit, readers_of(call))


def readers_of(call: UUID) -> Mapping[UUID, str]:
    """Crews that are or were on the call, and the centre that took it, each by the page where they read."""
    pages = {"crew": reverse("field:call_talk", args=[call]), "centre": reverse("board:thread", args=[call])}
    return {account: pages[side] for account, side in calls.thread_readers(call).items()}


def talk(request: Request, place: threads.Place, target: str) -> dict[str, object]:
    """Write what was sent, then all that a drawer or page of the thread shows."""
    if request.method == "POST":
        asks, tell = request.POST.get("confirm") == "yes", threads.taking_part(place)
        threads.say(request.actor, place, request.POST.get("text", ""), asks=asks, tell=tell)
    who = _("Read by everybody on this call and by the centre that took it.")
    return threads.shown(request.actor, place, target, who)
