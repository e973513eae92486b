"""Drawn by lot: published trials come out as published, chance is seldom called an effect."""

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np
import pytest
from diff_diff.linalg import LinearRegression
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.effects.cautions import in_words
from commonweal.engines.effects.clustering import alike, cells
from commonweal.engines.effects.panel import Labels
from commonweal.engines.effects.permuting import assignments
from commonweal.engines.effects.randomised import Trial, randomised
from commonweal.engines.effects.reading import cannot_show
from commonweal.engines.effects.robust import Clustered

DARWIN = (
    49,
    -67,
    8,
    16,
    6,
    23,
    28,
    41,
    14,
    29,
    56,
    24,
    75,
    60,
    -48,
)  # crossed less selfed, eighths of an inch
RATINGS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))


def inner(told: Mapping[str, object], name: str) -> Mapping[str, float]:
    """One entry that has entries of its own."""
    found = told[name]
    assert isinstance(found, Mapping)
    return found


def one_block(rows: int) -> Labels:
    """The draw was made over all."""
    return Labels(("all",), np.zeros(rows, dtype=np.intp))


def people(outcome: Sequence[float], treated: Sequence[float], **covariates: np.ndarray) -> Trial:
    """Each drawn for themselves."""
    names = Labels.of([f"{n:05}" for n in range(len(outcome))])
    values = np.asarray(outcome, dtype=float), np.asarray(treated, dtype=float)
    return Trial(*values, names, one_block(len(outcome)), covariates)


def teams(seed: int, clusters: int = 24, size: int = 8, effect: float = 0.0, alike_by: float = 0.6) -> Trial:
    """People of teams that are alike, half of the teams treated; `size` is the mean of unequal ones."""
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(clusters), rng.integers(max(size - 4, 1), size + 5, clusters))
    on = (rng.permutation(clusters) < clusters // 2)[team].astype(float)
    age = rng.normal(size=len(team))
    outcome = (
        alike_by * rng.normal(size=clusters)[team] + 0.8 * age + effect * on + rng.normal(size=len(team))
    )
    return Trial(outcome, on, Labels.of([f"t{n:03}" for n in team]), one_block(len(team)), {"age": age})


def test_darwins_maize_as_fisher_told_it() -> None:
    """Fifteen pairs: 1,726 of 32,768 draws differ as much (Fisher 1935, 21); Student's p is 0.0497."""
    outcome = [value for difference in DARWIN for value in (difference, 0)]
    pairs = Labels.of([f"{pair:02}" for pair in range(15) for _ in range(2)])
    rows = Labels.of([f"{row:02}" for row in range(30)])
    found = randomised(Trial(np.array(outcome, float), np.tile([1.0, 0.0], 15), rows, pairs))
    told = inner(found.diagnostics, "randomisation")
    assert told["assignments"] == 32_768 and told["all_tried"]
    assert told["p_value"] * 32_768 == pytest.approx(1_726)
    assert found.estimate == pytest.approx(314 / 15) and found.p_value == pytest.approx(0.0497, abs=5e-5)


def test_the_lady_tasting_tea() -> None:
    """Eight cups, four of each, all told rightly: one draw of seventy, and its mirror."""
    told = [1.0] * 4 + [0.0] * 4
    found = randomised(people(told, told))
    assert found.p_value == pytest.approx(2 / 70) and found.method.endswith("randomisation_inference")
    [few] = [caution for caution in found.cautions if caution.code == "few_drawn"]
    assert dict(few.params) == {"clusters": 4, "smallest": 0.0286}
    assert "No p below 0.0286" in in_words(few) and "0,0286" in in_words(few, "es")


def test_ratings_are_as_alike_as_shrout_and_fleiss_say() -> None:
    table = np.array(RATINGS, dtype=float)
    one = alike(table.ravel(), np.repeat(np.arange(6), 4).astype(np.intp))
    assert (round(one.icc, 2), round(one.interval.low, 2), round(one.interval.high, 2)) == (0.17, -0.13, 0.72)
    three = cells(table)
    assert (round(three.icc, 2), round(three.interval.low, 2), round(three.interval.high, 2)) == (
        0.71,
        0.34,
        0.95,
    )
    with pytest.raises(ValueError, match="two clusters with two rows"):
        alike(np.ones(3), np.arange(3))


@pytest.mark.parametrize("seed", range(4))
def test_errors_are_those_of_the_kept_library(seed: int) -> None:
    trial = teams(seed, clusters=11)
    columns = np.column_stack([trial.treated, np.ones(len(trial.outcome)), trial.controls])
    own = Clustered(trial.outcome, columns, trial.cluster.codes).told()
    peer = LinearRegression(include_intercept=False, cluster_ids=trial.cluster.codes, vcov_type="hc2_bm").fit(
        columns, trial.outcome
    )
    theirs = peer.coefficients_[0], np.sqrt(peer.vcov_[0, 0]), peer._bm_dof[0]
    assert own == pytest.approx(theirs, rel=1e-7)


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), st.integers(2, 5), st.integers(0, 10_000))
def test_equal_clusters_are_welchs_test_of_their_means(one: int, other: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    means = rng.normal(size=one + other)
    on = np.arange(one + other) < one
    rows = np.repeat(means, size) + np.tile(np.linspace(-1, 1, size), one + other)
    code = np.repeat(np.arange(one + other), size).astype(np.intp)
    columns = np.column_stack([on[code], np.ones(len(rows))]).astype(float)
    estimate, error, _ = Clustered(rows, columns, code).told()
    welch = np.sqrt(means[on].var(ddof=1) / one + means[~on].var(ddof=1) / other)
    assert (estimate, error) == pytest.approx((means[on].mean() - means[~on].mean(), welch))


def test_leaving_one_out_by_formula_is_leaving_it_out() -> None:
    trial = teams(2, clusters=12)
    columns = np.column_stack([trial.treated, np.ones(len(trial.outcome)), trial.controls])
    codes = trial.cluster.codes
    left = Clustered(trial.outcome, columns, codes).without_each()
    for cluster in (0, 5, 11):
        rows = codes != cluster
        codes_left = np.unique(codes[rows], return_inverse=True)[1].astype(np.intp)
        again = Clustered(trial.outcome[rows], columns[rows], codes_left)
        assert left[cluster] == pytest.approx(again.told()[0])


def test_teams_without_an_effect_are_seldom_called_a_success_and_rows_alone_often() -> None:
    """Nominal coverage with unequal teams; forgetting the teams would be wrong far too often."""
    found = [randomised(teams(seed)) for seed in range(80)]
    wrong = sum(not one.interval.low < 0 < one.interval.high for one in found)
    careless = 0
    for seed in range(80):
        trial = teams(seed)
        alone = people(trial.outcome.tolist(), trial.treated.tolist(), age=trial.covariates["age"])
        careless += randomised(alone).p_value < 0.05
    assert wrong <= 10 and careless > 2 * wrong


def test_few_teams_are_drawn_again_and_a_known_effect_lies_in_the_interval() -> None:
    found = [randomised(teams(seed, clusters=10, effect=0.7)) for seed in range(40)]
    assert all(one.method.endswith("randomisation_inference") for one in found)
    assert sum(one.interval.low <= 0.7 <= one.interval.high for one in found) >= 34
    none = [randomised(teams(seed, clusters=10)).p_value for seed in range(60)]
    assert sum(p <= 0.05 for p in none) <= 8


def test_lins_adjustment_gains_where_the_covariate_tells_and_keeps_the_mean_effect() -> None:
    """Slopes differ between the arms; the effect at the mean is what is estimated."""
    rng = np.random.default_rng(3)
    wealth, on = rng.normal(size=4_000), rng.permutation(4_000) < 1_000
    outcome = 2 * wealth + on * (1 + wealth) + rng.normal(size=4_000)
    found = randomised(people(outcome.tolist(), on.astype(float).tolist(), wealth=wealth))
    assert found.method == "lin_adjusted_hc2" and found.interval.low < 1 < found.interval.high
    plain = inner(found.aggregates, "unadjusted")
    assert found.std_error < 0.6 * plain["std_error"]
    assert found.diagnostics["placebo"] and found.diagnostics["leave_one_out"]


def test_a_draw_that_was_not_kept_to_is_doubted() -> None:
    rng = np.random.default_rng(1)
    need = rng.normal(size=400)
    picked = people((need + rng.normal(size=400)).tolist(), (need > 0).astype(float).tolist(), need=need)
    codes = {caution.code for caution in randomised(picked).cautions}
    assert "draw_lopsided" in codes
    placebo = inner(randomised(picked).diagnostics, "placebo")
    assert placebo["p_value"] < 0.05
    kept = people(picked.outcome.tolist(), rng.permutation(picked.treated).tolist(), need=need)
    assert "draw_doubtful" not in {caution.code for caution in randomised(kept).cautions}


def test_a_large_team_is_named_and_too_many_covariates_are_refused() -> None:
    trial = teams(1, clusters=6)
    codes = np.concatenate([trial.cluster.codes, np.zeros(100, dtype=np.intp)])
    large = Trial(
        np.concatenate([trial.outcome, np.zeros(100)]),
        np.concatenate([trial.treated, np.full(100, trial.arm[0])]),
        Labels(trial.cluster.names, codes), one_block(len(codes)),
    )  # fmt: skip
    found = randomised(large)
    assert "one_unit_carries" in {caution.code for caution in found.cautions}
    many = {f"x{n}": np.random.default_rng(n).normal(size=len(trial.outcome)) for n in range(5)}
    with pytest.raises(ValueError, match="5 for 6 clusters; at most 3"):
        randomised(Trial(trial.outcome, trial.treated, trial.cluster, trial.block, many))


@pytest.mark.parametrize(
    ("treated", "cluster", "block", "says"),
    [
        ([1, 1, 1, 1], "abcd", "xxxx", "nobody is compared"),
        ([0, 0, 0, 0], "abcd", "xxxx", "nobody is treated"),
        ([1, 0, 1, 0], "aabb", "xxxx", "'a' is in both arms"),
        ([1, 1, 0, 0], "aabb", "xyxx", "'a' is in two blocks"),
        ([1, 0, 1, 1], "abcd", "xxyy", "block 'y': nobody is compared"),
        ([], "", "", "rows: empty"),
    ],
)
def test_what_was_not_drawn_so_is_refused_by_name(
    treated: list[float], cluster: str, block: str, says: str
) -> None:
    values = np.array(treated, dtype=float)
    with pytest.raises(ValueError, match=says):
        Trial(values, values, Labels.of(list(cluster)), Labels.of(list(block)))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=3), st.integers(0, 99))
def test_draws_stay_within_their_blocks(blocks: list[tuple[int, int]], seed: int) -> None:
    starts = np.array([s for on, off in blocks for s in [0.0] * on + [np.inf] * off])
    block = np.repeat(np.arange(len(blocks)), [on + off for on, off in blocks]).astype(np.intp)
    for most in (100_000, 5):
        ways, total, listed = assignments(starts, most, seed, block)
        assert (ways[0] == starts).all() and (not listed or len(ways) == total)
        for place, (on, _) in enumerate(blocks):
            assert (np.isfinite(ways[:, block == place]).sum(axis=1) == on).all()
        if listed:
            assert len({tuple(way) for way in ways.tolist()}) == total


def test_what_each_design_leaves_open_is_said_in_both_languages() -> None:
    for design in ("randomised", "cluster_randomised", "stepped_wedge"):
        assert len(cannot_show(design)) == len(cannot_show(design, "es")) == 3
        assert cannot_show(design) != cannot_show(design, "es")


def test_an_effect_is_never_more_certain_than_the_draw_allows() -> None:
    found = randomised(people([50.0, 50.0, 0.0, 0.1], [1, 1, 0, 0]))
    assert found.p_value == pytest.approx(1 / 3) and not isfinite(found.interval.high)
