"""Pairs of many records: compared by Splink, weighed as arrays, with a model learned from them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.blocking import keys_of
from commonweal.engines.linkage.clustering import Weighed
from commonweal.engines.linkage.learning import learned
from commonweal.engines.linkage.levels import FIELDS
from commonweal.engines.linkage.model import Model
from commonweal.engines.linkage.pairs import Link, Settings, explained, possible, said
from commonweal.engines.linkage.records import Normal
from commonweal.engines.linkage.splinking import Backend, Compared, DuckDB, compare, strangers_of
from commonweal.engines.linkage.weighing import model_of, weights

KEPT = -20.0  # bits from which on a pair's levels are kept for its evidence


class Many:
    """Records with the model learned from them, unless one is handed in."""

    def __init__(
        self,
        records: Sequence[Normal],
        settings: Settings,
        model: Model | None,
        backend: Backend | None = None,
    ) -> None:
        """Compare the pairs worth comparing, and learn."""
        self._records = records
        self._backend = backend or DuckDB()
        keys = keys_of(records)
        self._pairs = compare(records, keys, settings.link_type, self._backend)
        self.notes: tuple[str, ...] = ()
        if model is None:
            strangers = strangers_of(records, keys, settings.seed, self._backend)
            every = possible(records, settings.link_type)
            taught = learned(self._pairs.levels, self._pairs.fields, strangers, len(records), every)
            model = model_of(taught, records)
            self.notes = () if taught.converged else ("training_not_converged",)
        self.model = model
        self._known: dict[tuple[int, int], tuple[Compared, int]] = {}

    def candidates(self) -> Weighed:
        """The pairs that share a key."""
        return self._weighed(self._pairs)

    def within(self, numbers: NDArray[np.int64]) -> Weighed:
        """All pairs of records that have the same number, whatever their sources."""
        _, places, counts = np.unique(numbers, return_inverse=True, return_counts=True)
        keys = np.where(counts[places] > 1, numbers + 1, 0)[None, :]
        return self._weighed(compare(self._records, keys, "both", self._backend))

    def link(self, left: int, right: int) -> Link:
        """One pair with its evidence, from the levels that Splink found."""
        a, b = self._records[left], self._records[right]
        if (left, right) not in self._known:
            return explained(self.model, a, b)
        pairs, row = self._known[left, right]
        by_name = dict(zip(pairs.fields, pairs.levels[row].tolist(), strict=True))
        found = [by_name.get(field.name, -1) for field in FIELDS]
        return said(self.model, self.model.said([None if level < 0 else level for level in found], a), a, b)

    def _weighed(self, pairs: Compared) -> Weighed:
        """Bits of compared pairs; the levels of those that may be of one person are kept at hand."""
        weight = weights(self.model, pairs, self._records)
        left, right = np.minimum(pairs.left, pairs.right), np.maximum(pairs.left, pairs.right)
        kept = np.flatnonzero(weight >= KEPT)
        at = zip(left[kept].tolist(), right[kept].tolist(), kept.tolist(), strict=True)
        self._known |= {(a, b): (pairs, row) for a, b, row in at}
        return Weighed(left, right, weight)
