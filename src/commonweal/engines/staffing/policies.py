"""Dispatch policies for trials without the live desk: the nearest units that together meet a need."""

from collections.abc import Mapping, Sequence

from commonweal.engines.staffing.simulation import FreeUnit, Policy, SimCall, Travel

Slots = tuple[frozenset[str], ...]


def nearest(needs: Mapping[str, Sequence[Slots]]) -> Policy:
    """A policy that sends the nearest free units.

    `needs` gives, for each need, the ways to meet it, best first; a way is a tuple of slots, each the set
    of kinds that may fill it. {"co_response": [({"co_response"},), ({"patrol"}, {"clinician"})]} sends a
    joint car if one is free, else an officer and a clinician. ValueError for a need nobody described.
    """

    def policy(call: SimCall, free: Sequence[FreeUnit], travel: Travel) -> Sequence[str]:
        if call.needs not in needs:
            raise ValueError(
                f"needs: {call.needs!r} of call {call.id}; use one of {', '.join(sorted(needs))}"
            )
        by_distance = sorted(free, key=lambda unit: (travel(unit.place, call.place), unit.id))
        return next((team for slots in needs[call.needs] if (team := filled(slots, by_distance))), ())

    return policy


def filled(slots: Slots, by_distance: Sequence[FreeUnit]) -> tuple[str, ...]:
    """The first unit for each slot in turn, no unit twice; empty when one slot stays open."""
    team: list[str] = []
    for kinds in slots:
        unit = next((u for u in by_distance if u.kind in kinds and u.id not in team), None)
        if unit is None:
            return ()
        team.append(unit.id)
    return tuple(team)
