"""One record against all that stand: what a run would say of the pair, at once."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.linkage import Standing, explain, fixed_model, link
from engines.linkage.people import town

TOWN = town(300, seed=21)
MODEL = fixed_model()
STANDING = Standing(TOWN, MODEL)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(TOWN) - 1))
def test_a_copy_finds_its_original_first_and_says_what_explain_says(place: int) -> None:
    copy = replace(TOWN[place], id="new", source="new")
    found = STANDING.proposals(copy)
    weights = [proposed.weight for proposed in found]
    assert weights == sorted(weights, reverse=True)
    by_id = {record.id: record for record in TOWN}
    for proposed in found:
        other = next(id for id in (proposed.left, proposed.right) if id != "new")
        assert proposed == explain(copy, by_id[other], MODEL)
    if copy.born:
        assert TOWN[place].id in {id for proposed in found for id in (proposed.left, proposed.right)}


def test_what_a_run_proposes_the_last_to_come_proposes_too() -> None:
    """Link all at once, or all but one and then the one: the same pairs of that one."""
    run = link(TOWN, model=MODEL)
    for last in TOWN[:40]:
        one_by_one = Standing([record for record in TOWN if record.id != last.id], MODEL)
        told = {(pair.left, pair.right) for pair in one_by_one.proposals(last)}
        assert told == {(p.left, p.right) for p in run.pairs if last.id in (p.left, p.right)}


def test_a_record_that_was_added_stands_with_the_others() -> None:
    standing = Standing(TOWN[:50], MODEL)
    new = replace(TOWN[60], id="new")
    standing.add(new)
    assert len(standing) == 51
    again = replace(new, id="again", source="elsewhere")
    assert {"new", "again"} <= {id for pair in standing.proposals(again) for id in (pair.left, pair.right)}
    assert all(
        "new" not in (pair.left, pair.right) or pair.left != pair.right for pair in standing.proposals(new)
    )
    with pytest.raises(ValueError, match="'new' stands already"):
        standing.add(new)
    with pytest.raises(ValueError, match="two share an id"):
        Standing([TOWN[0], TOWN[0]], MODEL)
