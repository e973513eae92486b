"""Answers in, a tier with its reasons out.

What is not known counts as the worst it could be. Answers are ordered by risk and every rule reads "this
answer or a more worrying one" (the reader refuses anything else), so the tier is monotone in risk: the
worst case is reached by the worst answer to each open question, the best case by the least worrying one.
When both give the same tier the call is settled and nothing more needs asking.
"""

from __future__ import annotations

from collections.abc import Mapping

from commonweal.engines.triage.parts import UNKNOWN, Modifier, Text
from commonweal.engines.triage.protocol import Protocol

# Less urgent than every tier: what stands where no hard gate has fired.
NO_GATE = "T9"


def check_answers(protocol: Protocol, answers: Mapping[str, str]) -> None:
    """Raise ProtocolError where a question or an answer does not exist in the protocol."""
    for key, value in answers.items():
        question = protocol.question(key)
        if value != UNKNOWN:
            question.answer(value)


def completed(protocol: Protocol, answers: Mapping[str, str], *, worst: bool) -> dict[str, str]:
    """Every question answered: an ``unknown`` as the worst, one not asked as the worst or the least."""
    given = {key: protocol.worst[key] if value == UNKNOWN else value for key, value in answers.items()}
    return {**(protocol.worst if worst else protocol.least), **given}


def active(protocol: Protocol, context: Mapping[str, object]) -> tuple[Modifier, ...]:
    """The modifiers whose tests the context meets, in the protocol's order."""
    return tuple(modifier for modifier in protocol.modifiers if modifier.applies(context))


def score(protocol: Protocol, full: Mapping[str, str]) -> float:
    """The sum of points for a complete set of answers."""
    return sum(row[full[question]] for question, row in protocol.points.items())


def tier_of(protocol: Protocol, full: Mapping[str, str], modifiers: tuple[Modifier, ...]) -> str:
    """The tier for a complete set of answers: gates, rules, score, then modifiers, never below a gate."""
    tier, gate = protocol.default, NO_GATE
    for rule in protocol.urgent_first:
        if (rule.gate or rule.tier < tier) and rule.fires(full):
            tier, gate = min(tier, rule.tier), rule.tier if rule.gate else NO_GATE
            if rule.gate or not modifiers:
                break
    if protocol.bands:
        points = score(protocol, full)
        tier = min([tier, *(band.tier for band in protocol.bands if points >= band.at_least)])
    for modifier in modifiers:
        tier = min(modified(modifier, tier), gate)
    return tier


def modified(modifier: Modifier, tier: str) -> str:
    """What one modifier makes of a tier, before the hard gates are considered."""
    if modifier.step is not None and modifier.step[0] == tier:
        tier = modifier.step[1]
    return min(tier, modifier.floor) if modifier.floor is not None else tier


def reasons(
    protocol: Protocol, full: Mapping[str, str], modifiers: tuple[Modifier, ...]
) -> dict[str, tuple[str, Text]]:
    """Every rule that fires for a complete set of answers, with the tier it asks for and its sentence.

    Hard gates come first, then rules and score from the most urgent on, then modifiers, where they changed
    the tier or ask something of the responder; a modifier's tier is the one it leads to.
    """
    fired = {
        rule.id: (rule.tier, rule.sentence) for rule in protocol.raises if rule.fires(full) and rule.gate
    }
    points = score(protocol, full)
    others = [(rule.tier, rule.id, rule.sentence) for rule in protocol.raises if rule.fires(full)]
    others += [(b.tier, b.id, _counted(b.sentence, points)) for b in protocol.bands if points >= b.at_least]
    for tier, name, sentence in sorted(others, key=lambda item: item[0]):
        fired.setdefault(name, (tier, sentence))
    if not fired:
        fired["default"] = (protocol.default, protocol.default_sentence)
    for index, modifier in enumerate(modifiers):
        before = tier_of(protocol, full, modifiers[:index])
        after = tier_of(protocol, full, modifiers[: index + 1])
        if modifier.requires or after != before:
            fired[modifier.id] = (after, modifier.sentence)
    return fired


def _counted(sentence: Text, points: float) -> Text:
    shown = f"{points:g}"
    return Text(sentence.en.replace("{points}", shown), sentence.es.replace("{points}", shown))
