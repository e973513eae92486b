"""Calls over the API: taken, triaged, met, ended; read through the gate; and who gets nothing."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.kernel.actors import Actor
from factories.calls import CALM, TROUBLED, Centre, open_centre
from factories.cast import SETUP

pytestmark = pytest.mark.django_db
BASE = "/api/v1/calls/"


class Caller:
    """One token's holder."""

    def __init__(self, actor: Actor, *scopes: str) -> None:
        _, secret = agencies.issue_token(by=SETUP, account=UUID(actor.id), name="t", scopes=scopes)
        self.client, self.head = Client(), {"Authorization": f"Bearer {secret}"}

    def get(self, path: object = "") -> Any:
        """A GET."""
        return self.client.get(f"{BASE}{path}", headers=self.head)

    def post(self, path: object = "", **body: Any) -> Any:
        """A POST with JSON."""
        return self.client.post(f"{BASE}{path}", body, content_type="application/json", headers=self.head)


@pytest.fixture
def centre() -> Centre:
    """A centre at work."""
    return open_centre()


@pytest.fixture
def desk(centre: Centre) -> Caller:
    """The dispatch system of another maker."""
    return Caller(centre.desk, "take_calls", "watch_board")


def taken(desk: Caller, **more: Any) -> str:
    """A call that came in over the API."""
    given = {
        "source": "911", "address": "412 Cedar Ave", "lon": -121.6, "lat": 38.5, "caller_name": "Ana Torres",
        "nature": "welfare_check", "words": "She is in the road", **more,
    }  # fmt: skip
    made = desk.post(**given)
    assert made.status_code == 201, made.content
    return str(made.json()["id"])


def test_a_call_from_the_first_word_to_the_last(centre: Centre, desk: Caller) -> None:
    """The same acts as at the desk."""
    call = taken(desk)
    outcome = desk.post(f"{call}/answers", answers=TROUBLED).json()
    assert outcome["tier"] == "T2" and outcome["settled"] and outcome["missing"] == []
    assert "suicide_plan" in [rule["id"] for rule in outcome["fired"]]

    advice = desk.get(f"{call}/recommendation").json()
    assert advice["picks"] == [str(centre.units["CO1"])] and advice["arrival_minutes"] > 0
    assert advice["parts"][0]["options"][0]["call_signs"] == ["CO1"]
    assert {short["call_sign"] for short in advice["parts"][0]["shortfalls"]} >= {"M1", "TEL"}

    sent = desk.post(f"{call}/dispatch").json()
    assert [unit["call_sign"] for unit in sent["units"]] == ["CO1"]
    crew, unit = Caller(centre.crews["CO1"][0], "work_field"), centre.units["CO1"]
    assert crew.post(f"{call}/units/{unit}/status", status="on_scene").json()["state"] == "on_scene"
    assert crew.post(f"units/{unit}/position", lon=-121.59, lat=38.51).status_code == 204
    seen = next(u for u in desk.get("units").json() if u["call_sign"] == "CO1")
    assert (seen["lon"], seen["status"], seen["call"]) == (-121.59, "on_scene", call)

    down = crew.post(f"{call}/reassess", tier="T4", reason="calm, wants to talk").json()
    assert down["tier"] == "T4" and down["is_overridden"]
    ended = crew.post(f"{call}/end", is_behavioural_health=True, disposition="Stayed at home").json()
    assert ended["state"] == "cleared"
    assert crew.get(f"{call}/facts").status_code == 404, "the crew has left the call"
    assert desk.get(f"{call}/facts").status_code == 200


def test_facts_come_through_the_gate_with_what_was_withheld(centre: Centre, desk: Caller) -> None:
    """Points, times and names for those on the call."""
    found = desk.get(f"{taken(desk)}/facts").json()
    assert found["exact_address"] == {"text": "412 Cedar Ave", "lon": -121.6, "lat": 38.5}
    assert found["caller_name"] == "Ana Torres" and "received" in found["time"] and found["withheld"] == []


def test_the_list_is_the_own_centres_and_names_nobody(centre: Centre, desk: Caller) -> None:
    """No address, no caller, no kind."""
    call = taken(desk)
    taken(desk, source="lifeline_988")
    answer = desk.get()
    assert [row["id"] for row in answer.json()] == [call]
    assert (
        b"Cedar" not in answer.content
        and b"Torres" not in answer.content
        and b"welfare" not in answer.content
    )


def test_protocols_are_public_to_the_letter(centre: Centre) -> None:
    """Without a token."""
    listed = Client().get(f"{BASE}protocols").json()
    assert [(p["code"], p["is_approved"]) for p in listed] == [("harlow", True)]
    body = Client().get(f"{BASE}protocols/{listed[0]['id']}").json()
    assert body["protocol"] == "harlow" and body["unknown"] == "worst" and len(body["gates"]) > 5
    assert Client().get(f"{BASE}protocols/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"source": "telegraph"}, "source"),
        ("", {"source": "911", "lon": 1.0}, "lat"),
        ("", {"source": "911", "lon": 1.0, "lat": 210.0}, "latitude"),
        ("", {}, "body.source"),
        ("{call}/answers", {"answers": {"colour": "red"}}, "answers"),
        ("{call}/override", {"tier": "T1", "reason": ""}, "reason"),
        ("{call}/dispatch", {"units": ["not-a-unit"]}, "body.units.0"),
    ],
)
def test_bad_input_names_field_and_remedy(
    centre: Centre, desk: Caller, path: str, body: dict[str, Any], field: str
) -> None:
    """As a problem."""
    answer = desk.post(path.format(call=taken(desk)), **body)
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert field.split(".")[-1] in problem["field"] or problem["field"].endswith(field)
    assert problem["remedy"]


def test_a_unit_that_is_taken_is_a_conflict(centre: Centre, desk: Caller) -> None:
    """Said in words."""
    unit = str(centre.units["CO1"])
    for call, status in ((taken(desk), 200), (taken(desk), 409)):
        desk.post(f"{call}/answers", answers=TROUBLED)
        answer = desk.post(f"{call}/dispatch", units=[unit], reason="closest by far")
        assert answer.status_code == status


class TestRefusals:
    """No token, no scope, no tie."""

    READS = ("", "units", "{call}", "{call}/facts", "{call}/recommendation")
    ACTS = ("{call}/answers", "{call}/dispatch", "{call}/override", "{call}/reassess", "{call}/end")
    BODY: dict[str, Any] = {
        "answers": {}, "tier": "T1", "reason": "because", "is_behavioural_health": True, "units": [],
    }  # fmt: skip

    def test_without_a_token_nothing(self, centre: Centre) -> None:
        """401 everywhere but the protocols."""
        call = centre.call(CALM)
        for path in self.READS:
            assert Client().get(BASE + path.format(call=call)).status_code == 401
        for path in self.ACTS:
            answer = Client().post(BASE + path.format(call=call), self.BODY, content_type="application/json")
            assert answer.status_code == 401

    @pytest.mark.parametrize(
        ("role", "scope"),
        [
            ("patrol_officer", "work_field"), ("clinician", "work_field"), ("case_manager", "work_cases"),
            ("analyst", "see_insight"), ("administrator", "administer"), ("call_taker", "read"),
        ],
    )  # fmt: skip
    def test_whoever_is_not_on_the_call_finds_none(self, centre: Centre, role: str, scope: str) -> None:
        """The same answer as for a call that does not exist."""
        call, nobody = centre.call(CALM), uuid4()
        caller = Caller(centre.cast[role], scope)
        for path in self.READS[2:]:
            real, made_up = (caller.get(path.format(call=c)) for c in (call, nobody))
            assert real.status_code == made_up.status_code in (403, 404) and real.content == made_up.content
        for path in self.ACTS:
            real, made_up = (caller.post(path.format(call=c), **self.BODY) for c in (call, nobody))
            assert real.status_code == made_up.status_code in (403, 404) and real.content == made_up.content

    def test_a_crew_moves_its_own_unit_only(self, centre: Centre) -> None:
        """Nobody else's."""
        crew = Caller(centre.crews["P1"][0], "work_field")
        assert crew.post(f"units/{centre.units['P1']}/position", lon=-121.6, lat=38.5).status_code == 204
        assert crew.post(f"units/{centre.units['C1']}/position", lon=-121.6, lat=38.5).status_code == 404

    def test_a_crew_sees_its_call_while_it_is_on_it(self, centre: Centre) -> None:
        """Not before."""
        call = centre.call(TROUBLED)
        crew = Caller(centre.crews["CO1"][1], "work_field")
        assert crew.get(f"{call}/facts").status_code == 404
        calls.dispatch(by=centre.desk, call=call)
        assert crew.get(f"{call}/facts").json()["caller_name"] == "Ana Torres"
