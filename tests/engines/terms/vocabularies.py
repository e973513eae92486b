"""Vocabularies for tests: the one that ships and a tiny one."""

from __future__ import annotations

from functools import cache

from commonweal import packs
from commonweal.engines.terms import Vocabulary


@cache
def shipped() -> Vocabulary:
    """The natures and abbreviations that ship."""
    return Vocabulary.read(packs.read("natures.yaml"), packs.read("abbreviations.yaml"))


def nature(code: str, *phrases: str, group: str = "g") -> dict[str, object]:
    return {"code": code, "name": {"en": code, "es": code}, "group": group, "phrases": list(phrases)}


def tiny(*natures: dict[str, object], **abbreviations: str) -> Vocabulary:
    """A vocabulary with one group."""
    return Vocabulary.read({"groups": {"g": {"en": "G", "es": "G"}}, "natures": list(natures)}, abbreviations)
