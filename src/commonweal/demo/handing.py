"""Callers between the county's 911 and its 988 centre: the desk has one to take and one on its way."""

from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.kernel.actors import Actor

PLACE = calls.Where(address="Quay Road 12", city="Harlow", lon=-121.6, lat=38.5)


def taker(kind: str) -> Actor | None:
    """A call taker of the first centre of a kind."""
    found = agencies.accounts().filter(role="call_taker", agency__kind=kind, is_active=True)
    first = found.order_by("username").first()
    return agencies.actor(first.id) if first else None


def offer_both_ways() -> int:
    """One caller from 988 waits at the 911 desk, and one of 911 at 988; a side that has one is left alone.

    The caller of the lifeline is handed over because a life is at risk: else 911 must not learn of the call.
    """
    here, there = taker("ecc"), taker("lifeline_988")
    if here is None or there is None:
        return 0
    made = 0
    if not call_queries.arriving(here.agency):
        made += _offer(there, here, "lifeline_988", "Has taken pills; the line breaks up.", "suicide_risk")
    if not call_queries.arriving(there.agency):
        words = "Wants to talk to somebody; nobody is hurt."
        made += _offer(here, there, "911", words, "mental_health_crisis")
    return made


def _offer(by: Actor, to: Actor, source: str, words: str, nature: str) -> int:
    assert to.agency is not None
    caller = calls.Caller(role="self")
    call: UUID = calls.receive(
        by=by, source=source, where=PLACE, caller=caller, words=words, nature=nature
    ).id
    calls.offer(by=by, call=call, to=to.agency, is_threat=source == "lifeline_988")
    return 1


def answer_at_988() -> int:
    """What waits at the lifeline is taken; returns how many."""
    there = taker("lifeline_988")
    waiting = call_queries.arriving(there.agency) if there else []
    for one in waiting:
        assert there is not None
        calls.answer_transfer(by=there, transfer=one.id, is_accepted=True)
    return len(waiting)
