"""Several files in one run: each read in turn, one that cannot be read is one reject, none counts twice."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from commonweal.adapters.files.answers import FileRefused, Notice, Reject
from commonweal.adapters.files.opening import Met, Source, kind, source

T = TypeVar("T")


def several(
    origins: Iterable[Source | Path | str | bytes], read_one: Callable[[Source], Iterator[T]]
) -> Iterator[T | Notice | Reject]:
    """Yield what `read_one` finds in each file, in order; a file that it refuses is one Reject (line 0).

    A file whose content came before in the same run is read again, since its rows count as unchanged, with
    a Notice that says so.
    """
    met = Met()
    for origin in origins:
        try:
            found = origin if isinstance(origin, Source) else source(origin)
            kind(found)  # refuses what is no table before all of it is read
            if same := met.before(found):
                yield Notice(found.name, f"has the same content as {same}; nothing is doubled")
            yield from read_one(found)
        except FileRefused as error:
            yield error.reject
