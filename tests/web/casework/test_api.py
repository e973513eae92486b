"""Cases, training and the bell for programmes: by scope, by opaque id, the plan through the gate."""

import pytest
from django.test import Client

from commonweal.agencies import actions as agencies
from commonweal.cases import actions as cases
from commonweal.kernel.actors import Actor
from factories.cases import support
from factories.cast import SETUP, worker

pytestmark = pytest.mark.django_db


def get(actor: Actor, path: str, *scopes: str):
    """Ask with a fresh token of these scopes."""
    _, secret = agencies.issue_token(by=SETUP, account=actor.id, name="t", scopes=scopes)
    return Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {secret}"})


def test_the_list_names_nobody_and_the_plan_passes_the_gate():
    at = support()
    cases.write_plan(by=at.manager, case=at.case, own_words="My own key")
    listed = get(at.manager, "cases/", "work_cases")
    assert [row["id"] for row in listed.json()] == [str(at.case)] and b"Rosa" not in listed.content
    told = get(at.manager, f"cases/{at.case}/plan", "work_cases").json()
    assert told["values"]["goals"]["own_words"] == "My own key"
    other = worker(at.cast.agency["hmis_shelter"], "case_manager")
    assert get(other, f"cases/{at.case}/plan", "work_cases").status_code == 403
    assert get(at.manager, "cases/", "learn").status_code == 403


def test_training_and_the_bell_answer_for_their_account():
    at = support()
    assert get(at.manager, "training/standing", "learn").json()["may_be_sent"] is True
    assert get(at.manager, "training/sessions", "learn").json() == []
    assert get(at.manager, "messages/unread", "learn").json() == []
    assert get(at.manager, "training/standing", "work_cases").status_code == 403
