"""The ten-domain matrix as it ships, scored by its engine."""

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from commonweal import packs
from commonweal.engines.needs import Assessment, Matrix, NeedsError
from commonweal.engines.needs import assess as score
from commonweal.kernel.errors import Invalid


@lru_cache(maxsize=1)
def matrix() -> Matrix:
    """The needs matrix: domains in order, each with five levels in both languages."""
    return Matrix.read(cast("dict[str, object]", packs.read("instruments/needs_matrix.yaml")))


def scored(levels: Mapping[str, int | None]) -> Assessment:
    """The reading of a person's levels; Invalid for an unknown domain or level, or with nothing answered."""
    try:
        found = score(matrix(), levels)
    except NeedsError as wrong:
        raise Invalid("levels", dict(levels), str(wrong)) from wrong
    if not found.levels:
        raise Invalid("levels", "", "Answer at least one domain; leave the others open.")
    return found
