"""Money over options under conditions, as a linear programme, with what one more of each would buy.

Options give less the more of them stands already, so each is bought at most once, wholly or in part. Every
purse pays only for what its terms allow. A floor keeps money for a programme whatever else would gain more.
The dual values are the shadow prices: how much more would be gained by one more unit of money in a purse, and
how much a floor costs for each unit that it holds (Dantzig 1963; solved by HiGHS, Huangfu and Hall 2018).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from commonweal.engines.numerics import Floats

TINY = 1e-9


@dataclass(frozen=True)
class Option:
    """Something to buy: its cost and gain when bought whole, and the purses that may pay for it."""

    name: str
    programme: str
    cost: float
    gain: float
    purses: frozenset[str]

    def __post_init__(self) -> None:
        """Refuse what costs nothing or takes away."""
        if not self.cost > 0:
            raise ValueError(f"cost: {self.cost} of {self.name}; give an amount above zero")
        if not self.gain >= 0:
            raise ValueError(f"gain: {self.gain} of {self.name}; give zero or more")


@dataclass(frozen=True)
class Allocation:
    """Shares bought by option, money by purse and option, the whole gain, what is left in each purse.

    `worth`: gain of one more unit of money in a purse. `price`: gain given up for each unit of a floor.
    """

    bought: Mapping[str, float]
    paid: Mapping[tuple[str, str], float]
    gain: float
    left: Mapping[str, float]
    worth: Mapping[str, float]
    price: Mapping[str, float]


def allocate(
    options: Sequence[Option], purses: Mapping[str, float], floors: Mapping[str, float] | None = None
) -> Allocation:
    """The best use of the purses. ValueError where a floor cannot be met, with its name."""
    floors = {k: v for k, v in (floors or {}).items() if v > 0}
    pairs = [(o, p) for o in options for p in sorted(o.purses & purses.keys())]
    _check(options, purses, floors, pairs)
    if not pairs:
        nothing = {o.name: 0.0 for o in options}
        return Allocation(nothing, {}, 0.0, dict(purses), dict.fromkeys(purses, 0.0), {})
    rows, limits = _conditions(options, purses, floors, pairs)
    from scipy.optimize import linprog

    value = -np.array([o.gain / o.cost for o, _ in pairs])
    found = linprog(value, A_ub=rows, b_ub=limits, method="highs")
    if found.status != 0:
        raise ValueError(f"floors: {', '.join(floors)} cannot all be met; lower one, or add money")
    paid = {(o.name, p): float(x) for (o, p), x in zip(pairs, found.x, strict=True) if x > TINY}
    duals = -np.asarray(found.ineqlin.marginals)
    first, second = len(options), len(options) + len(purses)
    spent = {name: sum(x for (_, p), x in paid.items() if p == name) for name in purses}
    return Allocation(
        {o.name: sum(x for (n, _), x in paid.items() if n == o.name) / o.cost for o in options},
        paid, float(-found.fun), {name: amount - spent[name] for name, amount in purses.items()},
        dict(zip(purses, duals[first:second].tolist(), strict=True)),
        dict(zip(floors, duals[second:].tolist(), strict=True)),
    )  # fmt: skip


Pairs = Sequence[tuple[Option, str]]


def _check(
    options: Sequence[Option], purses: Mapping[str, float], floors: Mapping[str, float], pairs: Pairs
) -> None:
    if len({o.name for o in options}) < len(options):
        raise ValueError("name: two options have one name; give each its own")
    if short := [name for name, amount in purses.items() if not amount >= 0]:
        raise ValueError(f"purses: {short[0]} holds {purses[short[0]]}; give zero or more")
    if lost := sorted(set(floors) - {o.programme for o, _ in pairs}):
        raise ValueError(f"floors: nothing that the purses may pay for belongs to {', '.join(lost)}")


def _conditions(
    options: Sequence[Option], purses: Mapping[str, float], floors: Mapping[str, float], pairs: Pairs
) -> tuple[Floats, Floats]:
    """Rows and limits: each option at most once, each purse at most empty, each floor kept."""
    each = [[float(o is p[0]) for p in pairs] for o in options]
    purse = [[float(name == p[1]) for p in pairs] for name in purses]
    floor = [[-float(name == p[0].programme) for p in pairs] for name in floors]
    limits = [*(o.cost for o in options), *purses.values(), *(-v for v in floors.values())]
    return np.array([*each, *purse, *floor]), np.array(limits)
