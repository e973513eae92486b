"""No published table lets a reader find a count from 1 to 10."""

from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.measures import EncounterRow, Grain, Metric, compute, compute_by

THEN = datetime(2025, 9, 1, tzinfo=UTC)
WORDS = {"en": "x", "es": "y"}
ARRESTS = Metric(
    "arrests", 1, Grain.ENCOUNTER, "share", "arrest_share", 0,
    WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS,
)  # fmt: skip


def encounters(hits: int, misses: int) -> list[EncounterRow]:
    return [EncounterRow("e", THEN, arrested=True)] * hits + [
        EncounterRow("e", THEN, arrested=False)
    ] * misses


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 15))
def test_small_counts_are_hidden_and_nothing_else(hits: int, misses: int, unmet: int) -> None:
    rows = encounters(hits, misses) + [EncounterRow("u", THEN, contacted=False)] * unmet
    result = compute(ARRESTS, rows)
    small = any(0 < n < 11 for n in (hits, misses, hits + misses))
    assert result.suppressed is small
    for shown in (result.numerator, result.denominator, *result.excluded.values()):
        assert shown is None or shown == 0 or shown >= 11
    if small:
        assert result.numerator is None and result.value is None and result.interval is None
    else:
        assert (result.numerator, result.denominator) == (hits, hits + misses)


@given(st.integers(1, 40), st.integers(1, 40))
def test_a_share_lies_within_its_interval(hits: int, misses: int) -> None:
    result = compute(ARRESTS, encounters(hits, misses), threshold=1)
    assert result.value is not None and result.interval is not None
    assert result.interval.low <= result.value <= result.interval.high


groups = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]), st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1
)


@given(groups)
def test_a_hidden_group_cannot_be_had_by_subtraction(counts: Mapping[str, tuple[int, int]]) -> None:
    tables = compute_by(ARRESTS, {name: encounters(*pair) for name, pair in counts.items()})
    hidden = [name for name, result in tables.items() if result.suppressed]
    open_groups = [name for name, result in tables.items() if not result.suppressed and result.denominator]
    assert len(hidden) != 1 or not open_groups
    for name, result in tables.items():
        if not result.suppressed:
            assert result == compute(ARRESTS, encounters(*counts[name]))


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    tables = compute_by(
        ARRESTS, {"small": encounters(3, 20), "middle": encounters(15, 25), "large": encounters(50, 90)}
    )
    assert {name for name, result in tables.items() if result.suppressed} == {"small", "middle"}
