"""`commonweal lab effects`: every design from a file, the shape of its answer, bad input by its place."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from cli.test_lab_engines import lab, refused, saved, table

FIELDS = {
    "estimate", "std_error", "interval", "p_value", "aggregates", "weights", "diagnostics", "method",
    "warnings",
}  # fmt: skip


def months(folder: Path, effect: float = 4.0) -> Path:
    """Twelve beats over eight months; two start in the fifth, two in the sixth; calls are counts."""
    rng = np.random.default_rng(5)
    rows = []
    for beat in range(12):
        start = {0: 5, 1: 5, 2: 6, 3: 6}.get(beat, 0)
        for month in range(1, 9):
            on = int(0 < start <= month)
            y = 20 + beat + month + effect * on + rng.normal(0, 0.5)
            first = int(beat < 2 and month >= 5)
            rows.append(
                (f"b{beat:02}", month, f"{y:.4f}", on, start or "", first, round(y), beat % 3, month / 9)
            )
    header = ("beat", "month", "y", "on", "start", "first", "calls", "zone", "trend")
    return table(folder / "panel.csv", header, rows)


def design(**changes: object) -> dict[str, object]:
    return {
        "data": "panel.csv", "unit": "beat", "time": "month", "outcome": "y", "treated": "on", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes, near",
    [
        ({"design": "did"}, 4.0),
        ({"design": "event_study"}, 4.0),
        ({"design": "event_study", "options": {"method": "sun_abraham", "base": -2}}, 4.0),
        ({"design": "staggered", "treated": None, "cohort": "start"}, 4.0),
        ({"design": "staggered", "options": {"control_group": "not_yet_treated", "bootstrap": 99}}, 4.0),
        ({"design": "poisson_fe", "outcome": "calls", "options": {"exposure": "trend"}}, 0.14),
        ({"design": "did", "unit": None, "treated": "zone", "options": {"start": 5}}, None),
    ],
)
def test_panel_designs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: Mapping[str, object], near: float | None
) -> None:
    months(tmp_path)
    if near is None:
        message = refused(capsys, "effects", saved(tmp_path / "d.json", design(**changes)))
        assert "panel.csv, line 18, field zone: '2' is neither 0 nor 1" in message
        return
    found = lab(capsys, "effects", saved(tmp_path / "d.json", design(**changes)))
    assert set(found) >= FIELDS and found["cannot_show"]
    assert found["estimate"] == pytest.approx(near, abs=0.4)
    assert {"pre_trend", "placebo", "leave_one_out"} <= set(found["diagnostics"])  # type: ignore[call-overload]
    assert "few_treated" in str(found["warnings"]) and "randomisation_inference" in str(found["method"])


def test_rows_seen_once_are_compared_by_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Card and Krueger's way: two groups, two times, nobody's rows linked."""
    rows = [("0", 1, 20), ("0", 1, 24), ("0", 2, 21), ("1", 1, 20), ("1", 2, 22), ("1", 2, 24)]
    table(tmp_path / "panel.csv", ("nj", "wave", "fte"), rows)
    found = lab(capsys, "effects", saved(tmp_path / "d.json", {
        "design": "did", "data": "panel.csv", "time": "wave", "outcome": "fte", "treated": "nj",
        "options": {"start": 2},
    }))  # fmt: skip
    assert found["estimate"] == pytest.approx((23 - 20) - (21 - 22))


def test_a_million_rows_are_read_by_columns_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CSV and Parquet by columns give what JSON gives by rows; dates are times too."""
    import pyarrow.csv as reader
    import pyarrow.parquet as pq

    path = months(tmp_path)
    told = reader.read_csv(path)
    pq.write_table(told, tmp_path / "panel.parquet")
    saved(tmp_path / "panel.json", told.to_pylist())
    answers = []
    for name in ("panel.csv", "panel.parquet", "panel.json"):
        found = lab(capsys, "effects", saved(tmp_path / "d.json", design(design="did", data=name)))
        answers.append((found["estimate"], found["std_error"], found["p_value"]))
    assert answers[0] == answers[1] == answers[2]
    head, *lines = path.read_text().splitlines()
    cells = [line.split(",") for line in lines]
    dated = "\n".join([head, *(",".join([c[0], f"2024-0{c[1]}-01", *c[2:]]) for c in cells)])
    (tmp_path / "dated.csv").write_text(dated)
    found = lab(capsys, "effects", saved(tmp_path / "d.json", design(design="did", data="dated.csv")))
    assert found["estimate"] == pytest.approx(answers[0][0])


def test_missing_values_are_refused_or_dropped_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = months(tmp_path).read_text().splitlines()
    cells = lines[3].split(",")
    lines[3] = ",".join([*cells[:2], "NA", *cells[3:]])
    (tmp_path / "panel.csv").write_text("\n".join(lines) + "\n")
    told = refused(capsys, "effects", saved(tmp_path / "d.json", design(design="did")))
    assert "panel.csv, line 4, field y: 'NA' is no value" in told and "options.missing" in told
    found = lab(
        capsys, "effects", saved(tmp_path / "d.json", design(design="did", options={"missing": "drop"}))
    )
    assert found["diagnostics"]["rows_without_a_value"] == 1  # type: ignore[index,call-overload]


def test_one_series_one_score_one_watch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(1)
    rows = [(t, 10 + 0.1 * t - 3 * (t >= 30) + rng.normal(0, 0.1), int(t >= 30)) for t in range(60)]
    table(tmp_path / "panel.csv", ("week", "y", "on"), rows)
    plain = {"design": "its", "data": "panel.csv", "time": "week", "outcome": "y"}
    for told in ({"options": {"change": 30}}, {"treated": "on"}):
        found = lab(capsys, "effects", saved(tmp_path / "d.json", {**plain, **told}))
        assert found["estimate"] == pytest.approx(-3.0, abs=0.3)
    assert "field options.change: None" in refused(capsys, "effects", saved(tmp_path / "d.json", plain))
    score = rng.uniform(-1, 1, 400)
    table(
        tmp_path / "panel.csv", ("score", "y"), [(x, 2 * (x >= 0.1) + x + rng.normal(0, 0.1)) for x in score]
    )
    cut = {
        "design": "rd",
        "data": "panel.csv",
        "running": "score",
        "outcome": "y",
        "options": {"cutoff": 0.1},
    }
    assert lab(capsys, "effects", saved(tmp_path / "d.json", cut))["estimate"] == pytest.approx(2.0, abs=0.3)
    watched = [(t, int(n % 4 > 0), "ab"[n % 2]) for n, t in enumerate(rng.exponential(100, 80))]
    table(tmp_path / "panel.csv", ("days", "again", "team"), watched)
    seen = {"design": "survival", "data": "panel.csv", "time": "days", "outcome": "again", "treated": "team"}
    found = lab(capsys, "effects", saved(tmp_path / "d.json", seen))
    curves = found["aggregates"]["curves"]  # type: ignore[index,call-overload]
    assert set(curves) == {"a", "b"} and set(curves["a"]["at"]) == {"30", "90", "365"}


def test_synthetic_designs_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    months(tmp_path, effect=0.0)
    lines = [line for line in (tmp_path / "panel.csv").read_text().splitlines() if not line.startswith("b01")]
    (tmp_path / "panel.csv").write_text("\n".join(lines) + "\n")
    for name in ("synthetic_control", "synthetic_did"):
        found = lab(capsys, "effects", saved(tmp_path / "d.json", design(design=name, treated="first")))
        assert abs(float(str(found["estimate"]))) < 8 and found["weights"]["units"]  # type: ignore[index,call-overload]
    found = lab(capsys, "effects", saved(tmp_path / "d.json", design(
        design="power", treated="first", options={"start": 5, "treated_clusters": 3},
    )))  # fmt: skip
    assert found["reading"] is None and float(str(found["estimate"])) > 0


@pytest.mark.parametrize(
    "changes, message",
    [
        (
            {"design": "staggered", "options": {"method": "magic"}},
            "field options.method: 'magic'; use one of",
        ),
        (
            {"design": "staggered", "options": {"bootstrap": 1.5}},
            "field options.bootstrap: 1.5; give a whole",
        ),
        ({"design": "did", "options": {"start": "soon"}}, "field options.start: 'soon'; write a time"),
        ({"design": "did", "options": []}, None),
        ({"design": "did", "options": [1]}, "field options: [1]; write an object"),
        (
            {"design": "did", "weights": "first"},
            "panel.csv, line 2, field first: '0' is no weight above zero",
        ),
        ({"design": "synthetic_control"}, "field treated: 2 different starts"),
        ({"design": "synthetic_did", "options": {"errors": "guess"}}, "field options.errors: 'guess'"),
        ({"design": "staggered", "treated": None, "cohort": "beat"}, "line 2, field beat: 'b00' is no start"),
        ({"design": "event_study", "unit": "zone"}, "field unit: '0' has two rows at time 1"),
        ({"design": "rd"}, "field options.cutoff: 0; 0 rows below"),
        ({"design": "survival", "treated": "first"}, "line 2, field y: "),
        ({"design": "poisson_fe", "options": {"exposure": "nowhere"}}, "field nowhere: no such column"),
        ({"design": "power", "treated": "first"}, "field options.start: None"),
        ({"design": "rates"}, "field treated: 'on'; this design takes none"),
    ],
)
def test_bad_designs_exit_2_and_name_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: Mapping[str, object], message: str | None
) -> None:
    months(tmp_path)
    file = saved(tmp_path / "d.json", design(**changes))
    if message is None:
        assert lab(capsys, "effects", file)["estimate"]
    else:
        assert message in refused(capsys, "effects", file)


def test_the_web_process_loads_none_of_it() -> None:
    """What pages import of this engine brings no library of the designs along."""
    import subprocess
    import sys

    heavy = ("diff_diff", "statsmodels", "pandas", "scipy.sparse", "commonweal.engines.effects.synthetic")
    code = f"import sys, commonweal.engines.effects as e; print([m for m in {heavy!r} if m in sys.modules])"
    source = str(Path(__file__).parents[2] / "src")
    ran = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": source}, capture_output=True, text=True
    )
    assert json.loads(ran.stdout.replace("'", '"')) == [], ran.stderr


def test_what_was_drawn_by_lot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """People, teams, and the order in which teams begin; what a draw is not is named by its field."""
    rng = np.random.default_rng(6)
    on = rng.permutation(60) < 30
    rows = [
        (n, int(on[n]), int(on[n // 5 * 5]), f"t{n // 5}", "ab"[n % 2], need, 3 * on[n] + need, n % 4)
        for n, need in enumerate(rng.normal(size=60))
    ]
    table(tmp_path / "panel.csv", ("id", "on", "team_on", "team", "site", "need", "y", "odd"), rows)
    plain: dict[str, object] = {"data": "panel.csv", "outcome": "y", "treated": "on", "covariates": ["need"]}
    found = lab(capsys, "effects", saved(tmp_path / "d.json", {
        **plain, "design": "randomised", "options": {"strata": "site"},
    }))  # fmt: skip
    assert set(found) >= FIELDS and found["estimate"] == pytest.approx(3.0) and found["cannot_show"]
    assert all(name in str(found["diagnostics"]) for name in ("pre_trend", "placebo", "leave_one_out"))
    teams = {**plain, "design": "cluster_randomised", "treated": "team_on", "cluster": "team"}
    found = lab(capsys, "effects", saved(tmp_path / "d.json", teams))
    assert "few_drawn" in str(found["warnings"]) and "randomisation_inference" in str(found["method"])
    for changes, says in (
        ({"treated": "on"}, "is in both arms"),
        ({"treated": "odd"}, "field odd: '2' is neither 0 nor 1"),
        ({"weights": "need"}, "field weights: 'need'; this design takes none"),
        ({"cluster": None}, "field unit: None; name a column"),
        ({"design": "stepped_wedge"}, "field unit: None; name a column"),
    ):
        told = refused(capsys, "effects", saved(tmp_path / "d.json", {**teams, "unit": None, **changes}))
        assert says in told, told


def test_a_wedge_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(3)
    rows = [
        (f"d{district}", month, 40 + 3 * district + month - 9 * (month >= 1 + district // 2) + rng.normal(),
         1 + district // 2)
        for district in range(6) for month in range(4)
    ]  # fmt: skip
    table(tmp_path / "panel.csv", ("district", "month", "calls", "start"), rows)
    found = lab(capsys, "effects", saved(tmp_path / "d.json", {
        "design": "stepped_wedge", "data": "panel.csv", "unit": "district", "time": "month",
        "outcome": "calls", "cohort": "start",
    }))  # fmt: skip
    assert found["estimate"] == pytest.approx(-9, abs=2.5) and "few_steps" in str(found["warnings"])
    assert found["p_value"] == pytest.approx(1 / 90, abs=0.03)
    assert "long run" in str(found["cannot_show"])
