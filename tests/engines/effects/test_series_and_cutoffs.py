"""One series cut in two, and a score cut at a line: known worlds, doubts that show, refusals."""

import numpy as np
import pytest

from commonweal.engines.effects.discontinuity import Cut, Scored, discontinuity
from commonweal.engines.effects.interrupted import Segments, Series, interrupted
from commonweal.engines.effects.power import power
from commonweal.engines.effects.reading import CANNOT, cannot_show, in_a_sentence
from engines.effects.published import columns, number
from engines.effects.test_few_treated import beats


def monthly(level: float, slope: float, months: int = 96, noise: float = 1.0, seed: int = 1) -> Series:
    rng, t = np.random.default_rng(seed), np.arange(months, dtype=float)
    after = t >= months // 2
    values = 50 + 0.2 * t + level * after + slope * after * (t - months // 2)
    values = values + 4 * np.sin(2 * np.pi * (t + 1) / 12) + rng.normal(0, noise, months)
    return Series(t, values, np.ones(months), {})


def test_level_slope_and_season_are_told_apart() -> None:
    found = interrupted(monthly(-6.0, 0.5, noise=0.2), Segments(48, season="harmonics"))
    parts = found.aggregates["coefficients"]
    assert isinstance(parts, dict)
    assert found.estimate == pytest.approx(-6.0, abs=0.3) and found.interval.low < -6 < found.interval.high
    assert parts["slope"]["estimate"] == pytest.approx(0.5, abs=0.02)
    assert parts["sin_1"]["estimate"] == pytest.approx(4.0, abs=0.2)
    assert found.aggregates["at_the_end"]["estimate"] == pytest.approx(-6 + 0.5 * 47, abs=1)  # type: ignore[index]


def test_the_plain_errors_are_those_of_least_squares() -> None:
    series = monthly(-3.0, 0.1)
    found = interrupted(series, Segments(48, errors="plain"))
    t = series.times
    design = np.column_stack([np.ones(96), t + 1, t >= 48, (t >= 48) * (t - 48)])
    solved, rest = np.linalg.lstsq(design, series.values, rcond=None)[:2]
    spread = float(rest[0]) / 92 * np.linalg.inv(design.T @ design)
    assert found.estimate == pytest.approx(solved[2])
    assert found.std_error == pytest.approx(spread[2, 2] ** 0.5)


def test_counts_with_exposure_give_a_log_ratio() -> None:
    rng, t = np.random.default_rng(2), np.arange(60, dtype=float)
    people = 1000 + 5 * t
    counts = rng.poisson(people * 0.1 * np.exp(-0.4 * (t >= 30))).astype(float)
    found = interrupted(Series(t, counts, people, {}), Segments(30, family="poisson", has_slope=False))
    assert found.scale == "log_ratio" and found.estimate == pytest.approx(-0.4, abs=0.1)


def test_a_wandering_series_is_doubted() -> None:
    series = monthly(0.0, 0.0, noise=0.0)
    drift = np.random.default_rng(4).normal(0, 1, 96).cumsum()
    found = interrupted(Series(series.times, drift, series.exposure, {}), Segments(48))
    assert {"one_series", "errors_correlated"} <= {c.code for c in found.cautions}


def test_a_series_is_refused_with_its_remedy() -> None:
    with pytest.raises(ValueError, match="each side needs three"):
        interrupted(monthly(0, 0), Segments(95))
    with pytest.raises(ValueError, match="stands twice"):
        interrupted(Series(np.zeros(8), np.ones(8), np.ones(8), {}), Segments(0))
    with pytest.raises(ValueError, match=r"options.season: 'moon'"):
        Segments(1, season="moon")
    short = monthly(0, 0, months=10)
    with pytest.raises(ValueError, match="repeat one another"):
        interrupted(short, Segments(5, season="dummies"))


def scored(jump: float, rows: int = 900, fuzzy: bool = False) -> Scored:
    rng = np.random.default_rng(7)
    score = rng.uniform(-1, 1, rows)
    took = (rng.random(rows) < np.where(score >= 0, 0.8, 0.2)).astype(float) if fuzzy else None
    by = (score >= 0) if took is None else took
    outcome = 1 + score + 2 * score**2 + jump * by + rng.normal(0, 0.3, rows)
    return Scored(score, outcome, took, {"age": rng.normal(40, 10, rows)})


def test_a_jump_is_found_where_it_is_and_nowhere_else() -> None:
    found = discontinuity(scored(1.5), Cut())
    assert found.interval.low < 1.5 < found.interval.high and found.p_value < 1e-6
    told = found.diagnostics["placebo"]
    assert isinstance(told, dict) and all(part["p_value"] > 0.001 for part in told.values())
    jumps = found.diagnostics["pre_trend"]["covariate_jumps"]  # type: ignore[index]
    assert jumps["age"]["p_value"] > 0.01


def test_where_crossing_does_not_decide_the_jump_is_shared_out() -> None:
    found = discontinuity(scored(1.5, fuzzy=True), Cut())
    assert found.estimate == pytest.approx(1.5, abs=0.5) and found.method.endswith("fuzzy")
    assert found.diagnostics["first_stage"]["estimate"] == pytest.approx(0.6, abs=0.15)  # type: ignore[index]


def test_scores_pushed_over_the_line_show() -> None:
    world = scored(1.5)

    def pushed(within: float) -> Scored:
        score = np.where((world.score < 0) & (world.score > -within), -world.score, world.score)
        return Scored(score, world.outcome, None, {})

    assert "heaped" in {c.code for c in discontinuity(pushed(0.06), Cut()).cautions}
    with pytest.raises(ValueError, match=r"options.h: .*wider one. Scores look pushed over"):
        discontinuity(pushed(0.15), Cut(h=0.1))
    with pytest.raises(ValueError, match="each side needs ten"):
        discontinuity(world, Cut(cutoff=2.0))


def test_senate_elections_as_rdrobust_prints_them() -> None:
    """Calonico, Cattaneo & Titiunik: 7.414 (1.459), robust interval 4.094 to 10.919, bandwidth 17.754."""
    found = columns("rdrobust_RDsenate.csv")
    both = zip(found["vote"], found["margin"], strict=True)
    whole = [n for n, pair in enumerate(both) if not {"", "NA"} & set(pair)]
    vote = number([found["vote"][n] for n in whole])
    margin = number([found["margin"][n] for n in whole])
    answer = discontinuity(Scored(margin, vote, None, {}), Cut())
    assert (answer.estimate, answer.std_error) == pytest.approx((7.4141, 1.4587), abs=5e-5)
    assert answer.interval[:2] == pytest.approx((4.0937, 10.9193), abs=5e-5)
    assert answer.diagnostics["bandwidth"]["h"][0] == pytest.approx(17.7544, abs=5e-5)  # type: ignore[index]


def test_power_falls_with_few_clusters_and_one_can_show_nothing() -> None:
    past = beats(1, treated=1, clusters=30)
    past = past.pretending(np.zeros(len(past.time)))
    many, few = power(past, 12, 3.0), power(past, 3, 3.0)
    assert many.estimate < few.estimate
    assert power(beats(1, treated=1, clusters=12).pretending(np.zeros(72)), 1, 3.0).estimate == np.inf
    with pytest.raises(ValueError, match=r"options.treated_clusters: 30"):
        power(past, 30, 3.0)
    with pytest.raises(ValueError, match=r"options.start: 99"):
        power(past, 3, 99.0)


def test_every_design_says_what_it_cannot_show_in_two_languages() -> None:
    for design in CANNOT:
        english, spanish = cannot_show(design), cannot_show(design, "es")
        assert english and len(english) == len(spanish) and english != spanish
    assert "Not told apart" in in_a_sentence(0.1, -1, 1, 0.5)
    assert "Told apart" in in_a_sentence(2, 1.5, 3, 0.01)
    assert "razón" in in_a_sentence(2, 1.5, 3, 0.01, "ratio", "es")
