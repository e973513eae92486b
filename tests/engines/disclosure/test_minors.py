"""Who signs for a minor: 42 CFR 2.14 over what each state's law says of capacity."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal import packs
from commonweal.engines.disclosure import Consent, Facts, Permit, Policy, PolicyError, Question, decide

BASE = packs.read("policy/us_federal.yaml")
STATES = {name: packs.read(f"policy/us_{name}.yaml") for name in ("california", "illinois")}
POLICY = {"none": Policy.compile([BASE])}
POLICY |= {name: Policy.compile([BASE, pack]) for name, pack in STATES.items()}
ASKED = Question("case_manager", "sud_record", "care_coordination")
WHOLE = Consent("part2", complete=True, recipient_ok=True, category_ok=True, purpose_ok=True)
SIGNED = [(), ("by_person",), ("by_guardian",), ("by_person", "by_guardian")]


def opens(policy: Policy, age: int | None, signed: tuple[str, ...], form: str = "part2") -> bool:
    consent = replace(WHOLE, form=form, age=age, **dict.fromkeys(signed, True))
    return isinstance(decide(ASKED, Facts(care_relationship=True, consents=(consent,)), policy), Permit)


@pytest.mark.parametrize("law", POLICY)
@pytest.mark.parametrize("signed", SIGNED)
@given(age=st.integers(0, 17))
@settings(max_examples=12)
def test_two_fourteen_as_written(law: str, signed: tuple[str, ...], age: int) -> None:
    """(b) a minor who may obtain treatment alone signs alone; (c) else both; a parent alone never."""
    alone = law != "none" and age >= 12
    wanted = {"by_person"} if alone else {"by_person", "by_guardian"}
    assert opens(POLICY[law], age, signed) is (wanted <= set(signed))


@pytest.mark.parametrize("law", POLICY)
@given(age=st.one_of(st.none(), st.integers(18, 120)))
@settings(max_examples=8)
def test_adults_are_as_before(law: str, age: int | None) -> None:
    """Nothing of this concerns whoever is of age, or of whom no age is said."""
    assert opens(POLICY[law], age, ())
    assert POLICY[law].must_sign(age) == {"person"} and POLICY[law].majority == 18


@given(age=st.integers(0, 17), signed=st.sampled_from(SIGNED))
@settings(max_examples=20)
def test_a_signature_more_never_closes(age: int, signed: tuple[str, ...]) -> None:
    """And of two states in force the stricter holds."""
    strict = {**STATES["illinois"], "minors": {**STATES["illinois"]["minors"], "alone_from": 14}}
    both = Policy.compile([BASE, STATES["california"], strict])
    for policy in (*POLICY.values(), both):
        assert opens(policy, age, ("by_person", "by_guardian")) >= opens(policy, age, signed)
    assert opens(both, age, signed) == (opens(POLICY["california"], age, signed) if age >= 14 else
                                        opens(POLICY["none"], age, signed))  # fmt: skip


@pytest.mark.parametrize("wrong", [{"majority": 30}, {"alone_from": "12"}, {"alone_from": True}, {"no": 1}])
def test_an_age_that_is_none_is_refused_when_the_pack_is_read(wrong: dict[str, object]) -> None:
    row = {**STATES["illinois"]["minors"], **wrong}
    with pytest.raises(PolicyError, match=r"^us_illinois\.minors: ") as said:
        Policy.compile([BASE, {**STATES["illinois"], "minors": row}])
    [value] = wrong.values()
    remedy = f"{value!r} is no age; give whole years from 0 to 21"
    assert str(said.value).partition(": ")[2].startswith("unknown key no" if "no" in wrong else remedy)


def test_majority_is_eighteen_where_a_pack_names_none_and_an_age_may_be_the_first_day() -> None:
    row = {name: said for name, said in BASE["minors"].items() if name != "majority"}
    assert Policy.compile([{**BASE, "minors": row}]).majority == 18
    born = {**STATES["illinois"], "minors": {**STATES["illinois"]["minors"], "alone_from": 0}}
    assert Policy.compile([BASE, born]).must_sign(0) == {"person"}
    oldest = {**STATES["illinois"], "minors": {**STATES["illinois"]["minors"], "majority": 21}}
    assert Policy.compile([BASE, oldest]).must_sign(20) >= {"person"}
    with pytest.raises(PolicyError, match="-1 is no age"):
        Policy.compile([BASE, {**born, "minors": {**born["minors"], "alone_from": -1}}])


def test_a_base_that_does_not_say_is_refused() -> None:
    with pytest.raises(PolicyError, match="minors"):
        Policy.compile([{name: part for name, part in BASE.items() if name != "minors"}])


def test_other_forms_are_their_own_law() -> None:
    """2.14 speaks of Part 2 consents alone; a school's release is the parent's (34 CFR 99.30)."""
    asked = Question("case_manager", "education_record", "care_coordination")
    consent = replace(WHOLE, form="ferpa", age=9, by_guardian=True)
    facts = Facts(care_relationship=True, source_program="school", consents=(consent,))
    assert isinstance(decide(asked, facts, POLICY["none"]), Permit)


def test_facts_in_the_published_form_may_say_it() -> None:
    said = {"form": "part2", "complete": True, "recipient_ok": True, "category_ok": True, "purpose_ok": True}
    read = Facts.read({"consent": {**said, "age": 15, "by_guardian": True}, "care_relationship": True})
    assert read.consents[0].age == 15 and read.consents[0].by_guardian
    assert not isinstance(decide(ASKED, read, POLICY["california"]), Permit)
    for wrong in (-1, "15", 1.5, True):
        assert Facts.read({"consent": {**said, "age": wrong}}).unknown_value
