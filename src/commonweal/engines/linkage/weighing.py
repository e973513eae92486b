"""The bits of many compared pairs at once: what `Model.evidence` says of one pair, over arrays."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.columns import Columns
from commonweal.engines.linkage.learning import Learned
from commonweal.engines.linkage.levels import BY_NAME
from commonweal.engines.linkage.model import Model
from commonweal.engines.linkage.splinking import Compared

RARE = ("given", "family", "born", "birth_place", "postcode", "occupation", "address")
Doubles = NDArray[np.float64]


def model_of(found: Learned, columns: Columns) -> Model:
    """What was learned, as a model."""
    shared = {name: by_level for name, by_level in found.h.items() if by_level != found.u[name]}
    return Model(
        chances={name: tuple(zip(m, found.u[name], strict=True)) for name, m in found.m.items()},
        prior=min(max(found.same, 1e-9), 0.5),
        trained=True,
        frequency={name: frequencies(columns, name) for name in RARE if name in found.m},
        household=min(max(found.household, 1e-9), 0.4),
        shared=shared,
    )


def frequencies(columns: Columns, name: str) -> dict[str, float]:
    """How common each value of a field is, as a share of the records that have one."""
    column = columns.texts[name]
    return dict(zip(column.values[1:], column.shares()[1:].tolist(), strict=True))


def weights(model: Model, pairs: Compared, columns: Columns) -> Doubles:
    """Bits of each pair, prior included."""
    total = np.full(len(pairs.left), model.prior_weight)
    excess = np.full(len(pairs.left), -np.inf)
    if model.household:
        excess[:] = np.log2(model.household / (1 - model.prior - model.household))
    for place, name in enumerate(pairs.fields):
        if name not in model.chances:
            continue
        levels = pairs.levels[:, place]
        rarity = rarities(model, name, pairs, columns) * (levels == 0)
        total += by_level(levels, [model.weight(name, n) for n in range(len(BY_NAME[name].levels))]) + rarity
        if name in model.shared:
            ratios = np.array(model.shared[name]) / np.array([u for _, u in model.chances[name]])
            excess += by_level(levels, np.log2(ratios).tolist()) + rarity
    return np.asarray(total - np.logaddexp2(0.0, excess))


def by_level(levels: NDArray[np.int8], bits: Sequence[float]) -> Doubles:
    """The bits of each level; none where unknown."""
    return np.asarray(np.array([*bits, 0.0])[levels])  # -1, unknown, is the last


def rarities(model: Model, name: str, pairs: Compared, columns: Columns) -> Doubles:
    """Further bits of each pair for the rarity of its value, if the two are the same."""
    if name not in model.frequency:
        return np.zeros(len(pairs.left))
    column = columns.texts[name]
    told = np.array([model.rarity(name, value) for value in column.values])
    return np.asarray(told[column.codes][pairs.left])
