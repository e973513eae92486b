"""Are loops closed? Counts of an agency's own work, with intervals; needs that found no service."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Avg, DurationField, ExpressionWrapper, F

from commonweal.engines.numerics import wilson
from commonweal.referrals import states
from commonweal.referrals.models import Referral

ANSWERED = tuple(s for s in states.STATES if s not in states.UNSENT | states.WAITING | {states.EXPIRED})


@dataclass(frozen=True, slots=True)
class Closure:
    """Of the referrals sent in a window: how many were answered, ended in a known outcome, and how fast.

    `closed` counts those with an outcome or an end; `low` and `high` are the Wilson 95 % interval of
    closed over sent. `answer_hours` is the mean time to an answer, None where none was given.
    """

    sent: int
    answered: int
    closed: int
    share: float
    low: float
    high: float
    answer_hours: float | None


def closure(*, to_agency: UUID | None = None, from_agency: UUID | None = None, since: datetime) -> Closure:
    """Loop closure of one agency's referrals sent at or after `since`; of all where no agency is given."""
    found = Referral.objects.filter(sent_at__gte=since)
    found = found.filter(to_agency=to_agency) if to_agency else found
    found = found.filter(from_agency=from_agency) if from_agency else found
    by_state: dict[str, int] = {}
    for state in found.values_list("state", flat=True):
        by_state[state] = by_state.get(state, 0) + 1
    sent, closed = sum(by_state.values()), sum(by_state.get(s, 0) for s in states.SETTLED)
    took = ExpressionWrapper(F("answered_at") - F("sent_at"), output_field=DurationField())
    mean: timedelta | None = found.filter(answered_at__isnull=False).aggregate(mean=Avg(took))["mean"]
    span = wilson(closed, sent)
    return Closure(
        sent, sum(by_state.get(s, 0) for s in ANSWERED), closed, closed / sent if sent else 0.0, span.low,
        span.high, mean.total_seconds() / 3600 if mean else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unmet:
    """How often a need was declined or expired without being rerouted, and why: counts, for `ask_totals`."""

    need: str
    reason: str
    number: int


def unmet(*, since: datetime) -> list[Unmet]:
    """Needs that found no service since then, commonest first; the gate decides which numbers are shown."""
    rows = Referral.objects.filter(sent_at__gte=since, state__in=states.UNMET | {states.UNRESOLVED})
    found: dict[tuple[str, str], int] = {}
    for needs, reason, state in rows.values_list("needs", "decline_reason", "state"):
        for need in needs or ["unknown"]:
            key = (need, reason or state)
            found[key] = found.get(key, 0) + 1
    return sorted(
        (Unmet(n, r, k) for (n, r), k in found.items()), key=lambda u: (-u.number, u.need, u.reason)
    )
