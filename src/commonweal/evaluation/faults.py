"""Reads of the work queue for data quality: who sees which faults, and how many records each concerns."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.encounters import queries as encounters
from commonweal.evaluation.models import QUALITY_KINDS, QUALITY_STATES, QualityItem
from commonweal.evaluation.rows import Opened
from commonweal.evaluation.soundness import Reason, reasons
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing

__all__ = [
    "MENDERS", "OPEN", "QUALITY_KINDS", "QUALITY_STATES", "QualityItem", "Reason", "Standing", "fault",
    "faults", "may_mend", "numbers", "reasons", "records", "standing",
]  # fmt: skip
CATEGORY = {"call": "call_facts", "encounter": "encounter_narrative", "import": "call_facts"}
MENDERS = frozenset("evaluate keep_records supervise administer work_field work_cases".split())
OPEN = ("open", "taken")
WORST = 5


def faults(by: Actor, opened: Opened | None = None) -> QuerySet[QualityItem]:
    """Those of the actor's own agency; with the sets that the gate opened, also those of their origins.

    Open ones first, the most frequent before the others.
    """
    seen = Q(agency=by.agency) if by.permissions & MENDERS else Q(pk__in=[])
    if opened is not None:
        seen |= _opened(opened)
    order = [When(state=state, then=Value(place)) for place, state in enumerate(QUALITY_STATES)]
    rows = QualityItem.objects.filter(seen).select_related("agency")
    ranked = rows.annotate(rank=Case(*order, output_field=IntegerField()))
    return ranked.order_by("rank", "-number", "agency__name", "field", "problem")


def _opened(opened: Opened) -> Q:
    found = Q(pk__in=[])
    for grain, category in CATEGORY.items():
        programs = opened.of(category)
        homes = [agency.id for agency in agencies.agencies() if agency.source_program in programs]
        found |= Q(grain=grain, agency__in=homes)
    return found


def fault(by: Actor, item: UUID, opened: Opened | None = None) -> QualityItem:
    """One fault; NotFound where this reader does not see it."""
    found = faults(by, opened).filter(id=item).first()
    if found is None:
        raise NotFound("fault")
    return found


def may_mend(by: Actor, item: QualityItem) -> bool:
    """Whether this reader may take, correct and explain it: somebody of the agency whose records they are."""
    return by.agency == item.agency_id and bool(by.permissions & MENDERS)


def numbers(*, by: Actor, items: Iterable[QualityItem]) -> Mapping[UUID, int | None]:
    """How many records each fault concerns, as far as the gate shows totals: None for the others."""
    apart: dict[tuple[str, str], list[QualityItem]] = defaultdict(list)
    for item in items:
        apart[item.agency.source_program, CATEGORY[item.grain]].append(item)
    found: dict[UUID, int | None] = {}
    for (program, category), listed in apart.items():
        counts = {str(item.id): item.number for item in listed}
        answers = _asked(by, program, category, counts)
        found |= {item.id: item.number if str(item.id) in answers else None for item in listed}
    return found


def series(*, by: Actor, item: QualityItem) -> list[tuple[str, int | None, int | None]]:
    """Month, number and of how many; None where hidden, and never one hidden month alone."""
    counts = {month: number for month, number, _of in item.met}
    shown = _asked(by, item.agency.source_program, CATEGORY[item.grain], counts)
    if len(shown) == len(counts) - 1 and shown:
        shown -= {min(shown, key=lambda month: (counts[month], month))}
    return [(month, number, of) if month in shown else (month, None, None) for month, number, of in item.met]


def _asked(by: Actor, program: str, category: str, counts: Mapping[str, int]) -> frozenset[str]:
    if not counts:
        return frozenset()
    answers = sharing.ask_totals(
        by=by, category=category, purpose="evaluation", counts=counts, source_program=program
    )
    return frozenset(key for key, answer in answers.items() if isinstance(answer, sharing.Permit))


def records(item: QualityItem) -> Sequence[UUID]:
    """The newest records in which it is met, by opaque ids: what they say, the gate opens or does not."""
    if item.grain == "call":
        return calls.doubtful(item.agency_id, item.source, item.kind, item.field, item.problem)
    if item.grain == "encounter" and item.kind == "missing":
        return encounters.doubtful(item.agency_id, item.field)
    return []


@dataclass(frozen=True, slots=True)
class Standing:
    """The quality that a report stands on: how many faults are open, how many explained, the gravest."""

    open: int
    explained: int
    worst: Sequence[QualityItem]
    is_known: bool


def standing(opened: Opened) -> Standing:
    """Faults of the origins that the sets open; not known where nobody has looked yet."""
    rows = QualityItem.objects.filter(_opened(opened)).select_related("agency")
    waiting = rows.filter(state__in=[*OPEN, "corrected"])
    worst = sorted(waiting, key=lambda item: (-item.number / max(item.of, 1), -item.number))
    return Standing(
        len(worst), rows.filter(state="explained").count(), worst[:WORST], QualityItem.objects.exists()
    )
