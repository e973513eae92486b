"""Random deployments for the players: every rule switched on somewhere, small enough to check by eye."""

import numpy as np
from hypothesis import strategies as st

from commonweal.engines.staffing import Shift
from commonweal.engines.staffing.playing import (
    Arrivals,
    CallType,
    Chance,
    Listed,
    Rules,
    Slot,
    Spread,
    Unit,
    World,
)

KINDS = ("clinician", "officer", "cit")
SHAPES = (
    Spread(mean=20), Spread("exponential", mean=25), Spread("gamma", mean=30, sd=20),
    Spread("lognormal", mean=30, sd=25), Spread("uniform", low=5, high=40),
    Spread("empirical", values=(10, 35)),
)  # fmt: skip
kinds = st.frozensets(st.sampled_from(KINDS), min_size=1, max_size=2)
spreads = st.sampled_from(SHAPES)
slots = st.builds(Slot, kinds, spreads, st.none() | spreads)
ways = st.lists(st.lists(slots, min_size=1, max_size=3).map(tuple), min_size=1, max_size=2).map(tuple)
patience = st.none() | st.sampled_from([Spread(mean=25), Spread("exponential", mean=40)])


def chances(to: str) -> st.SearchStrategy[Chance | None]:
    return st.none() | st.builds(Chance, st.sampled_from([0.4, 1.0]), spreads, st.just(to))


def types(to: str, follow: str) -> st.SearchStrategy[CallType]:
    return st.builds(
        CallType, st.integers(1, 3), ways, st.sampled_from([Spread(), Spread(mean=3)]), patience,
        st.booleans(), st.booleans(), chances(to), chances(follow),
    )  # fmt: skip


shifts = st.lists(
    st.builds(Shift, st.integers(0, 2), st.sampled_from([0, 6, 12, 20]), st.sampled_from([4, 8, 12])),
    max_size=3,
).map(tuple)
breaks = st.sampled_from([(), ((60.0, 30.0),), ((30.0, 20.0), (45.0, 15.0))])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world of two days: rates and a log, some thirty calls."""
    atoms = draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    travel = rng.integers(0, 30, (draw(st.integers(1, 2)), atoms, atoms)).astype(float)
    units = tuple(
        Unit(f"U{n}", kind, int(rng.integers(atoms)), draw(shifts), draw(breaks), float(rng.integers(0, 3)))
        for n, kind in enumerate([*KINDS, *draw(st.lists(st.sampled_from(KINDS), max_size=3))])
    )
    found = {"a": draw(types("b", "c")), "b": draw(types("c", "c")), "c": CallType(4, draw(ways))}
    names = [unit.id for unit in units]
    orders = tuple(tuple(rng.permutation(names).tolist()[: 1 + n % len(names)]) for n in range(atoms + 2))
    rules = Rules(
        draw(st.sampled_from(["closest", "preference"])), orders[2:],
        draw(st.sampled_from([None, None, 0, 2])), draw(st.sampled_from([0.0, 60.0])),
    )  # fmt: skip
    rates = tuple(Arrivals(t, int(rng.integers(atoms)), (float(rng.uniform(0.05, 0.6)),)) for t in "ab")
    calls = tuple(
        Listed(f"c{n}", float(rng.integers(0, 2880)), "ab"[n % 2], int(rng.integers(atoms)),
               {"*": float(rng.integers(1, 60))} if n % 3 == 0 else None)
        for n in range(draw(st.integers(0, 8)))
    )  # fmt: skip
    periods = (0,) * 12 + (len(travel) - 1,) * 12
    return World("w", units, found, travel, 2, calls, rates, periods, rules)
