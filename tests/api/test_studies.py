"""Studies by the API: drawn, foreseen, registered, carried out and read, by an evaluator alone."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from commonweal.evaluation import queries
from commonweal.kernel import clock
from factories.caller import Program
from factories.cast import Cast, gather
from rooms.evaluation.test_studies import AREAS, FIRST, START, WEEKS, town

PATHS = ("studies", "studies/{study}", "studies/{study}/analyses", "draws/{draw}")


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def asked(**other: Any) -> dict[str, Any]:
    """Two of eight areas began on one day."""
    return {
        "question": "Did the team lower calls?", "series": "all", "expected": "fewer", "rollout": "once",
        "starts": {area: START.isoformat() if area in AREAS[:2] else None for area in AREAS},
        "first": FIRST.isoformat(), "last": (FIRST + timedelta(weeks=WEEKS, days=-1)).isoformat(),
        "zone": "UTC", **other,
    }  # fmt: skip


def ahead(*weeks: int) -> list[str]:
    """Days so many weeks from now."""
    return [(clock.today() + timedelta(weeks=week)).isoformat() for week in weeks]


def test_a_study_from_its_plan_to_its_answer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of eight: the smallest p is told before, and stands beside the answer afterwards."""
    rows = town(-8)
    for place in ("registering", "foreseeing"):
        monkeypatch.setattr(f"commonweal.evaluation.{place}.calls.extract", lambda *_: iter(rows))
    program = Program(cast["evaluator"])
    before = program.post("evaluation/studies/foresee", **asked()).json()
    assert before["design"] == "did" and before["smallest_p"] == pytest.approx(1 / 28)
    assert before["power"]["areas"] == 8 and before["cannot_show"] and before["limits"]
    assert not queries.studies().exists(), "nothing is kept before it is frozen"
    made = program.done("evaluation/studies", **asked(title="Second team"))
    assert made["design"] == "did" and made["is_sealed"] and made["plan"]["power"] == before["power"]
    assert hashlib.sha256(made["text"].encode()).hexdigest() == made["fingerprint"]
    assert program.seen("evaluation/studies") == [made] == [program.seen(f"evaluation/studies/{made['id']}")]
    found = program.done(f"evaluation/studies/{made['id']}/analyses")
    assert found["reading"].startswith("Told apart from no effect") and found["deviations"] == []
    assert (
        found["doubts"]
        and found["cannot_show"]
        and found["result"]["smallest_p"] == pytest.approx(1 / 28, 1e-3)
    )
    assert program.seen(f"evaluation/studies/{made['id']}/analyses") == [found]


def test_a_departure_takes_a_reason(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = town(0)
    monkeypatch.setattr("commonweal.evaluation.registering.calls.extract", lambda *_: iter(rows))
    program = Program(cast["evaluator"])
    made = program.done("evaluation/studies", **asked())
    path = f"evaluation/studies/{made['id']}/analyses"
    refused = program.post(path, design="staggered")
    assert refused.status_code == 400 and "Say why" in str(refused.json())
    found = program.done(path, design="staggered", reason="An area joined late.")
    assert [one["field"] for one in found["deviations"]] == ["design"]
    assert found["reason"] == "An area joined late."


def test_lots_are_drawn_and_can_be_checked(cast: Cast) -> None:
    program = Program(cast["evaluator"])
    made = program.done("evaluation/draws", areas=AREAS, days=ahead(4, 8), title="Second team")
    assert sorted(made["result"]) == AREAS and made["is_true"] and made["times_drawn"] == 1
    assert hashlib.sha256(made["text"].encode()).hexdigest() == made["fingerprint"]
    order = sorted(AREAS, key=lambda area: hashlib.sha256(f"{made['seed']}\n{area}".encode()).hexdigest())
    assert [made["result"][area] for area in order] == [day for day in ahead(4, 8) for _ in range(4)]
    assert program.seen(f"evaluation/draws/{made['id']}") == made
    first, last = ahead(-30, 40)
    plan = asked(rollout="lot", starts=made["result"], draw=made["fingerprint"], first=first, last=last)
    assert program.done("evaluation/studies", **plan)["design"] == "stepped_wedge"
    other = program.post("evaluation/studies", **{**plan, "draw": "0" * 64})
    assert other.status_code == 400 and "on file" in str(other.json())


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": " "}, {"rollout": "slowly"}, {"step": 3}, {"last": FIRST.isoformat()}, {"first": "soon"},
        {"rollout": "everywhere"}, {"design": "guess"}, {"question": "x" * 301},
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused_in_words(cast: Cast, wrong: dict[str, Any]) -> None:
    refused = Program(cast["evaluator"]).post("evaluation/studies", **asked(**wrong))
    assert refused.status_code == 400 and not queries.studies().exists(), refused.content


@pytest.mark.parametrize("role", ["patrol_officer", "analyst", "case_manager", "privacy_officer"])
def test_others_draw_register_and_read_nothing(cast: Cast, role: str) -> None:
    own = Program(cast["evaluator"])
    study = own.done("evaluation/studies", **asked())["id"]
    draw = own.done("evaluation/draws", areas=AREAS, days=ahead(4, 8))["id"]
    program = Program(cast[role])
    for path in PATHS:
        assert program.get(f"evaluation/{path.format(study=study, draw=draw)}").status_code in (403, 404)
    for path, body in (
        ("studies", asked()), ("studies/foresee", asked()), (f"studies/{study}/analyses", {}),
        ("draws", {"areas": AREAS, "days": ahead(4, 8)}),
    ):  # fmt: skip
        assert program.post(f"evaluation/{path}", **body).status_code in (403, 404), path
    assert queries.studies().count() == queries.draws().count() == 1


def test_without_a_token_or_the_scope_nothing(cast: Cast) -> None:
    for program, status in ((Program(None), 401), (Program(cast["evaluator"], "see_insight"), 403)):
        for path in PATHS:
            answer = program.get(f"evaluation/{path.format(study=uuid4(), draw=uuid4())}")
            assert answer.status_code == status, path


def test_what_is_not_there_is_not_found(cast: Cast) -> None:
    for path in PATHS[1:]:
        answer = Program(cast["evaluator"]).get(f"evaluation/{path.format(study=uuid4(), draw=uuid4())}")
        assert answer.status_code == 404, path
