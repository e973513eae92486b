"""Counts that go out to everybody: what of them stays hidden, when, and on what quality they stand."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from commonweal.community import events
from commonweal.community.models import Figure
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import STRANGER, Actor
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing
from commonweal.sharing.queries import floor, hidden

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


def foreseen_figures(
    *, code: str, month: date, counts: Mapping[str, int], category: str
) -> dict[str, int | None]:
    """What the public would read: None where the gate withholds a cell from a stranger, or a second with it.

    A number that was public before, taken back or not, changes only by the site's smallest count or more:
    whoever kept both tables would else learn of single records from the difference.
    """
    before = dict(_ever(code, month).values_list("cell", "last_told"))
    whole = dict.fromkeys(before, 0) | dict(counts)
    answers = sharing.ask_totals(by=STRANGER, category=category, purpose=PURPOSE, counts=whole)
    told, _total = hidden(whole, floor())
    return {
        cell: None if isinstance(answer, sharing.Refusal) else _steady(told[cell], before.get(cell))
        for cell, answer in answers.items()
    }


def _steady(number: int | None, before: int | None) -> int | None:
    if number is None or before is None or abs(number - before) >= floor():
        return number
    return before


def _ever(code: str, month: date) -> QuerySet[Figure]:
    return Figure.objects.filter(code=code, month=month)


@transaction.atomic
def publish_figures(
    *, by: Actor, code: str, month: date, counts: Mapping[str, int], category: str, definition_en: str,
    definition_es: str = "", faults: int | None = None,
) -> int:  # fmt: skip
    """Release a table of counts under the public's own totals rule, in place of what stood for that month.

    `faults` is how many faults of these records were known and open; None where nobody has looked.
    Returns how many cells were released.
    """
    told = foreseen_figures(code=code, month=month, counts=counts, category=category)
    stood = {row.cell: row for row in _ever(code, month).select_for_update()}
    first = next((row.published_on for row in stood.values() if row.withdrawn_on is None), None)
    today = clock.today()
    for cell, number in told.items():
        last = stood[cell].last_told if cell in stood else None
        Figure.objects.update_or_create(
            code=code, month=month, cell=cell,
            defaults={
                "number": number, "last_told": last if number is None else number, "by": by.id,
                "definition_en": definition_en, "definition_es": definition_es, "faults": faults,
                "published_on": first or today, "revised_on": today if first else None, "withdrawn_on": None,
            },
        )  # fmt: skip
    withheld = sum(number is None for number in told.values())
    event = events.FiguresPublished(
        code=code, month=str(month), cells=len(told) - withheld, withheld=withheld
    )
    journal.write(by=by, event=event)
    return len(told) - withheld


@transaction.atomic
def withdraw_figures(*, by: Actor, code: str, month: date) -> int:
    """Take a month's table off the public page; returns its cells. NotFound where none stands.

    That it was taken back stays public; what it told is remembered for later tables (`foreseen_figures`).
    """
    cells = _ever(code, month).filter(withdrawn_on=None).update(withdrawn_on=clock.today(), number=None)
    if not cells:
        raise NotFound("figures")
    journal.write(by=by, event=events.FiguresWithdrawn(code=code, month=str(month), cells=cells))
    return cells
