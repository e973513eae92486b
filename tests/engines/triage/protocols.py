"""Protocols for tests: those that ship, a small one written out, and generated ones."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, cast

from hypothesis import strategies as st

from commonweal import packs
from commonweal.engines.triage import TIERS, UNKNOWN, Protocol, ProtocolError

SHIPPED = ("denver", "eugene", "harlow", "harris_county", "illinois", "los_angeles")


def shipped(name: str) -> Protocol:
    """A protocol that ships with the product."""
    return Protocol.read(cast(Mapping[str, object], packs.read(f"protocols/{name}.yaml")))


def words(english: str) -> dict[str, str]:
    return {"en": english, "es": f"{english} (es)"}


_SMALL: dict[str, Any] = {
    "protocol": "small",
    "version": "1",
    "effective_from": "2025-01-01",
    "title": words("Small"),
    "source": "written for tests",
    "default": {"tier": "T5", "sentence": words("Nothing raised it.")},
    "levels": {tier: {"label": words(f"Level {tier}"), "response": f"send_{tier}"} for tier in TIERS},
    "questions": [
        {
            "id": "weapon",
            "text": words("Weapon?"),
            "answers": [{"id": name, "text": words(name)} for name in ("none", "away", "hand")],
        },
        {
            "id": "mood",
            "text": words("Mood?"),
            "answers": [{"id": name, "text": words(name)} for name in ("calm", "upset", "lost")],
        },
    ],
    "gates": [{"id": "armed", "when": {"weapon": "hand"}, "tier": "T1", "sentence": words("Armed.")}],
    "rules": [{"id": "lost", "when": {"mood": "lost"}, "tier": "T3", "sentence": words("Lost.")}],
    "score": {
        "points": {"mood": {"upset": 1, "lost": 2}, "weapon": {"away": 1, "hand": 1}},
        "bands": [{"id": "both", "at_least": 2, "tier": "T4", "sentence": words("{points} points.")}],
    },
    "modifiers": [
        {
            "id": "team_off",
            "when": {"team": False},
            "step": {"from": "T3", "to": "T2"},
            "sentence": words("Off."),
        },
        {
            "id": "wish",
            "when": {"wish": True},
            "step": {"from": "T1", "to": "T2"},
            "sentence": words("Wish."),
        },
        {"id": "past", "when": {"days": {"at_most": 30}}, "floor": "T2", "sentence": words("Past.")},
        {"id": "deaf", "when": {"deaf": True}, "requires": ["sign"], "sentence": words("Signs.")},
    ],
    "records": [
        {"answers": {"weapon": "none"}},
        {"natures": ["mental_health_crisis"], "answers": {"mood": "upset"}},
        {"words": ["Lost"], "answers": {"mood": "lost"}},
        {"priorities": ["1"], "answers": {"weapon": "away"}},
    ],
}


def small(**changes: object) -> dict[str, Any]:
    """The small protocol as a mapping, with top-level keys replaced (or removed, given None)."""
    mapping = {**deepcopy(_SMALL), **changes}
    return {key: value for key, value in mapping.items() if value is not None}


@st.composite
def generated(draw: st.DrawFn) -> Protocol:
    """A protocol with up to four questions, gates, rules, a score and modifiers, as its reader accepts it."""
    questions = []
    for index in range(draw(st.integers(1, 4))):
        ties = draw(st.lists(st.booleans(), min_size=2, max_size=4))
        answers = [{"id": f"a{i}", "text": words(f"a{i}"), "same": tie} for i, tie in enumerate(ties)]
        questions.append({"id": f"q{index}", "text": words("?"), "answers": answers})
    sizes = {str(q["id"]): len(cast(list[object], q["answers"])) for q in questions}
    tiers = sorted(draw(st.sets(st.sampled_from(TIERS), min_size=2)))
    mapping = small(
        levels={tier: {"label": words(tier), "response": "send"} for tier in tiers},
        default={"tier": tiers[-1], "sentence": words("Default.")},
        questions=questions,
        gates=draw(_rules("g", sizes, tiers)),
        rules=draw(_rules("r", sizes, tiers)),
        score=draw(_score(sizes, tiers)),
        modifiers=draw(_modifiers(tiers)),
        records=None,
    )
    try:
        return Protocol.read(mapping)
    except ProtocolError:
        # Ties among answers can put points or thresholds out of order; the reader's refusal is right.
        return Protocol.read({**mapping, "score": None, "gates": [], "rules": []})


@st.composite
def _rules(draw: st.DrawFn, prefix: str, sizes: dict[str, int], tiers: list[str]) -> list[dict[str, object]]:
    rules: list[dict[str, object]] = []
    for index in range(draw(st.integers(0, 3))):
        about = draw(st.lists(st.sampled_from(sorted(sizes)), min_size=1, max_size=2, unique=True))
        when = {name: f"a{draw(st.integers(0, sizes[name] - 1))}" for name in about}
        tier = draw(st.sampled_from(tiers))
        rules.append({"id": f"{prefix}{index}", "when": when, "tier": tier, "sentence": words("Fired.")})
    return rules


@st.composite
def _score(draw: st.DrawFn, sizes: dict[str, int], tiers: list[str]) -> dict[str, object] | None:
    if draw(st.booleans()):
        return None
    points = {}
    for name, size in sizes.items():
        steps = sorted(draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)))
        points[name] = {f"a{index}": step for index, step in enumerate(steps)}
    least = draw(st.integers(1, 8))
    band = {"id": "band", "at_least": least, "tier": draw(st.sampled_from(tiers)), "sentence": words("Sum.")}
    return {"points": points, "bands": [band]}


@st.composite
def _modifiers(draw: st.DrawFn, tiers: list[str]) -> list[dict[str, object]]:
    modifiers: list[dict[str, object]] = []
    for index in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(tiers) - 2))
        pair = [tiers[place], tiers[place + 1]]
        start, end = pair if draw(st.booleans()) else reversed(pair)
        effect = draw(st.sampled_from([{"step": {"from": start, "to": end}}, {"floor": start}]))
        modifiers.append({"id": f"m{index}", "when": {f"c{index}": True}, "sentence": words("M."), **effect})
    return modifiers


ANY_PROTOCOL = st.one_of(st.sampled_from(SHIPPED).map(shipped), generated())


@st.composite
def complete_answers(draw: st.DrawFn, protocol: Protocol) -> dict[str, str]:
    """An answer to every question; unknown now and then."""
    return {
        question.id: draw(st.sampled_from([*(a.id for a in question.answers), UNKNOWN]))
        for question in protocol.questions
    }


@st.composite
def partial_answers(draw: st.DrawFn, protocol: Protocol) -> dict[str, str]:
    """Answers to some of the questions."""
    full = draw(complete_answers(protocol))
    kept = draw(st.sets(st.sampled_from(sorted(full))))
    return {name: full[name] for name in kept}


def contexts(protocol: Protocol) -> st.SearchStrategy[dict[str, object]]:
    """Contexts that meet some of the protocol's modifiers."""
    keys = sorted({test.key for modifier in protocol.modifiers for test in modifier.tests})
    if not keys:
        return st.just({})
    numeric = {
        t.key for m in protocol.modifiers for t in m.tests if t.at_most is not None or t.at_least is not None
    }
    values = {key: st.integers(0, 500) if key in numeric else st.booleans() for key in keys}
    return st.fixed_dictionaries({}, optional=cast(Any, values))
