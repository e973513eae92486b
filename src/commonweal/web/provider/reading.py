"""What a card may show: the gate asked once a category, values redacted, gaps told in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import in_words
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.web.provider import words

PURPOSE = "care_coordination"
CARD = {  # what a card has a place for, by category
    "referral_status": {"service_type", "outcome_detail"},
    "identity": {"name", "dob", "phone", "home_address"},
    "safety_alerts": {"deescalation_tips", "communication_needs"},
    "encounter_narrative": {"disposition", "behaviours_observed"},
}


@dataclass(frozen=True, slots=True)
class Gap:
    """What was left out of one category, why, and what would open it."""

    title: words.Words
    fields: Sequence[str]
    why: str
    unlock: Sequence[str] = ()


@dataclass(slots=True)
class Card:
    """One referral as this reader may see it."""

    status: Shown | None = None
    who: Shown | None = None
    plans: list[Shown] = field(default_factory=list)
    seen: list[Shown] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def need_codes(self) -> list[str]:
        """What is needed, as codes of the directory."""
        return _strings(self.status, "needs")

    @property
    def needs(self) -> list[str]:
        """What is needed, in words."""
        return words.needs(_strings(self.status, "needs"))

    @property
    def is_told(self) -> bool:
        """Whether the gate opened how it stands, and so when the person is expected."""
        return bool(self.status and self.status.get("status"))

    @property
    def reasons(self) -> list[str]:
        """Why this service, beside that it answers the need."""
        return [reason for reason in _strings(self.status, "reasons") if reason not in self.needs]

    @property
    def asked(self) -> list[Mapping[str, object]]:
        """Questions and answers, in order."""
        kind = self.status.get("service_type") if self.status else None
        return list(kind.get("asked", ())) if isinstance(kind, dict) else []


def read(by: Actor, referral: UUID, categories: Collection[str] = CARD.keys()) -> Card:
    """Ask for those `categories` that the page has a place for, as this reader, and keep what is opened."""
    card = Card()
    for category, about in referrals.about(by, referral).by_category.items():
        if category not in categories:
            continue
        answers, shown = _asked(by, category, about)
        _place(card, category, shown)
        if gap := _gap(category, answers, shown):
            card.gaps.append(gap)
    return card


def _asked(
    by: Actor, category: str, about: Sequence[Subject]
) -> tuple[dict[Subject, sharing.Answer], list[Shown]]:
    """Answers and what they open. One identity is shown: another is asked for only where it lacks a part."""
    answers: dict[Subject, sharing.Answer] = {}
    shown: list[Shown] = []
    for some in [[one] for one in about] if category == "identity" else [about]:
        found = sharing.ask_many(by=by, category=category, purpose=PURPOSE, about=some)
        answers |= found
        shown += _shown(category, sharing.permitted(found))
        if any(not one.withheld & CARD[category] for one in shown):
            break
    return answers, shown


def whys(by: Actor, referrals_: Sequence[Subject]) -> dict[UUID, str]:
    """One line of why this service for each row of a page: the first reasons, or the needs; asked once."""
    answers = sharing.ask_many(by=by, category="referral_status", purpose=PURPOSE, about=referrals_)
    lines = {}
    for shown in referrals.statuses(sharing.permitted(answers)):
        card = Card(status=shown)
        lines[shown.subject.id] = " · ".join(dict.fromkeys([*card.needs, *card.reasons]))
    return lines


def _shown(category: str, permits: dict[Subject, sharing.Permit]) -> list[Shown]:
    if category == "identity":
        return people.identities(permits)
    if category == "safety_alerts":
        return people.plans(permits)
    if category == "encounter_narrative":
        return encounters.narratives(permits, words.language())
    return referrals.statuses(permits)


def _place(card: Card, category: str, shown: list[Shown]) -> None:
    if category == "referral_status":
        card.status = shown[0] if shown else None
    elif category == "identity":
        card.who = min(shown, key=lambda s: len(s.withheld), default=None)
    elif category == "safety_alerts":
        card.plans = shown
    else:
        card.seen = shown


def _gap(category: str, answers: Mapping[Subject, sharing.Answer], shown: list[Shown]) -> Gap | None:
    """The part of a category that stays closed; nothing is said where even that would tell too much."""
    left = min((s.withheld & CARD[category] for s in shown), key=len, default=frozenset(CARD[category]))
    if not left:
        return None
    refused = [a for a in answers.values() if isinstance(a, sharing.Refusal) and a.acknowledged]
    if not shown and not refused and category != "referral_status":
        return None
    unlock = [way for refusal in refused for way in refusal.unlock]
    why = refused[0].why if refused and not shown else ""
    told = [in_words(way) for way in dict.fromkeys(unlock)]
    return Gap(words.CATEGORIES[category], words.fields(left), in_words(why), told[:4])


def _strings(shown: Shown | None, name: str) -> list[str]:
    kind = shown.get("service_type") if shown else None
    return [str(item) for item in kind.get(name, ())] if isinstance(kind, dict) else []
