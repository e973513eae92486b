"""What a reader says, sorted for an import: rows go on, refusals and words about a file go into its tally."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from commonweal.adapters.files.answers import Notice, Reject
from commonweal.kernel.imports import Rejected, Tally

T = TypeVar("T")


def refused(item: Reject) -> Rejected:
    """A refused row as an import keeps it: the reason with its remedy."""
    return Rejected(item.file, item.line, item.field, item.value, f"{item.reason}. {item.remedy}")


def rows_of(items: Iterable[T | Reject | Notice], tally: Tally) -> Iterator[T]:
    """The rows, one by one; what is said beside them goes into the tally as it comes."""
    for item in items:
        match item:
            case Reject():
                tally.rejects.append(refused(item))
            case Notice():
                tally.notices.append(f"{item.file}: {item.text}.")
            case _:
                yield item
