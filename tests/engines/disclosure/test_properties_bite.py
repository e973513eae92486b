"""Each of the twenty properties can fail: one rule is broken by hand for each, and the property finds it."""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Iterator
from itertools import cycle
from random import Random
from typing import cast

import pytest
import yaml
from hypothesis.errors import UnsatisfiedAssumption

from commonweal import packs
from commonweal.engines.disclosure import Permit, Policy, Refusal
from engines.disclosure import desk, test_properties
from engines.disclosure.desk import OPENED, Request

FEDERAL = (importlib.resources.files("commonweal.packs") / desk.FEDERAL).read_text(encoding="utf-8")
# property: the rule's words, what a slip would make of them, and what else the property is asked about
BROKEN: dict[str, tuple[str, str, tuple[object, ...]]] = {
    "m01": ("stage: gate, when: unknown,", "stage: gate, when: false,", ({"aggregate_cell_n": -1},)),
    "m02": ("and not expired and not revoked", "and not expired and revoked", ("revoked",)),
    "m03": ("stage: gate, when: not device_trusted", "stage: gate, when: false", ("device_trusted",)),
    "m04": ("when: not purpose_declared and actor != public", "when: false", ()),
    "m05": ("stage: gone, when: record_expunged", "stage: gone, when: false", ()),
    "m06": ("when: purpose == enforcement and care_data", "when: false", ("mh_assessment",)),
    "m07": ("actor_is_medical and medical_emergency and not",
            "medical_emergency and break_glass and not", ()),
    "m08": ("glass_broken: break_glass_reason and", "glass_broken: break_glass and", (" ",)),
    "m09": ("when: not (totals and actor == public)", "when: not covered", ()),
    "m10": ("opens: {location: [shelter_stay, last_known_address]}}\n- {id: us.health",
            "opens: {location: [all, confidential_address]}}\n- {id: us.health", ()),
    "m11": ("aggregate_cell_n <= 10", "aggregate_cell_n <= 9", (10,)),
    "m12": ("who: [case_manager], when: care, basis: [CONSENT_GEN, MOU]",
            "who: [case_manager], when: care or state_law_stricter, basis: [CONSENT_GEN, MOU]", ()),
    "m13": ("ground: role, who: [dispatcher], when: on_call, basis: [PS_DUTY]",
            "ground: role, who: [dispatcher], when: on_call and not imminent_threat, basis: [PS_DUTY]",
            ("call_facts",)),
    "m14": ("{id: us.consent.part2.clinical, ground: consent, form: part2",
            "{id: us.consent.part2.clinical, ground: consent, form: roi", ("roi",)),
    "m15": ("when: legal_process == part2_2_65_order, basis", "when: legal_process in papers, basis",
            ("warrant",)),
    "m16": ("regimes: [ordinary, health, hmis, school], when: threat,",
            "regimes: [ordinary, health, hmis, school, victim_service], when: threat,", ()),
    "m17": ("when: not mou_active and not home and actor not in self_and_oversight", "when: false", ()),
    "m19": ("when: on_call, basis: [CONSENT_GEN, HIPAA_AUTH], opens: {mh_assessment: MH2}",
            "when: on_call, basis: [CONSENT_GEN, HIPAA_AUTH], opens: {mh_assessment: all}",
            ("mh_assessment",)),
    "m20": ("not (on_call and purpose in (emergency, treatment))", "not assigned_to_incident", ()),
}  # fmt: skip
THREAT = "regimes: [ordinary, hmis, school], when: threat"
ALSO = {
    "m06": (f"[emergency, treatment], {THREAT}", f"[emergency, treatment, enforcement], {THREAT}"),
}
SECOND = {"m06": "treatment"}


def prop(name: str) -> Callable[..., None]:
    """The body of a property, without the drawing of examples."""
    found = next(held for said, held in vars(test_properties).items() if said.startswith(f"test_{name}_"))
    return cast("Callable[..., None]", found.hypothesis.inner_test)


def asked() -> Iterator[Request]:
    yield from OPENED
    random = Random(20)
    for _ in range(4000):
        yield desk.disclosure_requests.request(random)


def finds_a_fault(name: str, more: tuple[object, ...]) -> bool:
    body = prop(name)
    for request in asked():
        try:
            body(request, *more)
        except AssertionError:
            return True
        except UnsatisfiedAssumption:
            continue
    return False


def broken(name: str) -> Policy:
    """The policy with one slip in one rule."""
    text = FEDERAL
    for slip in (BROKEN[name][:2], ALSO.get(name)):
        if slip is not None:
            assert slip[0] in text, slip[0]
            text = text.replace(*slip)
    return Policy.compile([yaml.safe_load(text), packs.read(desk.UK)])


pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisDeprecationWarning")


@pytest.mark.parametrize("name", BROKEN)
def test_a_slip_in_a_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    more = BROKEN[name][2] + ((SECOND[name],) if name in SECOND else ())
    monkeypatch.setattr(desk.answer, "__defaults__", (broken(name),))
    assert finds_a_fault(name, more)


def test_m18_an_engine_that_remembers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    moods = cycle(({}, {"session_valid": False}))

    def moody(request: Request) -> Permit | Refusal:
        return desk.answer(request, **next(moods))

    monkeypatch.setattr(test_properties, "answer", moody)
    assert finds_a_fault("m18", (Random(0),))


def test_every_property_is_broken_once() -> None:
    assert {f"m{number:02}" for number in range(1, 21)} == set(BROKEN) | {"m18"}
