"""The p-median with capacities: each place goes whole to one open site that still has room (HiGHS)."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from commonweal.engines.staffing.siting.problem import Impossible, Sited, Siting, gap_of

PATIENT = 60.0  # seconds, where none were given


def capacitated(asked: Siting) -> Sited:
    """Solve to the wanted gap or as far as the time goes; Impossible where the capacities hold no answer."""
    assert asked.p is not None and asked.capacity is not None
    place, site = np.nonzero(np.isfinite(asked.cost))
    ties, sites, places = len(place), asked.sites, asked.places
    column = sites + np.arange(ties)
    shape = (places, sites + ties)
    once = csr_array((np.ones(ties), (place, column)), shape=shape)
    room = csr_array(
        (
            np.concatenate([asked.demand[place], -asked.capacity]),
            (np.concatenate([site, np.arange(sites)]), np.concatenate([column, np.arange(sites)])),
        ),
        shape=(sites, sites + ties),
    )
    tied = csr_array(
        (
            np.concatenate([np.ones(ties), -np.ones(ties)]),
            (np.tile(np.arange(ties), 2), np.concatenate([column, site])),
        ),
        shape=(ties, sites + ties),
    )
    count = csr_array(np.concatenate([np.ones(sites), np.zeros(ties)])[None, :])
    least, most = np.zeros(sites + ties), np.ones(sites + ties)
    least[list(asked.opened)], most[list(asked.closed)] = 1, 0
    seconds = asked.seconds or PATIENT
    found = milp(
        np.concatenate([np.zeros(sites), (asked.demand[:, None] * asked.cost)[place, site]]),
        integrality=np.ones(sites + ties),
        bounds=Bounds(least, most),
        constraints=LinearConstraint(
            vstack([once, room, tied, count]),
            np.concatenate([np.ones(places), np.full(sites + ties, -np.inf), [asked.p]]),
            np.concatenate([np.ones(places), np.zeros(sites + ties), [asked.p]]),
        ),
        options={"time_limit": seconds, "mip_rel_gap": asked.gap},
    )
    if found.x is None:
        said = "cannot hold these places" if found.status == 2 else f"were not settled in {seconds:.0f} s"
        raise Impossible(f"capacity: {asked.p} sites {said}; raise p, a capacity, or seconds")
    assignment = np.full(places, -1)
    taken = np.flatnonzero(found.x[sites:] > 0.5)
    assignment[place[taken]] = site[taken]
    chosen = np.flatnonzero(found.x[:sites] > 0.5)
    objective, bound = float(found.fun), float(min(found.fun, found.mip_dual_bound))
    return Sited(chosen.tolist(), assignment.tolist(), objective, bound, gap_of(objective, bound))
