"""What a refusal says would unlock it does; what bars stays barred; one country's term is not another's."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from commonweal.engines.disclosure import Clause, Facts, Permit, Policy, PolicyError, Question, decide
from commonweal.engines.disclosure.remedies import suppose
from engines.disclosure.desk import CLEARED, FEDERAL, ON_CALL, POLICY, UK, ask
from engines.disclosure.test_compiling import pack, state

REFUSED = [
    (actor, category)
    for actor in ("case_manager", "sud_provider", "hospital", "shelter_worker")
    for category in ("identity", "mh_assessment", "education_record", "case_plan")
]


@pytest.mark.parametrize(("actor", "category"), REFUSED)
def test_each_sentence_alone_opens_and_a_pair_only_together(actor: str, category: str) -> None:
    question = Question(actor, category, "care_coordination")
    refused, facts = decide(question, Facts(), POLICY), Facts()
    by_words = {remedy.says: remedy for remedy in POLICY.book.remedies}
    for sentence in refused.unlock:  # type: ignore[union-attr]
        said = [by_words[words] for words in sentence.split(" Together with this: ")]
        after = facts
        for number, remedy in enumerate(said, 1):
            after = suppose(after, remedy, question, POLICY.book)
            opens = isinstance(decide(question, after, POLICY), Permit)
            assert opens is (number == len(said)), sentence


def test_a_consent_among_the_remedies_is_of_its_form() -> None:
    refused = ask("case_manager", "education_record", "care_coordination", care_relationship=True)
    assert [words for words in refused.unlock if "school-record consent" in words]  # type: ignore[union-attr]
    forms = [remedy.form for remedy in POLICY.book.remedies if remedy.form]
    assert forms == ["part2", "hipaa_auth", "roi", "hmis_roi", "vawa", "ferpa"]


@pytest.mark.parametrize("bar", ["mfa", "account_active", "session_valid"])
def test_behind_two_closed_doors_no_single_key_is_offered(bar: str) -> None:
    """One bar is lifted by its own remedy alone; with a second one, none is."""
    asked = ("subject_self", "case_plan", "subject_access")
    one = ask(*asked, **{bar: False})
    assert len(one.unlock) == 1  # type: ignore[union-attr]
    assert ask(*asked, **{bar: False, "device_trusted": False, "training_current": False}).unlock == ()  # type: ignore[union-attr]


def test_the_uk_pack_changes_no_american_answer() -> None:
    """Its term for the purpose code holds in its own jurisdiction alone, and there in place of the code."""
    american, alone = {**ON_CALL, **CLEARED}, Policy.compile([pack(FEDERAL)])
    question = Question("patrol_officer", "criminal_history", "emergency")
    assert decide(question, Facts.read(american), POLICY).decision == "allow"
    assert decide(question, Facts.read(american), alone).decision == "allow"
    lacking = {**american, "purpose_code": None, "uk_justification_recorded": True}
    assert decide(question, Facts.read(lacking), POLICY).decision == "deny"


def test_a_term_of_a_state_holds_no_clause_open() -> None:
    """It may narrow; an agreement that rests on it opens nothing. The same name in the base does."""
    policy = Policy.compile([pack(FEDERAL), state(terms={"calm": True})])
    question, clause = Question("case_manager", "identity", "care_coordination"), "mfa"
    whole = Clause(
        frozenset({"name"}), "identity", frozenset({"case_manager"}), frozenset({"care_coordination"})
    )
    opened = [
        decide(question, Facts(clauses=(replace(whole, conditions=frozenset({name})),)), policy).decision
        for name in (clause, "calm", "nonsense")
    ]
    assert opened == ["redact", "deny", "deny"]


def test_a_version_names_each_pack_and_twelve_digits_of_their_text() -> None:
    unnumbered = {name: part for name, part in state().items() if name != "version"}
    version = Policy.compile([pack(FEDERAL), pack(UK), unnumbered]).version
    assert re.fullmatch(r"us_federal 1\.0 \+ uk 1\.0 \+ us_utopia \([0-9a-f]{12}\)", version), version


def test_a_regime_may_ask_for_the_source_by_its_fact() -> None:
    """`origin` and the fact of the same record say the same where a source is named."""
    changed = pack(FEDERAL)
    changed["regimes"][0]["when"] = "source_program == victim_service_provider"  # type: ignore[index]
    policy = Policy.compile([changed])
    for actor in ("victim_advocate", "case_manager"):
        question = Question(actor, "identity", "care_coordination")
        facts = Facts(source_program="victim_service_provider", same_agency_as_source=True)
        assert decide(question, facts, policy).rules == decide(question, facts, POLICY).rules


def test_who_signs_at_each_age() -> None:
    illinois = Policy.compile([pack(FEDERAL), pack("policy/us_illinois.yaml")])
    both, own = {"person", "guardian"}, {"person"}
    for age in (None, *range(0, 22)):
        assert POLICY.must_sign(age) == (both if age is not None and age < 18 else own)
        assert illinois.must_sign(age) == (both if age is not None and age < 12 else own)


def test_a_limit_that_explains_is_named_where_nothing_was_left_to_take_and_no_other_is() -> None:
    worked = ("corespond_clinician", "care_coordination")
    assert ask("patrol_officer", "mh_assessment", "enforcement").rules == ("us.limit.purpose", "ordinary")
    stricter = ask(worked[0], "mh_assessment", worked[1], state_law_stricter=True)
    assert stricter.rules == ("us.limit.state_mental_health", "ordinary")
    assert ask(worked[0], "identity", worked[1], address_confidentiality=True).rules == ("ordinary",)


def test_a_misspelt_key_is_answered_with_the_whole_list() -> None:
    with pytest.raises(PolicyError) as said:
        Policy.compile([pack(FEDERAL), state(bars=[{"id": "a", "tsays": "b"}])])
    allowed = str(said.value).partition("; allowed: ")[2].split(", ")
    assert "unknown key tsays" in str(said.value) and allowed == sorted(allowed) and "says" in allowed


def test_two_base_terms_of_one_name_are_a_fault() -> None:
    with pytest.raises(PolicyError, match="restates a base term; a state pack only narrows"):
        Policy.compile([pack(FEDERAL), state(terms={"on_call": True})])
