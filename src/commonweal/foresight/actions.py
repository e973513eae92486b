"""Verbs of this room: open the set of calls, show totals, note an export."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.foresight import events, partitions
from commonweal.foresight.deidentifying import lines
from commonweal.foresight.erasing import erase, sweep
from commonweal.foresight.offering import (
    answer_objection,
    contest,
    decide,
    make_list,
    open_list,
    opt_in,
    opt_out,
)
from commonweal.foresight.registering import Spec, activate_model, disable_model, register_model
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions as sharing
from commonweal.sharing.queries import floor

__all__ = [
    "Spec",
    "activate_model",
    "answer_objection",
    "contest",
    "decide",
    "disable_model",
    "erase",
    "make_list",
    "note_export",
    "open_list",
    "open_set",
    "opt_in",
    "opt_out",
    "register_model",
    "shown",
    "sweep",
    "write_extract",
]


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


def write_extract(*, by: Actor, out: Path, first: date, last: date) -> dict[str, object]:
    """Write the months from `first` to `last` as de-identified Parquet; what did not change is left alone.

    Months that stand there already are looked at too, whichever were asked for: what was sealed, expunged or
    withdrawn since is gone from all of them when the run ends.
    The gate is asked once for every origin; one that it leaves out is in no month. Each month is journalled
    when it is in place. Invalid for an actor who may not evaluate, and for months in the wrong order.
    """
    if not by.may("evaluate"):
        raise Invalid("by", by.role, "Ask an evaluator: this takes the permission to evaluate.")
    if last < first:
        raise Invalid("last", f"{last:%Y-%m}", "Give a month that is not before the first.")
    permits, zone = open_set(by=by), clock.zone()
    secret = f"commonweal.foresight.extract:{settings.SECRET_KEY}".encode()
    written: list[str] = []
    partitions.tidy(out)
    stood = {date.fromisoformat(f"{month}-01") for month in partitions.months_on_disk(out)}
    for month in sorted({*_months(first, last), *stood}):
        found = calls.extract(permits, clock.begin(month), clock.begin(_next(month)))
        kept = lines(found, zone, secret, floor())
        if partitions.write_month(out, f"{month:%Y-%m}", kept):
            journal.write(by=by, event=events.ExtractWritten(month=f"{month:%Y-%m}", rows=len(kept)))
            written.append(f"{month:%Y-%m}")
    standing = partitions.manifest(out)
    return {
        "out": str(out), "written": written, "months": sorted(standing),
        "rows": sum(part.rows for part in standing.values()), "origins": sorted(permits),
    }  # fmt: skip


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
