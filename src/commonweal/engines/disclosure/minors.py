"""Who signs a minor's consent to share treatment records: 42 CFR 2.14, with what each state's law answers it.

The federal rule asks state law one thing: may a minor obtain this treatment without a parent? Where they may,
the minor alone can give the consent; where not, the minor and a parent or guardian give it together. A
parent's signature never stands for the minor's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from commonweal.engines.disclosure.language import PolicyError
from commonweal.engines.disclosure.question import Consent
from commonweal.engines.disclosure.rules import Rule
from commonweal.engines.disclosure.shapes import only, table

FORM = "part2"
KEYS = frozenset({"id", "majority", "alone_from", "says", "basis", "citation"})
OLDEST = 21  # years: no state's majority lies beyond


@dataclass(frozen=True, slots=True)
class Minors:
    """Ages in years: of majority, and from which a minor may obtain treatment alone (None: at no age).

    ``rule`` is the rule of the pack that answers.
    """

    majority: int
    alone_from: int | None
    rule: Rule

    def must_sign(self, age: int | None) -> frozenset[str]:
        """Who gives a Part 2 consent for a person of this age: "person", and "guardian" beside them."""
        if age is None or age >= self.majority:
            return frozenset({"person"})
        alone = self.alone_from is not None and age >= self.alone_from
        return frozenset({"person"}) if alone else frozenset({"person", "guardian"})

    def signed(self, consent: Consent) -> bool:
        """Whether those who must have signed. An age that is not said leaves that to ``complete``."""
        if consent.age is None or consent.age >= self.majority or consent.form != FORM:
            return True
        wanted = self.must_sign(consent.age)
        return consent.by_person and ("guardian" not in wanted or consent.by_guardian)


def read_minors(
    packs: Sequence[Mapping[str, object]], make: Callable[[Mapping[str, object]], Rule]
) -> Minors:
    """What the state packs answer, the strictest where several are in force; else the base pack's own word.

    ``make`` turns a row into a rule. Raises PolicyError where the base says nothing, or an age is no whole
    number of years up to OLDEST.
    """
    said = {kind: [_read(pack, make) for pack in packs if pack["kind"] == kind and "minors" in pack]
            for kind in ("base", "state")}  # fmt: skip
    if not said["base"]:
        raise PolicyError("minors: the base pack does not say who signs a minor's consent")
    answers = said["state"] or said["base"]
    return max(
        answers, key=lambda one: (OLDEST + 1 if one.alone_from is None else one.alone_from, one.majority)
    )


def _read(pack: Mapping[str, object], make: Callable[[Mapping[str, object]], Rule]) -> Minors:
    row = table(pack["minors"], f"{pack['pack']}.minors")
    only(row, KEYS, f"{pack['pack']}.minors")
    alone = row.get("alone_from")
    return Minors(
        _years(row.get("majority", 18), pack), None if alone is None else _years(alone, pack), make(row)
    )


def _years(value: object, pack: Mapping[str, object]) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= OLDEST:
        raise PolicyError(f"{pack['pack']}.minors: {value!r} is no age; give whole years from 0 to {OLDEST}")
    return value
