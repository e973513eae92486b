"""What ships, as values, and a small instrument written out."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any, cast

from commonweal import packs
from commonweal.engines.needs import Instrument, Matrix, Pathway

INSTRUMENTS = (
    *("asq", "audit_c", "bjmhs", "cssrs_screener", "gad7"),
    *("pc_ptsd_5", "phq2", "phq9", "tcu_5"),
)
PATHWAYS = ("suicide", "overdose", "tonight", "safety")


def _read(name: str) -> Mapping[str, object]:
    return cast(Mapping[str, object], packs.read(name))


@cache
def instrument(name: str) -> Instrument:
    return Instrument.read(_read(f"instruments/{name}.yaml"))


@cache
def matrix() -> Matrix:
    return Matrix.read(_read("instruments/needs_matrix.yaml"))


@cache
def pathway(name: str) -> Pathway:
    return Pathway.read(_read(f"pathways/{name}.yaml"))


def words(english: str) -> dict[str, str]:
    return {"en": english, "es": f"{english} (es)"}


_SMALL: dict[str, Any] = {
    "instrument": "small",
    "version": "1",
    "title": words("Small"),
    "source": "tests",
    "licence": "tests",
    "wording": "shipped",
    "options": {
        "yes_no": [
            {"id": "no", "points": 0, "text": words("No")},
            {"id": "yes", "points": 2, "text": words("Yes")},
        ]
    },
    "items": [
        {"id": "gate", "text": words("Gate?"), "options": "yes_no", "counts": False},
        {"id": "one", "text": words("One?"), "options": "yes_no", "only_if": {"gate": 2}},
        {"id": "two_a", "text": words("Two?"), "options": "yes_no", "group": "two"},
        {"id": "two_b", "text": words("Two?"), "options": "yes_no", "group": "two"},
    ],
    "results": [
        {"id": "high", "text": words("High"), "positive": True, "when": [{"total": 4}]},
        {"id": "low", "text": words("Low")},
    ],
    "alerts": [{"id": "alarm", "text": words("Alarm"), "when": [{"items": ["two_b"]}]}],
}


def small() -> dict[str, Any]:
    return deepcopy(_SMALL)
