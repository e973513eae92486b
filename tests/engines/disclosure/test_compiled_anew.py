"""A policy compiled in the test itself: what becomes of a pack is held against the page, never itself."""

from __future__ import annotations

from random import Random
from typing import cast

import pytest

from commonweal import packs
from commonweal.engines.disclosure import Facts, Permit, Policy, Question, Refusal, decide
from engines.disclosure.desk import FEDERAL, UK, answer, ask
from engines.disclosure.test_compiling import Pack, pack, rules
from spec import disclosure_reference, disclosure_requests

KINDS = ("regimes", "bars", "grants", "limits", "duties")
TOGETHER = " Together with this: "


@pytest.fixture
def policy() -> Policy:
    """The shipped packs, compiled now."""
    return Policy.compile([packs.read(FEDERAL), packs.read(UK)])


def test_it_agrees_with_the_plain_reference(policy: Policy) -> None:
    """Decision, fields and duties of six hundred questions."""
    random = Random(7)
    for _ in range(600):
        request = disclosure_requests.wide(random)
        verdict = answer(request, policy)
        expected = disclosure_reference.answer(request, disclosure_requests.DEFAULTS)
        assert (verdict.decision, verdict.fields, verdict.obligations) == expected, request


def test_every_citation_is_that_of_its_row(policy: Policy) -> None:
    """A row's own words, or those of its bases in the order in which it names them."""
    for of in (pack(FEDERAL), pack(UK)):
        bases = cast("dict[str, str]", {**cast(Pack, pack(FEDERAL)["bases"]), **cast(Pack, of["bases"])})
        for row in (row for kind in KINDS for row in cast("list[dict[str, object]]", of.get(kind, []))):
            codes = cast("list[str]", row.get("basis", []))
            expected = row.get("citation") or "; ".join(bases[code] for code in codes)
            assert policy.citation(str(row["id"])) == expected


def test_a_citation_of_its_own_goes_before_those_of_its_bases() -> None:
    base = pack(FEDERAL)
    rules(base, "bars")[1]["citation"] = "Site policy 7"
    assert Policy.compile([base]).citation("us.gate.session") == "Site policy 7"


def test_a_bar_says_first_what_would_lift_it(policy: Policy) -> None:
    asked = Question("case_manager", "case_plan", "care_coordination")
    related = Facts(conflict_of_interest=True, care_relationship=True, same_agency_as_source=True)
    refused = decide(asked, related, policy)
    assert isinstance(refused, Refusal)
    assert refused.unlock[0] == "A colleague without a tie to the person can ask."
    locked = decide(asked, Facts(session_valid=False, same_agency_as_source=True), policy)
    assert "" not in locked.unlock if isinstance(locked, Refusal) else pytest.fail("it opened")


def test_what_unlocks_alone_is_said_alone() -> None:
    """No pair is named where one remedy will do."""
    lapsed = {"care_relationship": True, "mou_active": False}
    refused = ask("case_manager", "case_plan", "care_coordination", **lapsed)
    assert isinstance(refused, Refusal) and refused.unlock == ("An agreement in force between the agencies.",)


def test_a_pair_of_remedies_is_two_and_is_said_once() -> None:
    """Never one thing twice, never the same two in both orders, and neither of the two alone would do."""
    random, seen = Random(3), 0
    for _ in range(700):
        verdict = answer(disclosure_requests.request(random))
        said = [one for one in verdict.unlock if TOGETHER in one] if isinstance(verdict, Refusal) else []
        pairs = [tuple(one.split(TOGETHER)) for one in said]
        assert all(first != second for first, second in pairs)
        assert len({frozenset(pair) for pair in pairs}) == len(pairs)
        seen += len(pairs)
    assert seen > 5


def test_a_remedy_that_is_there_already_is_no_half_of_a_pair() -> None:
    """Whoever is on the call is not told to be on it."""
    random, seen = Random(5), 0
    for _ in range(1_200):
        request = disclosure_requests.request(random)
        facts = cast("dict[str, object]", request["facts"])
        if not (facts["assigned_to_incident"] and facts["incident_active"]):
            continue
        verdict = answer(request)
        if isinstance(verdict, Refusal):
            seen += 1
            assert not any("Being assigned to the incident" in one for one in verdict.unlock)
    assert seen > 20


@pytest.mark.parametrize("facts", [{"hours_since_incident": 0}, {"record_count": 0}])
def test_nothing_is_a_number_too(facts: dict[str, object]) -> None:
    """No hours since the incident, no records: known words, and no reason to refuse."""
    verdict = ask("dispatcher", "call_facts", "emergency", assigned_to_incident=True, incident_active=True,
                  **facts)  # fmt: skip
    assert verdict.decision == "allow"


@pytest.mark.parametrize("clause", [5, "case_plan", {"category": "case_plan", "stray": 1}, None])
def test_a_clause_of_another_shape_is_not_understood(clause: object) -> None:
    assert Facts.read({"clauses": [clause]}) == Facts(unknown_value=True)


def test_a_grant_asks_no_more_of_a_consent_than_its_row_does(policy: Policy) -> None:
    """A row without a condition on the consent takes any valid one of its form; one with a condition not."""
    given = {"form": "part2", "complete": True, "recipient_ok": True, "category_ok": True, "purpose_ok": True}
    asked = Question("hospital", "sud_record", "treatment")
    for more, notes in (({}, False), ({"separate": True, "includes_counseling_notes": True}, True)):
        facts = Facts.read({"care_relationship": True, "consents": [{**given, **more}]})
        verdict = decide(asked, facts, policy)
        assert "us.consent.part2.clinical" in verdict.rules
        assert ("counseling_notes" in verdict.fields) == notes


def test_a_limit_takes_what_it_names_and_no_more(policy: Policy) -> None:
    asked = Question("subject_self", "identity", "subject_access")
    hidden = decide(asked, Facts(address_confidentiality=True), policy)
    assert policy.categories["identity"] - hidden.fields == {"home_address"}
    assert hidden.rules[-1] == "us.limit.address_confidentiality"


def test_two_consents_name_their_rule_once_and_are_both_relied_on(policy: Policy) -> None:
    given = {"form": "part2", "complete": True, "recipient_ok": True, "category_ok": True, "purpose_ok": True}
    facts = Facts.read({"care_relationship": True, "consents": [{**given, "id": "a"}, {**given, "id": "b"}]})
    verdict = decide(Question("hospital", "sud_record", "treatment"), facts, policy)
    assert isinstance(verdict, Permit) and verdict.relied_on == ("a", "b")
    assert verdict.rules == ("us.consent.part2.clinical",)
