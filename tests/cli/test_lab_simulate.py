"""`commonweal lab simulate` at the command line: answers, pairs, calibration, every fault in words."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from commonweal.cli.main import main

Capture = pytest.CaptureFixture[str]
SCENARIO: Mapping[str, object] = {
    "days": 14,
    "replications": 4,
    "travel": [[4, 12], [12, 4]],
    "units": [
        {"id": "P1", "kind": "patrol", "home": 0, "certificates": ["cit_40h"]},
        {"id": "C1", "kind": "clinician", "home": 1, "hourly_cost": 60},
    ],
    "call_types": {
        "crisis": {
            "priority": 2,
            "model": "co_response",
            "requires": [
                [
                    {"kinds": ["patrol"], "hand_off_minutes": 10},
                    {"kinds": ["clinician"], "scene_minutes": {"distribution": "exponential", "mean": 45}},
                ]
            ],
        }
    },
    "arrivals": [{"type": "crisis", "atom": 0, "per_hour": 0.4}],
}


def saved(folder: Path, name: str = "scenario.json", **changes: object) -> Path:
    path = folder / name
    path.write_text(json.dumps({**SCENARIO, **changes}), encoding="utf-8")
    return path


def simulate(capsys: Capture, *arguments: object, code: int = 0) -> tuple[dict[str, object], str]:
    """Run it and read both outputs."""
    assert main(["lab", "simulate", *map(str, arguments)]) == code
    out, err = capsys.readouterr()
    return json.loads(out) if out else {}, err


def test_it_answers_with_intervals_and_says_the_same_again(tmp_path: Path, capsys: Capture) -> None:
    found, _ = simulate(capsys, saved(tmp_path), "--replications", 6)
    response = found["measures"]["mean_response"]  # type: ignore[index]
    assert response["low"] < response["mean"] < response["high"] and found["replications"] == 6
    assert set(found["workload"]) == {"P1", "C1"} and found["weekly_cost"] == 60 * 168  # type: ignore[call-overload]
    again, _ = simulate(capsys, saved(tmp_path), "--replications", 6, "--plain")
    assert again["measures"] == found["measures"], "the plain player gives the same"


def test_two_scenarios_meet_the_same_calls(tmp_path: Path, capsys: Capture) -> None:
    nearer = [{**unit, "home": 0} for unit in SCENARIO["units"]]  # type: ignore[attr-defined]
    other = saved(tmp_path, "other.json", units=nearer)
    found, _ = simulate(capsys, saved(tmp_path), "--compare", other)
    assert found["base"]["measures"]["calls"] == found["other"]["measures"]["calls"]  # type: ignore[index]
    assert found["difference"]["measures"]["mean_response"]["high"] < 0  # type: ignore[index]
    strange = saved(tmp_path, "strange.json", travel=[[1]], units=[nearer[0], nearer[1]])
    assert "differ in atoms" in simulate(capsys, saved(tmp_path), "--compare", strange, code=2)[1]


def test_the_live_desk_decides_where_it_is_asked_to(tmp_path: Path, capsys: Capture) -> None:
    found, _ = simulate(capsys, saved(tmp_path, policy="live"), "--calls-out", tmp_path / "calls.json")
    calls = json.loads((tmp_path / "calls.json").read_text())
    assert found["policy"] == "live" and {tuple(c["units"]) for c in calls} == {("P1", "C1")}
    no_model = {"crisis": {"requires": [[{"kinds": ["patrol"], "scene_minutes": 9}]]}}
    _, err = simulate(capsys, saved(tmp_path, policy="live", call_types=no_model), code=2)
    assert "call_types.crisis.model: missing" in err


def test_the_schema_is_published_and_its_own_example_fits(tmp_path: Path, capsys: Capture) -> None:
    found, _ = simulate(capsys, "--schema")
    Draft202012Validator.check_schema(found)
    assert not list(Draft202012Validator(found).iter_errors(dict(SCENARIO)))


def test_a_log_is_read_from_a_file_and_refused_where_the_simulation_does_not_fit(
    tmp_path: Path, capsys: Capture
) -> None:
    for observed, code in ((12, 0), (40, 1)):
        lines = [f"c{n},{n * 300 + 5},crisis,0,20,{observed}" for n in range(60)]
        text = "\n".join(["id,at,type,atom,scene_minutes,response_minutes", *lines])
        (tmp_path / "log.csv").write_text(text)
        scenario = {key: value for key, value in SCENARIO.items() if key != "arrivals"}
        path = tmp_path / "log.json"
        path.write_text(json.dumps({**scenario, "calls": "log.csv"}))
        found, err = simulate(capsys, path, code=code)
        assert found["calibration"]["fits"] is (code == 0)  # type: ignore[index]
        assert ("measures" in found) is (code == 0)
        assert code == 0 or "off by -7" in err
    (tmp_path / "log.csv").write_text("at,type,atom\n5,crisis,x\n")
    assert "log.csv, line 2, field atom: 'x' is no number" in simulate(capsys, path, code=2)[1]


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"days": "many"}, "field days: 'many'"),
        ({"units": [{"id": "P1", "kind": "patrol", "home": 7}]}, "home 7 of P1 is no atom"),
        ({"units": [{"id": "P1", "kind": "patrol"}]}, "field units[0].home: missing; add it"),
        ({"travel": [[1, 2], [3]]}, "field travel[1]: 1 numbers; give 2"),
        ({"arrivals": [{"type": "fire", "atom": 0, "per_hour": 1}]}, "type 'fire' is not among call_types"),
        ({"arrivals": [{"type": "crisis", "atom": 0, "per_hour": [1]}]}, "field arrivals[0].per_hour"),
        ({"queue": "long"}, "field queue: 'long'"),
        ({"speed": 3}, "field speed: is not known; use one of: name, days"),
        ({"seed": -1}, "field seed: -1"),
    ],
)
def test_faults_name_file_field_value_and_remedy(
    tmp_path: Path, capsys: Capture, changes: dict[str, object], words: str
) -> None:
    err = simulate(capsys, saved(tmp_path, **changes), code=2)[1]
    assert "scenario.json, " in err and words in err


def test_what_is_missing_is_asked_for(tmp_path: Path, capsys: Capture) -> None:
    assert "scenario: missing; name a file" in simulate(capsys, code=2)[1]
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps({k: v for k, v in SCENARIO.items() if k != "arrivals"}))
    assert "field calls: missing, and so is arrivals" in simulate(capsys, bare, code=2)[1]
    assert "replications: 1; an interval" in simulate(capsys, saved(tmp_path), "--replications", 1, code=2)[1]
    assert "seed: -1" in simulate(capsys, saved(tmp_path), "--seed", -1, code=2)[1]
