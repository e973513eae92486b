"""Photographs by API: typed, by scope, through the gate, each look by itself."""

from uuid import uuid4

import pytest
from django.test import Client, override_settings

from commonweal.encounters import actions
from commonweal.kernel.models import JournalLine
from factories.caller import Program
from factories.cast import worker
from factories.pictured import Pictured, pictured

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path):
    """A folder of files of its own."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def at() -> Pictured:
    """Three photographs of one evening."""
    return pictured()


def test_listed_and_taken_by_whom_the_gate_opens_them(at: Pictured) -> None:
    program = Program(at.held.manager, "work_cases")
    rows = program.seen(f"photographs/of-encounter/{at.record}")
    assert {row["kind"] for row in rows} == {"scene", "identification"}
    [scene] = [row for row in rows if row["kind"] == "scene"]
    assert scene["caption"] == "Broken pane" and scene["part"] == "behaviours_observed" and scene["is_open"]
    for query in ("", "?small=true"):
        answer = program.get(f"photographs/{scene['id']}{query}")
        assert answer["Content-Type"] == "image/jpeg" and answer.content.startswith(b"\xff\xd8\xff")
        assert "sandbox" in answer["Content-Security-Policy"] and "no-store" in answer["Cache-Control"]
    reads = JournalLine.objects.filter(kind="sharing.read", data__id=scene["id"], actor=at.held.manager.id)
    assert reads.count() == 3


def test_the_team_reads_its_own_for_the_emergency_and_the_desk_does_not(at: Pictured) -> None:
    path = f"photographs/of-encounter/{at.record}?purpose=emergency"
    assert {row["kind"] for row in Program(at.worker).seen(path)} >= {"injury", "scene"}
    desk = Program(at.centre.desk)
    assert desk.get(path).status_code == 403, "a dispatcher's role holds none of the scopes"


def test_refused_withdrawn_and_unknown(at: Pictured) -> None:
    program, injury, scene = Program(at.held.manager), at.photograph("injury"), at.photograph("scene")
    assert program.get(f"photographs/{injury.id}").status_code in (403, 404)
    assert program.get(f"photographs/{uuid4()}").status_code == 404
    assert program.seen(f"photographs/of-encounter/{uuid4()}") == []
    actions.withdraw_photograph(by=at.medic, photograph=scene.id, reason="duplicate")
    assert program.get(f"photographs/{scene.id}").status_code == 409
    assert str(scene.id) not in str(program.seen(f"photographs/of-encounter/{at.record}"))


def test_without_the_scope_the_tie_or_a_token_there_is_nothing(at: Pictured) -> None:
    scene = at.photograph("scene").id
    paths = (f"photographs/{scene}", f"photographs/of-encounter/{at.record}")
    outside = worker(at.centre.cast.agency["hmis_shelter"], "case_manager")
    for path in paths:
        assert Program(None).get(path).status_code == 401
        assert Program(at.centre.cast["supervisor"]).get(path).status_code == 403
        assert Program(at.held.manager).get(f"{path}?purpose=novel").status_code in (400, 422)
    assert Program(outside).get(paths[0]).status_code in (403, 404)
    assert Program(outside).seen(paths[1]) == []


def test_it_is_described_as_a_picture(at: Pictured) -> None:
    paths = Client().get("/api/openapi.json").json()["paths"]
    told = paths["/api/v1/photographs/{photograph}"]["get"]["responses"]["200"]["content"]
    assert "image/jpeg" in told
    listed = paths["/api/v1/photographs/of-encounter/{encounter}"]["get"]["responses"]["200"]
    assert "PhotographOut" in str(listed)


def test_a_program_hears_of_the_notice_in_a_header() -> None:
    """What a consent opened of treatment comes with its words: the list, and the picture."""
    at = pictured("part2_program", "part2")
    program = Program(at.held.manager)
    for path in (f"photographs/of-encounter/{at.record}", f"photographs/{at.photograph('scene').id}"):
        answer = program.get(path)
        assert answer.status_code == 200 and "42 CFR part 2" in answer["Redisclosure-Notice"]


def test_without_a_consent_the_case_manager_is_given_none() -> None:
    at = pictured(form="")
    program = Program(at.held.manager)
    assert program.seen(f"photographs/of-encounter/{at.record}") == []
    assert program.get(f"photographs/{at.photograph('scene').id}").status_code == 403
