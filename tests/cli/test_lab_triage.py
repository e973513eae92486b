"""`commonweal lab triage` and `commonweal lab calltypes`: lines in, lines out, and what they refuse."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from commonweal.cli.main import main


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A way to set what stands on standard input."""
    yield monkeypatch


def lab(typed: pytest.MonkeyPatch, given: str, *arguments: str) -> int:
    """Run one lab command on what is given; its exit code."""
    typed.setattr("sys.stdin", io.StringIO(given))
    try:
        return int(main(["lab", *arguments]) or 0)
    except SystemExit as exit_:
        return int(exit_.code or 0)


def test_triage_answers_every_line_in_order(
    typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = [
        {"id": "a", "answers": {"life": "medical"}},
        {"id": 7, "answers": {}, "context": {"minor": True}},
        {"id": "c", "answers": {"weapon": "unknown"}, "context": None},
    ]
    given = "\n\n".join(json.dumps(call) for call in calls)
    assert lab(typed, given, "triage", "--protocol", "harlow") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["id"], line["tier"], line["settled"]) for line in lines] == [
        ("a", "T0", True),
        (7, "T0", False),
        ("c", "T0", True),
    ]
    assert {"id", "tier", "local_label", "response", "fired", "explain", "missing"} <= set(lines[0])
    assert lines[0]["fired"] == ["medical_emergency"]
    assert lines[1]["missing"][0] and "weapon" in lines[1]["missing"]
    assert "child_trained" in lines[1]["requires"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "standard input, line 1: is not JSON"),
        ("[1]", "standard input, line 1: '[1]' is not an object"),
        ("{}", "standard input, line 1, field id: is missing; give each call an id"),
        ('{"id": 1, "answers": [1]}', "line 1, field answers: [1] is not an object"),
        ('{"id": 1, "answers": {"weapon": 2}}', "line 1, field answers.weapon: 2 is not text"),
        (
            '{"id": 1, "answers": {"weapon": "gun"}}',
            "line 1, answers.weapon: 'gun' is not an answer; give one of",
        ),
        ('{"id": 1, "answers": {"mood": "low"}}', "line 1, answers.mood: harlow has no such question"),
        (
            '{"id": 1, "context": {"prior_violence_days": "few"}}',
            "context.prior_violence_days: 'few' is not a number",
        ),
    ],
)
def test_triage_refuses_with_line_field_and_remedy(
    typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    assert lab(typed, line, "triage", "--protocol", "harlow") == 2
    assert message in capsys.readouterr().err


def test_triage_reads_a_protocol_from_a_file(
    typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from commonweal import packs

    own = tmp_path / "own.json"
    own.write_text(json.dumps(packs.read("protocols/denver.yaml"), default=str), encoding="utf-8")
    assert lab(typed, '{"id": 1}', "triage", "--protocol", str(own)) == 0
    assert json.loads(capsys.readouterr().out)["protocol"].startswith("denver")


@pytest.mark.parametrize("name", ["nowhere", "nowhere.yaml"])
def test_triage_without_its_protocol_says_what_to_do(
    typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert lab(typed, "", "triage", "--protocol", name) == 2
    assert "nowhere" in capsys.readouterr().err


def test_triage_names_the_fault_of_a_protocol_file(
    typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("protocol: x\ncolour: red\n", encoding="utf-8")
    assert lab(typed, "", "triage", "--protocol", str(broken)) == 2
    assert "protocol.colour: is not a known key" in capsys.readouterr().err
    broken.write_text("just words\n", encoding="utf-8")
    assert lab(typed, "", "triage", "--protocol", str(broken)) == 2
    assert "is not a mapping" in capsys.readouterr().err


KNOWN = """label,category,count
SUICIDAL PERSON,Crisis,50
MENTAL HEALTH CASE,Crisis,
TRAFFIC STOP,Traffic,"1,900"
MVC HIT AND RUN,Traffic,80
"""


def test_calltypes_learns_and_sorts(
    typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    known = tmp_path / "known.csv"
    known.write_text(KNOWN, encoding="utf-8-sig")
    assert lab(typed, "PSYCH EMERG\n\nTFC VIOL\n", "calltypes", "--labels", str(known)) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["label"], line["category"]) for line in lines] == [
        ("PSYCH EMERG", "Crisis"),
        ("TFC VIOL", "Traffic"),
    ]
    assert all(0.5 <= line["confidence"] <= 1 and line["nearest"] for line in lines)
    assert lines[0]["nature"] == "mental_health_crisis"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"label,kind\nA,B\n", "line 1, field category: no such column"),
        (b"", "line 1, field label: no such column"),
        (b"label,category\nA,B\nC,\n", "line 3, field category: is blank"),
        (b"label,category\n,B\n", "line 2, field label: is blank"),
        (b"label,category,count\nA,B,few\n", "line 2, field count: 'few' is not above zero"),
        (b"label,category,count\nA,B,-1\n", "line 2, field count: '-1' is not above zero"),
        (b"label,category\n\xff\xfe,B\n", "cannot be read as UTF-8 CSV"),
        (b"label,category\nA,B\n", "fewer than two categories"),
    ],
)
def test_calltypes_refuses_with_file_line_field_and_remedy(
    typed: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    content: bytes,
    message: str,
) -> None:
    known = tmp_path / "known.csv"
    known.write_bytes(content)
    assert lab(typed, "A\n", "calltypes", "--labels", str(known)) == 2
    assert message in capsys.readouterr().err


def test_calltypes_without_its_file_says_so(
    typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert lab(typed, "A\n", "calltypes", "--labels", str(tmp_path / "none.csv")) == 2
    assert "none.csv" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["triage", "calltypes"])
def test_help_shows_an_example(
    typed: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert lab(typed, "", name, "--help") == 0
    assert f"commonweal lab {name} --" in capsys.readouterr().out
