"""Counts that go out to everybody: what of them stays hidden, when, and on what quality they stand."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction

from commonweal.community import events
from commonweal.community.models import Figure
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import STRANGER, Actor
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing

PURPOSE = "public_reporting"
MANY = 1_000_000  # a count that no smallest number hides: only a law of its own refuses it


def publishable(origins: Collection[str], category: str) -> frozenset[str]:
    """Those origins of records whose counts a stranger may be told at all."""
    asked = {"all": MANY}
    return frozenset(
        origin
        for origin in origins
        if isinstance(
            sharing.ask_totals(
                by=STRANGER, category=category, purpose=PURPOSE, counts=asked, source_program=origin
            )["all"],
            sharing.Permit,
        )
    )


def foreseen_figures(counts: Mapping[str, int], category: str) -> dict[str, int | None]:
    """What the public would read: None where the gate withholds a cell from a stranger.

    Where exactly one cell is withheld the next smallest goes with it, so that no subtraction finds it.
    """
    answers = sharing.ask_totals(by=STRANGER, category=category, purpose=PURPOSE, counts=counts)
    hidden = {cell for cell, answer in answers.items() if isinstance(answer, sharing.Refusal)}
    if len(hidden) == 1 and len(counts) > 1:
        hidden.add(min((c for c in counts if c not in hidden), key=lambda c: (counts[c], c)))
    return {cell: None if cell in hidden else number for cell, number in counts.items()}


@transaction.atomic
def publish_figures(
    *, by: Actor, code: str, month: date, counts: Mapping[str, int], category: str, definition_en: str,
    definition_es: str = "", faults: int | None = None,
) -> int:  # fmt: skip
    """Release a table of counts under the public's own totals rule, in place of what stood for that month.

    `faults` is how many faults of these records were known and open; None where nobody has looked.
    Returns how many cells were released.
    """
    told = foreseen_figures(counts, category)
    Figure.objects.filter(code=code, month=month).delete()
    Figure.objects.bulk_create(
        Figure(
            code=code, month=month, cell=cell, number=number, by=by.id, definition_en=definition_en,
            definition_es=definition_es, faults=faults, published_on=clock.today(),
        )
        for cell, number in told.items()
    )  # fmt: skip
    withheld = sum(number is None for number in told.values())
    event = events.FiguresPublished(
        code=code, month=str(month), cells=len(told) - withheld, withheld=withheld
    )
    journal.write(by=by, event=event)
    return len(told) - withheld


@transaction.atomic
def withdraw_figures(*, by: Actor, code: str, month: date) -> int:
    """Take a month's table off the public page; returns its cells. NotFound where none stands."""
    found = Figure.objects.filter(code=code, month=month)
    if not (cells := found.count()):
        raise NotFound("figures")
    found.delete()
    journal.write(by=by, event=events.FiguresWithdrawn(code=code, month=str(month), cells=cells))
    return cells
