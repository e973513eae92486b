"""A remedy is read as its row stands, supposed as it says, and said where it would open something."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.disclosure import Clause, Consent, Facts, Policy, Question, Refusal, decide
from commonweal.engines.disclosure.compiled import compile_remedy
from commonweal.engines.disclosure.remedies import MOST, remedies, suppose
from commonweal.engines.disclosure.rules import Remedy
from engines.disclosure.desk import FEDERAL, POLICY
from engines.disclosure.test_compiling import pack, rules

ROWS = rules(pack(FEDERAL), "remedies")
ASKED = Question("case_manager", "identity", "care_coordination")
SIGNED = {"says": "Signed in.", "facts": {"session_valid": True}}


def said(rows: list[dict[str, object]], facts: Facts, asked: Question = ASKED) -> tuple[str, ...]:
    """What the federal pack would offer if these were its remedies."""
    verdict = decide(asked, facts, Policy.compile([{**pack(FEDERAL), "remedies": rows}]))
    assert isinstance(verdict, Refusal)
    return verdict.unlock


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["says"])[:30])
def test_a_remedy_is_what_its_row_says(row: dict[str, object]) -> None:
    read = compile_remedy(row)
    supposed = cast("dict[str, object]", row.get("facts", {}))
    glass = cast("dict[str, object] | None", supposed.get("break_glass"))
    expected = {**supposed, "break_glass": glass["reason"]} if glass else supposed
    assert (read.says, dict(read.facts)) == (row["says"], expected)
    assert (read.form, read.clause, read.also) == (
        row.get("form"), row.get("clause", False), row.get("also", False),
    )  # fmt: skip


def test_what_is_not_plainly_true_is_no_clause_and_no_half() -> None:
    read = compile_remedy({"says": "A.", "clause": "yes", "also": 1})
    assert read == Remedy("A.", (), None, False, False)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(POLICY.book.remedies), st.booleans(), st.booleans())
def test_supposing_adds_what_the_remedy_names_and_takes_nothing_away(
    remedy: Remedy, has_consent: bool, has_clause: bool
) -> None:
    held = (Consent("roi", id="mine"),) if has_consent else ()
    agreed = (Clause(frozenset(), "identity", frozenset(), frozenset(), id="ours"),) if has_clause else ()
    facts = Facts(record_count=7, consents=held, clauses=agreed)
    after = suppose(facts, remedy, ASKED, POLICY.book)
    given_ = (Consent(remedy.form, True, True, True, True),) if remedy.form else ()
    whole = Clause(
        POLICY.book.vocabulary.whole("identity"), "identity", frozenset({ASKED.actor}),
        frozenset({ASKED.purpose}),
    )  # fmt: skip
    assert after == replace(
        facts.changed(dict(remedy.facts)),
        consents=(*held, *given_),
        clauses=(*agreed, *((whole,) if remedy.clause else ())),
    )


def test_no_more_is_offered_than_a_person_reads_in_the_order_of_the_policy() -> None:
    """Of more that would do alone the first eight; of pairs, too."""
    many = [{**SIGNED, "says": f"Way {n}."} for n in range(MOST + 3)]
    facts = Facts(session_valid=False, care_relationship=True)
    assert said(many, facts)[-MOST:] == tuple(f"Way {n}." for n in range(MOST))
    halves = [{"says": "A tie.", "facts": {"care_relationship": True}, "also": True}, *many]
    pairs = said(halves, replace(facts, care_relationship=False))
    assert pairs[-MOST:] == tuple(f"A tie. Together with this: Way {n}." for n in range(MOST))


def test_a_clause_may_be_one_half_of_a_pair() -> None:
    """An agreement opens nothing to whoever is not signed in; both together do."""
    clause = {"says": "A clause.", "clause": True, "also": True}
    out = Facts(session_valid=False)
    assert said([clause, SIGNED], out)[-1] == "A clause. Together with this: Signed in."
    assert said([SIGNED, clause], out)[-1] == "A clause. Together with this: Signed in."


def test_two_circumstances_are_said_once_whichever_stands_first() -> None:
    tie = {"says": "A tie.", "facts": {"care_relationship": True}, "also": True}
    signed = {**SIGNED, "also": True}
    out = Facts(session_valid=False)
    for rows in ([tie, signed], [signed, tie]):
        assert [one for one in said(rows, out) if " Together " in one] == [
            "A tie. Together with this: Signed in."
        ]


def test_a_circumstance_that_is_there_already_is_not_half_of_anything() -> None:
    """What changes nothing is not named beside what would do alone, nor tried."""
    tried: list[Facts] = []

    def opens(facts: Facts) -> bool:
        tried.append(facts)
        return False

    facts = Facts(care_relationship=True)
    book = Policy.compile(
        [
            {
                **pack(FEDERAL),
                "remedies": [{"says": "A tie.", "facts": {"care_relationship": True}, "also": True}],
            }
        ]
    ).book
    assert remedies(ASKED, facts, book, opens) == () and tried == []
