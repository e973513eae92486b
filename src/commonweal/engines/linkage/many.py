"""Pairs of many records: compared by Splink, weighed as arrays, with a model learned from them."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from commonweal.engines.linkage.clustering import Weighed
from commonweal.engines.linkage.columns import Columns
from commonweal.engines.linkage.gathering import pairs_worth
from commonweal.engines.linkage.learning import learned
from commonweal.engines.linkage.model import Model
from commonweal.engines.linkage.pairs import Settings, possible_among
from commonweal.engines.linkage.splinking import Backend, Compared, Comparing, DuckDB
from commonweal.engines.linkage.weighing import model_of, weights


class Many:
    """Records with the model learned from them, unless one is handed in."""

    def __init__(
        self, columns: Columns, settings: Settings, model: Model | None, backend: Backend | None = None
    ) -> None:
        """Compare the pairs worth comparing, and learn."""
        self._columns = columns
        self._comparing = Comparing(columns, backend or DuckDB())
        pairs = self._comparing.compared(*pairs_worth(columns, settings.link_type))
        self.notes: tuple[str, ...] = ()
        if model is None:
            counts = np.bincount(columns.sources.codes)
            every = possible_among(counts.tolist(), settings.link_type)
            strangers = self._comparing.strangers(settings.seed)
            taught = learned(pairs.levels, pairs.fields, strangers, len(columns), every)
            model = model_of(taught, columns)
            self.notes = () if taught.converged else ("training_not_converged",)
        self.model = model
        self._weighed = self._said(pairs)

    def candidates(self) -> Weighed:
        """The pairs worth comparing."""
        return self._weighed

    def within(self, numbers: NDArray[np.int64]) -> Weighed:
        """All pairs of records that have the same number, whatever their sources."""
        known = self._weighed
        inside = np.flatnonzero(numbers[known.left] == numbers[known.right])
        left, right, bits = known.left[inside], known.right[inside], known.bits[inside]
        order = np.argsort(numbers, kind="stable")
        starts = np.flatnonzero(np.diff(numbers[order], prepend=-1, append=-1))
        size = np.int64(len(numbers))
        more = np.sort(lacking(order, starts, left * size + right))
        rest = self._said(self._comparing.compared(*(part.astype(np.int32) for part in divmod(more, size))))
        return Weighed(
            np.concatenate([left, rest.left]),
            np.concatenate([right, rest.right]),
            np.concatenate([bits, rest.bits]),
        )

    def _said(self, pairs: Compared) -> Weighed:
        """Bits of compared pairs."""
        return Weighed(pairs.left, pairs.right, weights(self.model, pairs, self._columns))


@njit(cache=True)
def lacking(
    order: NDArray[np.int64], starts: NDArray[np.int64], known: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The pairs within blocks of `order` that are not among `known`, each as lower place x size + higher."""
    size, held = np.int64(len(order)), 0
    found = np.empty(1024, np.int64)
    for block in range(len(starts) - 1):
        for i in range(starts[block], starts[block + 1]):
            for j in range(i + 1, starts[block + 1]):
                pair = min(order[i], order[j]) * size + max(order[i], order[j])
                if holds(known, pair):
                    continue
                if held == len(found):
                    grown = np.empty(2 * held, np.int64)
                    grown[:held] = found
                    found = grown
                found[held] = pair
                held += 1
    return found[:held].copy()


@njit(cache=True)
def holds(known: NDArray[np.int64], pair: np.int64) -> bool:
    """Whether a number is among these, which are in order."""
    low, high = 0, len(known)
    while low < high:
        middle = (low + high) // 2
        if known[middle] < pair:
            low = middle + 1
        else:
            high = middle
    return bool(low < len(known) and known[low] == pair)
