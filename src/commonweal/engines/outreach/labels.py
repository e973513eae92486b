"""What a ranking may foretell: needs that help answers. Anything else takes a waiver of an oversight body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from commonweal.engines.numerics import Floats
from commonweal.engines.outreach.features import History, Refused, family_of

LABELS: Mapping[str, str] = {
    "repeat_crisis": "crisis", "ed_visit": "ed_visit", "missed_referral": "referral_missed",
}  # fmt: skip
WITH_WAIVER = frozenset({"jail_booking"})  # Johnson County's label: never without the body's written leave


@dataclass(frozen=True, slots=True)
class Waiver:
    """An oversight body's leave for one label: who gave it, when it ends, and why it serves the people."""

    body: str
    given_by: str
    until: date
    reason: str


def registered(code: str, today: date, waiver: Waiver | None = None) -> str:
    """The kind of happening that a label counts; Refused for what is no need, without a waiver in force."""
    if code in LABELS:
        return LABELS[code]
    if code not in WITH_WAIVER:
        raise Refused("label", code, family_of(code) or "not on the list", f"Use: {', '.join(LABELS)}.")
    if waiver is None or not (waiver.body.strip() and waiver.given_by.strip() and waiver.reason.strip()):
        raise Refused("label", code, "needs a waiver", "Ask the oversight body for leave, with its reason.")
    if waiver.until < today:
        raise Refused("label", code, "its waiver has ended", "Ask the oversight body anew.")
    return code


def outcomes(people: Sequence[History], at: float, days: float, kind: str) -> Floats:
    """(people,): 1 where it happened in the `days` from a day on, else 0."""
    return np.array(
        [any(k == kind and at <= d < at + days for d, k in one.happenings) for one in people], float
    )


def waits(people: Sequence[History], at: float, end: float, kind: str) -> tuple[Floats, Floats]:
    """Days from `at` to the first one, and 1 where it came before `end`; else days to `end`, and 0."""
    first = [
        min((d for d, k in one.happenings if k == kind and at <= d < end), default=end) for one in people
    ]
    found = np.array(first, float)
    return np.maximum(found - at, 1e-3), (found < end).astype(float)
