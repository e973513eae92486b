"""The compiled book against the page: every row stands in it as it was written, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from commonweal.engines.disclosure import Facts, Policy, PolicyError, Question, decide
from commonweal.engines.disclosure.compiling import STAGES
from commonweal.engines.disclosure.rulebook import Rulebook
from engines.disclosure.desk import FEDERAL, ON_CALL, UK
from engines.disclosure.test_compiling import Pack, pack, rules, state

Row = dict[str, object]


@pytest.fixture(name="book")
def fresh() -> Rulebook:
    """Compiled now, not at import."""
    return Policy.compile([pack(FEDERAL), pack(UK)]).book


def rows(kind: str) -> Iterator[tuple[str, Row]]:
    """The rows of one kind with the name of their pack."""
    for name in (FEDERAL, UK):
        for row in cast("list[Row]", pack(name).get(kind, [])):
            yield name, row


def listed(value: object) -> frozenset[str]:
    return frozenset(cast("list[str]", value or []))


def test_bars_stand_in_the_order_of_the_stages_with_what_lifts_them(book: Rulebook) -> None:
    written = sorted((row for _, row in rows("bars")), key=lambda row: STAGES.index(str(row["stage"])))
    expected = [(row["id"], row["says"], row.get("unlock", "")) for row in written]
    assert [(bar.rule.id, bar.rule.says, bar.unlock) for bar in book.bars] == expected


def test_limits_take_spare_and_explain_what_their_rows_do(book: Rulebook) -> None:
    for (_, row), limit in zip(rows("limits"), book.limits, strict=True):
        spares = cast("list[Row]", row.get("spares") or [])
        assert limit.rule.id == row["id"] and limit.explains is row.get("explains", False)
        assert limit.removes == (listed(row.get("removes")) or None)
        assert [(spare.grounds, spare.forms) for spare in limit.spares] == [
            (listed(spare.get("grounds")), listed(spare.get("forms"))) for spare in spares
        ]


def test_duties_attach_where_and_for_as_long_as_their_rows_say(book: Rulebook) -> None:
    """`when` is None where a row of the base names no circumstance: such a duty is never asked about."""
    for name, row in rows("duties"):
        asked, grounds = "when" in row or name != FEDERAL, listed(row.get("grounds")) or None
        held = [
            [duty for duty in duties if duty.rule.id == row["id"]]
            for duties in (*book.granted.values(), book.denied)
        ]
        for ground, found in zip((*book.granted, None), held, strict=True):
            upon = "denial" if ground is None else "grant"
            attached = row["upon"] in (upon, "any") and (grounds is None or ground in grounds)
            assert len(found) == attached, (row["id"], ground)
            for duty in found:
                assert (duty.owes, duty.grounds, duty.hours) == (row["owes"], grounds, row.get("hours"))
                assert (duty.when is not None) is asked


def test_a_grant_stands_at_every_role_and_purpose_it_names(book: Rulebook) -> None:
    lists = {n: listed(of) for name in (FEDERAL, UK) for n, of in cast(Row, pack(name)["lists"]).items()}
    words = book.vocabulary
    for _, row in rows("grants"):
        who = frozenset().union(*(lists.get(name, frozenset({name})) for name in listed(row["who"])))
        purposes = listed(row.get("purposes")) or words.purposes - {"enforcement", "evaluation"}
        placed = [
            (place, grant)
            for place, grants in book.grants.items()
            for grant in grants
            if grant.rule.id == row["id"]
        ]
        assert {place[0] for place, _ in placed} == who and {place[2] for place, _ in placed} == purposes
        named = set(cast(Row, row["opens"]))
        assert {place[1] for place, _ in placed} <= (set(words.categories) if "*" in named else named)
        for _, grant in placed:
            assert (grant.ground, grant.form) == (row["ground"], row.get("form"))
            assert grant.regimes == (listed(row.get("regimes")) or None)


def test_a_grant_opens_something_or_says_where_to_look(book: Rulebook) -> None:
    for (_, category, _), grants in book.grants.items():
        for grant in grants:
            assert grant.fields <= book.vocabulary.categories[category] - book.vocabulary.never
            assert bool(grant.fields) is (grant.source == "fields"), grant.rule.id


def test_a_row_that_opens_nothing_of_a_category_has_no_place_there() -> None:
    """Else a limit would seem to have taken what was never given, and be named for it."""
    base = pack(FEDERAL)
    row = rules(base, "grants")[0]
    row["opens"] = {"call_facts": "all", "identity": []}
    placed = Policy.compile([base]).book.grants
    held = {place[1] for place, grants in placed.items() if any(g.rule.id == row["id"] for g in grants)}
    assert held == {"call_facts"}


def test_a_duty_s_hours_end_the_permit(book: Rulebook) -> None:
    base = pack(FEDERAL)
    rules(base, "duties").append({
        "id": "us.duty.soon", "owes": "time_limit", "upon": "grant", "hours": 3, "says": "Soon.",
        "basis": ["SITE"],
    })  # fmt: skip
    cast(Row, base["bases"])["SITE"] = "The site's own"
    asked = Question("patrol_officer", "call_facts", "emergency")
    permit = decide(asked, Facts.read(ON_CALL), Policy.compile([base]))
    assert (permit.decision, getattr(permit, "expires_hours", None)) == ("allow", 3.0)


@pytest.mark.parametrize("part", ["bars", "limits", "duties"])
def test_a_jurisdiction_that_is_no_word_is_a_fault_of_its_pack(part: str) -> None:
    whole: dict[str, Row] = {
        "bars": {"stage": "national"}, "limits": {}, "duties": {"owes": "log_read", "upon": "grant"},
    }  # fmt: skip
    row = {"id": "x", "says": "No.", **whole[part]}
    over: Pack = {**state(), "pack": "nz", "kind": "national", "jurisdiction": "New Zealand", part: [row]}
    with pytest.raises(PolicyError, match="^nz: condition 'jurisdiction == New Zealand' does not parse"):
        Policy.compile([pack(FEDERAL), over])
