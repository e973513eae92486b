"""How often Python looks for cycles among objects: seldom, in a process that has begun its work."""

import gc

YOUNG, MIDDLE, OLD = 20_000, 20, 50  # allocations before a look at the young; looks before one at older ones


def settle() -> None:
    """Leave what stands now (modules, packs, caches) out of every later look, and look less often.

    With Python's own 700 allocations one decision in eighty waits for the collector, and every page for
    several looks; with these, one in thousands does. Memory held by cycles grows by some megabytes between.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
