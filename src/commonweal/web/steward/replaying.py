"""The table of a replay: counts below the floor are written as such; none can be worked out from others."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.sharing import queries

HEADER = (
    "agency", "role", "category", "purpose", "asked", "allowed_before", "allowed_after", "newly_allowed",
    "newly_refused", "other_fields", "fields_gained", "fields_lost",
)  # fmt: skip
COUNTS = ("asked", "before", "after", "allowed", "refused", "altered")
Cells = tuple[str, ...]


def cells(replay: queries.Replay) -> list[Cells]:
    """Rows as text, those that change first. Below the floor a count is "<11"; a row with one hides the rest.

    A count follows from the others of its row, so that a row with a small one shows only zeros beside it.
    """
    names = {a.id: a.name for a in agencies.agencies()}
    floor = queries.floor()
    ordered = sorted(replay.rows.items(), key=lambda r: (not r[1].is_changed, str(r[0])))
    made = []
    for row, tally in ordered:
        counts = [getattr(tally, name) for name in COUNTS]
        is_small = any(0 < n < floor for n in _parts(counts))
        shown = [f"<{floor}" if 0 < n < floor else "withheld" if is_small and n else str(n) for n in counts]
        who = (names.get(row.agency, "") if row.agency else "", row.role, row.category, row.purpose)
        made.append((*who, *shown, " ".join(sorted(tally.gained)), " ".join(sorted(tally.lost))))
    return made


def _parts(counts: Sequence[int]) -> list[int]:
    """The counts, and what anybody could reckon from them: refused before and after, unchanged."""
    asked, before, after, allowed, refused, altered = counts
    return [*counts, asked - before, asked - after, before - refused, before - refused - altered]


def few(count: int) -> str:
    """A count in words where it is below the floor."""
    floor = queries.floor()
    return _("fewer than %(n)d") % {"n": floor} if 0 < count < floor else str(count)


def told(rows: Sequence[Cells]) -> list[tuple[Cells, list[str], list[str], list[str]]]:
    """Rows for the page: who and what, the counts in words, fields gained, fields lost."""
    floor = queries.floor()
    few = _("fewer than %(n)d") % {"n": floor}
    words = {f"<{floor}": few, "withheld": _("withheld")}
    return [
        (row[:4], [words.get(cell, cell) for cell in row[4:10]], row[10].split(), row[11].split())
        for row in rows
    ]
