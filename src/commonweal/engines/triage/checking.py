"""Faults in a protocol that its reader accepts but its authors would regret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from commonweal.engines.triage.deciding import completed, tier_of
from commonweal.engines.triage.parts import TIERS, Raise
from commonweal.engines.triage.protocol import Protocol

MOST_COMBINATIONS = 2048


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: its kind, what it is about (a rule, question or tier) and what to do."""

    kind: str
    about: str
    message: str


def validate(protocol: Protocol) -> tuple[Finding, ...]:
    """Find rules that can never matter, answers that an unknown would not cover, and gaps; none is best.

    Kinds: ``unreachable_rule``, ``unreachable_band``, ``idle_question``, ``unknown_hole`` (an unknown
    answer to a gate's question that would not fire it), ``contradiction`` (the same conditions, two tiers),
    ``ungated`` (no hard gate at all), ``gap`` (a level no answer leads to), ``too_many_combinations``.
    """
    return (
        *_contradictions(protocol),
        *_shadowed(protocol),
        *_bands(protocol),
        *_questions(protocol),
        *_holes(protocol),
        *_gaps(protocol),
    )


def _contradictions(protocol: Protocol) -> Iterator[Finding]:
    for index, rule in enumerate(protocol.raises):
        for other in protocol.raises[index + 1 :]:
            if rule.when == other.when and rule.tier != other.tier:
                message = f"{rule.id!r} says {rule.tier} of the same answers, not {other.tier}; keep one"
                yield Finding("contradiction", other.id, message)


def _shadowed(protocol: Protocol) -> Iterator[Finding]:
    for rule in protocol.raises:
        for other in protocol.raises:
            if other is not rule and _covers(protocol, other, rule):
                message = f"whenever it fires, {other.id!r} fires as urgently; remove one of them"
                yield Finding("unreachable_rule", rule.id, message)
                break
        if rule.tier >= protocol.default:
            message = f"raises to {rule.tier}, which every call reaches anyway; raise its tier or remove it"
            yield Finding("unreachable_rule", rule.id, message)


def _covers(protocol: Protocol, other: Raise, rule: Raise) -> bool:
    """Whether ``other`` makes ``rule`` pointless; of two that cover each other the earlier stays."""
    if not _implies(rule, other):
        return False
    order = protocol.raises.index
    return not _implies(other, rule) or order(other) < order(rule)


def _implies(rule: Raise, other: Raise) -> bool:
    if other.tier > rule.tier or (rule.gate and not other.gate):
        return False
    return all(name in rule.when and rule.when[name] <= allowed for name, allowed in other.when.items())


def _bands(protocol: Protocol) -> Iterator[Finding]:
    most = sum(max(row.values()) for row in protocol.points.values())
    for band in protocol.bands:
        if band.at_least > most:
            message = f"needs {band.at_least:g} points of at most {most:g}; lower it"
            yield Finding("unreachable_band", band.id, message)
    combinations = prod(len(protocol.question(name).answers) for name in protocol.points)
    if protocol.bands and combinations > MOST_COMBINATIONS:
        message = f"{combinations} combinations of scored answers, at most {MOST_COMBINATIONS}; score fewer"
        yield Finding("too_many_combinations", "score", message)


def _questions(protocol: Protocol) -> Iterator[Finding]:
    for question in protocol.questions:
        in_rule = any(question.id in rule.when for rule in protocol.raises)
        if not in_rule and len(set(protocol.points.get(question.id, {}).values())) < 2:
            yield Finding("idle_question", question.id, "no rule and no score uses it; remove it or use it")


def _holes(protocol: Protocol) -> Iterator[Finding]:
    gates = [rule for rule in protocol.raises if rule.gate]
    if not gates:
        yield Finding("ungated", protocol.id, "has no hard gate; add those that come before any score")
    for rule in gates:
        for name, allowed in rule.when.items():
            worst = protocol.question(name).worst
            if worst.id not in allowed and not _covered_by_gate(gates, rule, name, worst.id):
                message = (
                    f"unknown counts as {name}={worst.id}, which fires no gate as urgent; order the answers"
                )
                yield Finding("unknown_hole", rule.id, message)


def _covered_by_gate(gates: list[Raise], rule: Raise, name: str, worst: str) -> bool:
    as_urgent = (gate for gate in gates if gate.tier <= rule.tier)
    return any(worst in gate.when.get(name, ()) and set(gate.when) <= set(rule.when) for gate in as_urgent)


def _gaps(protocol: Protocol) -> Iterator[Finding]:
    reached = {protocol.default, *(item.tier for item in protocol.raises)}
    reached |= {band.tier for band in protocol.bands}
    for modifier in protocol.modifiers:
        reached |= {tier for tier in (modifier.floor, modifier.step and modifier.step[1]) if tier}
    for tier in sorted(set(protocol.levels) - reached):
        yield Finding("gap", tier, "no rule, score or modifier leads to this level; add one or remove it")
    if TIERS[0] not in protocol.levels:
        yield Finding("gap", TIERS[0], "a life in danger has no level; add T0 and a gate that leads to it")
    least = tier_of(protocol, completed(protocol, {}, worst=False), ())
    if least != protocol.default:
        message = f"the least worrying answers give {least}; the default {protocol.default} is never used"
        yield Finding("gap", protocol.default, message)
