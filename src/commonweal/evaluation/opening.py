"""The de-identified sets that the gate opens to an evaluator, and who may be one."""

from commonweal.agencies import queries as agencies
from commonweal.evaluation.rows import CATEGORIES, Opened
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions as sharing


def open_sets(*, by: Actor) -> Opened:
    """Ask the gate for de-identified rows of every origin, journalled; who may not gets empty sets."""
    origins = sorted({agency.source_program for agency in agencies.agencies()})
    claim = sharing.Circumstances(deidentified=True)
    permits, left_out = {}, {}
    for category in CATEGORIES:
        answers = sharing.ask_set(
            by=by, category=category, purpose="evaluation", source_programs=origins, circumstances=claim
        )
        permits[category] = {o: a for o, a in answers.items() if isinstance(a, sharing.Permit)}
        left_out[category] = tuple(o for o in origins if o not in permits[category])
    return Opened(permits, left_out)


def may_evaluate(by: Actor) -> None:
    """Invalid for whoever lacks the permission."""
    if not by.may("evaluate"):
        raise Invalid("by", by.role, "Ask an evaluator: this takes the permission to evaluate.")
