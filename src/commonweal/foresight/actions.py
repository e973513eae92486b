"""Verbs of this room: open the set of calls, show totals, note an export."""

from collections.abc import Mapping

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.foresight import events
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.sharing import actions as sharing


def open_set(*, by: Actor) -> Mapping[str, sharing.Permit]:
    """Permits for de-identified calls by origin, journalled; who may not gets none."""
    origins = sorted({agency.source_program for agency in agencies.agencies()})
    answers = sharing.ask_set(
        by=by, category="call_facts", purpose="evaluation", source_programs=origins,
        circumstances=sharing.Circumstances(deidentified=True),
    )  # fmt: skip
    return {origin: a for origin, a in answers.items() if isinstance(a, sharing.Permit)}


def shown(*, by: Actor, counts: Mapping[str, int]) -> frozenset[str]:
    """The keys of totals that the gate lets this reader see (never 1 to 10, nor below the site's number).

    Where one alone is hidden the next smallest goes with it: the total stands beside them.
    """
    answers = sharing.ask_totals(by=by, category="call_facts", purpose="evaluation", counts=counts)
    seen = {key for key, answer in answers.items() if isinstance(answer, sharing.Permit)}
    if len(seen) == len(counts) - 1:
        seen -= {min(seen, key=lambda key: (counts[key], key))} if seen else set()
    return frozenset(seen)


@transaction.atomic
def note_export(*, by: Actor, form: str, cells: int) -> None:
    """A file of totals was made: the journal says by whom."""
    journal.write(by=by, event=events.MapExported(form=form, cells=cells))
