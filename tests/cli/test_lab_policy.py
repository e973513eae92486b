"""`commonweal lab policy`: JSON lines in, JSON lines out, and a named line where one is not a request."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

import commonweal
from commonweal.cli.lab import policy

REQUEST = {"actor": "patrol_officer", "category": "call_facts", "purpose": "emergency"}
ON_CALL = {"assigned_to_incident": True, "incident_active": True}


def lab(text: str, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    parser = argparse.ArgumentParser()
    policy.add_arguments(parser)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return policy.run(parser.parse_args(options))


def line(number: int, **request: object) -> str:
    return json.dumps({"id": number, "request": {**REQUEST, **request}})


def answers(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [cast("dict[str, object]", json.loads(said)) for said in capsys.readouterr().out.splitlines()]


def test_each_request_has_its_answer_in_order(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "\n".join(
        [line(7, facts=ON_CALL), "", line(8), line(9, actor="astrologer"), line(10, purpose=None)]
    )
    assert lab(asked, monkeypatch) == 0
    found = answers(capsys)
    assert [one["id"] for one in found] == [7, 8, 9, 10]
    assert [one["decision"] for one in found] == ["allow", "deny", "deny", "deny"]
    assert all({"fields", "obligations", "basis", "why", "unlock", "rules"} <= set(one) for one in found)
    assert found[0]["obligations"] == ["log_read"]
    assert "Being assigned to the incident while it is active." in cast("list[str]", found[1]["unlock"])


def test_the_rules_are_explained(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lab(line(1, category="sud_record"), monkeypatch)
    (found,) = answers(capsys)
    assert (found["why"], found["unlock"]) == ("No such record.", [])
    (rule,) = cast("list[dict[str, str]]", found["rules"])
    assert "42 CFR 2.12" in rule["citation"] and rule["says"]


def test_an_unknown_fact_is_a_denial_not_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab(line(1, facts={**ON_CALL, "weather": "fine"}), monkeypatch) == 0
    assert answers(capsys)[0]["decision"] == "deny"


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{", "not JSON"), ("[]", '"id" is missing'), ('{"request": {}}', '"id" is missing'),
        ('{"id": 1}', '"request" is not an object'),
        ('{"id": 1, "request": {}}', '"request.actor" is missing'),
        (line(1, facts=3), '"request.facts" is not an object'),
    ],
)  # fmt: skip
def test_a_line_that_is_no_request_is_named(
    bad: str, complaint: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab(f"{line(1)}\n{bad}\n{line(3)}\n", monkeypatch) == 2
    said = capsys.readouterr()
    assert "line 2" in said.err and complaint in said.err
    assert len(said.out.splitlines()) == 1


def test_a_state_is_laid_over_the_base(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    custody = line(1, category="mh_assessment", facts={**ON_CALL, "in_lawful_custody": True})
    lab(custody, monkeypatch)
    assert answers(capsys)[0]["decision"] == "redact"
    lab(custody, monkeypatch, "--state", "us_california")
    assert answers(capsys)[0]["decision"] == "deny"


@pytest.mark.parametrize("state", ["us_utopia", "../../config/settings"])
def test_a_state_that_is_not_there_is_named(
    state: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab(line(1), monkeypatch, "--state", state) == 2
    assert state in capsys.readouterr().err


def test_the_command_describes_itself_with_an_example() -> None:
    assert policy.NAME == "policy"
    assert "Example:" in policy.HELP and "commonweal lab policy" in policy.HELP
    assert "for counsel to review" in policy.HELP


def test_it_runs_by_itself_where_there_is_no_instance(tmp_path: Path) -> None:
    """As its users start it: another folder, no settings, no database."""
    inside = {
        name: said for name, said in os.environ.items() if not name.startswith(("DJANGO", "COMMONWEAL"))
    }
    command = [sys.executable, "-m", "commonweal", "lab", "policy"]
    inside["PYTHONPATH"] = str(Path(commonweal.__file__).parents[1])
    done = subprocess.run(
        command, input=line(1, facts=ON_CALL), env=inside, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["decision"] == "allow"
