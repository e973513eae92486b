"""Loops over arrays compiled to machine code at first use and kept beside the source (numba)."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The same function compiled; it runs beside other threads. Arrays and numbers only."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True)(function))


def compiled_part(function: Callable[P, R]) -> Callable[P, R]:
    """A part of a compiled loop, for other compiled functions only: it is compiled in half the time."""
    make: Callable[..., object] = numba.jit  # its types do not name the last two options
    made = make(nopython=True, cache=True, nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    return cast(Callable[[Callable[P, R]], Callable[P, R]], made)(function)
