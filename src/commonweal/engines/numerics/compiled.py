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
    """A part of a compiled loop, for other compiled functions only: compiled in half the time.

    It may make no array of its own, and so counts no references: passing on a tuple of arrays costs nothing.
    """
    return _uncounted(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def compiled_leaf(function: Callable[P, R]) -> Callable[P, R]:
    """A small part that is written out wherever it is called."""
    return _uncounted(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)


def compiled_loop(function: Callable[P, R]) -> Callable[P, R]:
    """The loop around such parts; it may make no array either."""
    return _uncounted(function)


def _uncounted(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    make: Callable[..., object] = numba.jit  # its types do not name all of the options
    made = make(nopython=True, cache=True, nogil=True, error_model="numpy", _nrt=False, **options)
    return cast(Callable[[Callable[P, R]], Callable[P, R]], made)(function)
