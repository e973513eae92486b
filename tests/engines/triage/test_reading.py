"""A protocol that would mislead is refused, with the place, the value and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from commonweal.engines.triage import Protocol, ProtocolError

from .protocols import small, words

Edit = Callable[[dict[str, Any]], object]


def edited(edit: Edit) -> dict[str, Any]:
    mapping = small()
    edit(mapping)
    return mapping


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda p: p.update(colour="red"), r"protocol\.colour: is not a known key"),
        (
            lambda p: p.update(unknown="skip"),
            "unknown answer must never lower a tier; write 'unknown: worst'",
        ),
        (lambda p: p.pop("title"), r"protocol\.title\.en: None is not text"),
        (lambda p: p["title"].pop("es"), r"protocol\.title\.es: None is not text"),
        (lambda p: p.update(effective_from="soon"), "'soon' is not a day; write it as YYYY-MM-DD"),
        (lambda p: p.update(effective_to="2024-12-31"), "is before effective_from"),
        (lambda p: p["levels"].update(T9=p["levels"]["T5"]), r"levels\.T9: is no neutral tier"),
        (lambda p: p["default"].update(tier="T7"), "'T7' is not among the levels"),
        (lambda p: p["levels"].pop("T4"), r"bands\[0\]\.tier: 'T4' is not among the levels"),
        (lambda p: p["questions"][0]["answers"].__delitem__(slice(1, None)), "at least two answers"),
        (lambda p: p["questions"][0]["answers"][1].update(id="none"), "uses the id 'none' twice"),
        (lambda p: p["questions"][0]["answers"][1].update(id="unknown"), "'unknown' is always allowed"),
        (lambda p: p["questions"][0]["answers"][1].update(id=False), "False is not text; .*quote yes, no"),
        (lambda p: p["questions"][0].update(weight=0), "0.0 is not above zero"),
        (lambda p: p["questions"][1].update(id="weapon"), "uses the id 'weapon' twice"),
        (lambda p: p["gates"][0].update(when={"gun": "hand"}), "no question has the id 'gun'"),
        (lambda p: p["gates"][0].update(when={"weapon": "fist"}), "'fist' is not among none, away, hand"),
        (lambda p: p["gates"][0].update(when={}), "needs at least one condition"),
        (lambda p: p["rules"][0].update(id="armed"), "uses the id 'armed' twice"),
        (lambda p: p["score"]["points"]["mood"].update(lost=0), "more worrying answer has fewer points"),
        (lambda p: p["score"]["points"]["mood"].update(lost=float("nan")), "not a finite number"),
        (lambda p: p["score"]["points"]["mood"].update(lost="many"), "'many' is not a number"),
        (lambda p: p["modifiers"][0].update(step={"from": "T3", "to": "T1"}), "neighbouring level only"),
        (lambda p: p["modifiers"][0].update(when={}), "needs at least one test"),
        (lambda p: p["modifiers"][0].pop("step"), "changes nothing"),
        (lambda p: p["modifiers"][2].update(when={"days": {}}), "gives no bound"),
        (lambda p: p["modifiers"][2].update(when={"days": [1]}), "not a single value"),
        (lambda p: p["records"][0].update(answers={"weapon": "fist"}), r"records\[0\]\.answers\.weapon"),
        (lambda p: p.update(questions="weapon"), "'weapon' is not a list"),
        (lambda p: p.update(levels=[1]), "is not a mapping"),
        (lambda p: p["levels"].update({1: {}}), "key 1 is not text; put it in quotation marks"),
        (lambda p: p["questions"][0]["answers"][1].update(same="yes"), "neither true nor false"),
    ],
)
def test_a_faulty_protocol_is_refused(edit: Edit, message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        Protocol.read(edited(edit))


def test_a_rule_that_a_worse_answer_would_silence_is_refused() -> None:
    gate = {"id": "armed", "when": {"weapon": ["away"]}, "tier": "T1", "sentence": words("Armed.")}
    with pytest.raises(ProtocolError, match="rule 'armed' falls silent for weapon=hand"):
        Protocol.read(small(gates=[gate]))


def test_it_is_accepted_once_another_rule_covers_the_worse_answer() -> None:
    away = {"id": "away", "when": {"weapon": ["away"]}, "tier": "T2", "sentence": words("Away.")}
    hand = {"id": "hand", "when": {"weapon": ["hand"]}, "tier": "T1", "sentence": words("Hand.")}
    assert len(Protocol.read(small(gates=[away, hand])).raises) == 3


def test_a_rule_cannot_stand_in_for_a_gate() -> None:
    """Else a riskier answer could lift the ban on stepping down."""
    away = {"id": "away", "when": {"weapon": ["away"]}, "tier": "T2", "sentence": words("Away.")}
    hand = {"id": "hand", "when": {"weapon": ["hand"]}, "tier": "T1", "sentence": words("Hand.")}
    with pytest.raises(ProtocolError, match="'away' falls silent"):
        Protocol.read(small(gates=[away], rules=[hand]))


def test_a_version_knows_when_it_is_in_force() -> None:
    protocol = Protocol.read(small(effective_from=date(2025, 1, 1), effective_to="2025-04-07"))
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 4, 7), date(2025, 4, 8)]
    assert [protocol.in_force(day) for day in days] == [False, True, True, False]


def test_an_open_ended_version_stays_in_force() -> None:
    assert Protocol.read(small()).in_force(date(2099, 1, 1))
