"""What a ranking may look at: a closed list of what care sees of somebody, each with its source.

Refused at registration, whatever they are called: arrests, charges, stops, race, school discipline,
immigration, social links, policing intensity. What is not on the list is refused too.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from commonweal.engines.numerics import Floats

KINDS = ("crisis", "ed_visit", "referral_missed", "referral_kept", "follow_up_reached")
NEVER = 730.0  # days since something that never happened
FORBIDDEN: Mapping[str, str] = {
    "arrests": r"arrest|booking|jail|custody|warrant|detain",
    "charges": r"\bcharge|convict|offen[cs]e|crim|prosecut|probation|parole|sentence",
    "stops": r"\bstops?\b|stop and|frisk|citation|pulled over|field interview",
    "race": r"race|racial|ethnic|colou?r\b|skin|tribe|national origin|ancestry|surname",
    "school discipline": r"school|suspen|expel|truan|detention|discipline",
    "immigration": r"immigra|citizen|visa\b|undocumented|country of birth|\bice\b|\balien",
    "social links": r"social|friend|associate|network|gang|co ?offender|contacts of|household of|family of",
    "policing intensity": r"patrol|police|officer|beat\b|precinct|enforcement|hot ?spot|use of force",
}
CLOSED_SOURCES = ("criminal_history", "education_record.discipline", "encounter_narrative.force_used")


@dataclass(frozen=True, slots=True)
class History:
    """What care saw of one person: (day, kind), oldest first; `groups` serve the audit and never a score."""

    key: str
    happenings: Sequence[tuple[float, str]]
    groups: Mapping[str, str]

    def days(self, kind: str, before: float, within: float = np.inf) -> list[float]:
        """Days of a kind in the `within` days before one."""
        return [d for d, k in self.happenings if k == kind and before - within <= d < before]


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing a ranking may look at: a code, where it comes from, and how it is read at a day."""

    code: str
    source: str
    read: Callable[[History, float], float]


def _count(kind: str, days: float) -> Callable[[History, float], float]:
    return lambda one, at: float(np.log1p(len(one.days(kind, at, days))))


def _since(kind: str) -> Callable[[History, float], float]:
    def read(one: History, at: float) -> float:
        past = one.days(kind, at)
        return float(np.log1p(at - past[-1] if past else NEVER))

    return read


def _after(kind: str, since: str) -> Callable[[History, float], float]:
    """How often something happened since the last time of something else, as a log."""

    def read(one: History, at: float) -> float:
        last = one.days(since, at)
        return float(np.log1p(sum(d > last[-1] for d in one.days(kind, at)) if last else 0.0))

    return read


def _waits(one: History, at: float) -> float:
    """1 where the last referral was missed and none was kept since."""
    missed, kept = one.days("referral_missed", at), one.days("referral_kept", at)
    return float(bool(missed) and (not kept or kept[-1] < missed[-1]))


ALLOWED: Mapping[str, Feature] = {
    one.code: one
    for one in (
        Feature("crises_30", "encounter_narrative.disposition", _count("crisis", 30)),
        Feature("crises_90", "encounter_narrative.disposition", _count("crisis", 90)),
        Feature("crises_365", "encounter_narrative.disposition", _count("crisis", 365)),
        Feature("since_crisis", "encounter_narrative.disposition", _since("crisis")),
        Feature("ed_visits_90", "encounter_narrative.disposition", _count("ed_visit", 90)),
        Feature("ed_visits_365", "encounter_narrative.disposition", _count("ed_visit", 365)),
        Feature("missed_180", "referral_status.status", _count("referral_missed", 180)),
        Feature("kept_180", "referral_status.status", _count("referral_kept", 180)),
        Feature("since_kept", "referral_status.status", _since("referral_kept")),
        Feature("waits", "referral_status.status", _waits),
        Feature("crises_since_kept", "referral_status.status", _after("crisis", "referral_kept")),
        Feature("kept_since_crisis", "referral_status.status", _after("referral_kept", "crisis")),
        Feature("reached_90", "encounter_narrative.disposition", _count("follow_up_reached", 90)),
    )
}


class Refused(ValueError):
    """A feature or label that no ranking may use: names it, the family it belongs to, and the remedy."""

    def __init__(self, field: str, code: str, family: str, remedy: str) -> None:
        self.field, self.code, self.family, self.remedy = field, code, family, remedy
        super().__init__(f"{field}: {code!r} ({family}). {remedy}")


def family_of(code: str) -> str:
    """The forbidden family that a name belongs to; "" for none."""
    plain = re.sub(r"[^a-z0-9]+", " ", code.lower())
    return next((name for name, shape in FORBIDDEN.items() if re.search(shape, plain)), "")


def registered(codes: Collection[str], sources: Mapping[str, str] | None = None) -> tuple[Feature, ...]:
    """The features by these codes, in the list's order; Refused for one that is forbidden or unknown.

    `sources` is what whoever registers says of where each comes from: a closed source is refused as well.
    """
    for code in codes:
        if family := family_of(code):
            raise Refused("features", code, family, "No ranking may use it; leave it out.")
        if (said := (sources or {}).get(code, "")).startswith(CLOSED_SOURCES) or family_of(said):
            raise Refused("features", code, said, "It comes from what no ranking may use; leave it out.")
        if code not in ALLOWED:
            raise Refused("features", code, "not on the list", f"Use: {', '.join(ALLOWED)}.")
    if not codes:
        raise Refused("features", "", "none", "Name at least one.")
    return tuple(one for code, one in ALLOWED.items() if code in codes)


def table(people: Sequence[History], at: float, features: Sequence[Feature]) -> Floats:
    """(people, features): each read as it stood at a day, from what happened before it."""
    return np.array([[f.read(one, at) for f in features] for one in people], dtype=np.float64).reshape(
        len(people), len(features)
    )


@dataclass(frozen=True, slots=True)
class Proxy:
    """A feature that tells a group: the share of its variance that lies between groups (eta squared)."""

    feature: str
    trait: str
    share: float


def proxies(
    found: Floats, codes: Sequence[str], groups: Mapping[str, Sequence[str]], least: float = 0.04
) -> tuple[Proxy, ...]:
    """Features that stand for a trait: eta squared of `least` (0.04: a correlation of 0.2) or more."""
    told = []
    for trait, values in groups.items():
        labels = np.array(values)
        for column, code in enumerate(codes):
            share = _between(found[:, column], labels)
            if share >= least:
                told.append(Proxy(code, trait, share))
    return tuple(sorted(told, key=lambda one: -one.share))


def _between(values: Floats, labels: np.ndarray[tuple[int, ...], np.dtype[np.str_]]) -> float:
    total = float(((values - values.mean()) ** 2).sum()) if values.size else 0.0
    parts = [values[labels == label] for label in np.unique(labels)]
    inner = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    return 1 - inner / total if total > 0 else 0.0
