"""Who takes part in the thread of a call: crews that are or were on it, and the centre that took it."""

from typing import Literal
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls.queries.open import call_of, crew_of

Side = Literal["crew", "centre"]


def thread_readers(call: UUID) -> dict[UUID, Side]:
    """Accounts whose role has a page for the thread, by their side; who may read it is the gate's to say."""
    crews: dict[UUID, Side] = dict.fromkeys(crew_of(call) & agencies.able_to("work_field"), "crew")
    centre: dict[UUID, Side] = dict.fromkeys(agencies.able_to("watch_board", call_of(call).agency), "centre")
    return crews | centre
