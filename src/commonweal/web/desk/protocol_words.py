"""A protocol in plain words for whoever edits or signs it: conditions, faults, differences."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonweal.calls import actions
from commonweal.calls import queries as calls

FAULTS = {
    "contradiction": gettext_lazy("Two rules say different tiers of the same answers. Keep one."),
    "unreachable_rule": gettext_lazy("It can never matter: whenever it holds, another decides as urgently."),
    "unreachable_band": gettext_lazy("No answers give so many points. Lower it, or take it away."),
    "idle_question": gettext_lazy("It is asked for nothing: no rule uses it. Use it, or take it away."),
    "unknown_hole": gettext_lazy(
        "Where nobody knows, the most worrying answer counts, and that one does not set this off. "
        "Put its answer last, or add a rule for the last one."
    ),
    "ungated": gettext_lazy("Nothing decides at once. Add what must come before any weighing."),
    "gap": gettext_lazy("No answers lead here. Add a rule that does, or take the level away."),
    "too_many_combinations": gettext_lazy("Too many questions share one score. Score fewer."),
}
PARTS = {
    "level": gettext_lazy("Level"),
    "question": gettext_lazy("Question"),
    "rule": gettext_lazy("Rule"),
    "band": gettext_lazy("Score"),
    "modifier": gettext_lazy("Circumstance"),
}
HOW = {
    "added": gettext_lazy("added"),
    "removed": gettext_lazy("taken away"),
    "changed": gettext_lazy("changed"),
}


def spoken() -> str:
    """The page's language, en or es."""
    return "es" if (get_language() or "en").startswith("es") else "en"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as a sentence: its conditions in words, the tier it asks for, why."""

    id: str
    tier: str
    why: str
    conditions: Sequence[str]
    is_gate: bool


def rules(value: actions.Protocol) -> list[RuleLine]:
    """Every rule in the order of the file, those that decide at once first."""
    language = spoken()
    return [
        RuleLine(
            one.id, one.tier, one.sentence.said_in(language),
            [condition(value, question, allowed) for question, allowed in one.when.items()], one.gate,
        )
        for one in value.raises
    ]  # fmt: skip


def condition(value: actions.Protocol, question_id: str, allowed: frozenset[str]) -> str:
    """ "Is there a weapon? Within reach, or more worrying"."""
    question, language = value.question(question_id), spoken()
    counted = [answer for answer in question.answers if answer.id in allowed]
    least = min(counted, key=lambda answer: answer.risk)
    asked = question.text.said_in(language)
    upward = {answer.id for answer in question.answers if answer.risk >= least.risk}
    if len(counted) > 1 and upward == allowed:
        says = _("%(question)s %(answer)s, or more worrying")
        return says % {"question": asked, "answer": least.text.said_in(language)}
    answers = _(" or ").join(answer.text.said_in(language) for answer in counted)
    return f"{asked} {answers}"


def faults(value: actions.Protocol) -> list[tuple[str, str]]:
    """What the check says, and of what: a rule, a question, a level."""
    language = spoken()
    named = {one.id: one.sentence.said_in(language) for one in value.raises}
    named |= {one.id: one.sentence.said_in(language) for one in value.bands}
    named |= {one.id: one.text.said_in(language) for one in value.questions}
    named |= {tier: f"{tier} {level.label.said_in(language)}" for tier, level in value.levels.items()}
    return [
        (named.get(one.about, one.about), str(FAULTS.get(one.kind, one.message)))
        for one in calls.checked(value)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in words."""

    part: str
    how: str
    old: str
    new: str
    tiers: str


def changes(old: actions.Protocol, new: actions.Protocol) -> list[Change]:
    """What differs between two versions, in words."""
    language, found = spoken(), []
    for one in calls.between(old, new):
        was = one.old.said_in(language) if one.old else ""
        now = one.new.said_in(language) if one.new else ""
        tiers = f"{one.old_tier} → {one.new_tier}" if one.old_tier != one.new_tier else one.new_tier
        how = _("answers or conditions changed") if one.how == "changed" and was == now else str(HOW[one.how])
        found.append(Change(str(PARTS[one.part]), how, was, now if now != was else "", tiers.strip(" →")))
    return found
