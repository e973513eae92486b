"""Loops over arrays compiled to machine code at first use and kept beside the source (numba)."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The same function compiled; it runs beside other threads. Arrays and numbers only."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True)(function))
