"""The door of the phone: keys for a shift, what goes along, what comes in, and what a lost phone meets."""

import base64
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.agencies.queries import KEPT
from commonweal.calls import actions as calls
from commonweal.encounters.models import Encounter, Held
from commonweal.people import actions as people
from commonweal.web.session import LEASE
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
SYNC, PACK = "/field/sync/", "/field/pack/"


@pytest.fixture(name="centre")
def a_centre() -> Centre:
    reverse("field:index")  # whoever reads the paths hears of sign-ins: devices are entered
    return open_centre()


@pytest.fixture(name="call")
def a_call(centre: Centre) -> UUID:
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    return call


def post(client: Client, path: str, body: object, token: str = "") -> Any:
    headers = {"X-Field-Lease": token} if token else {}
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def leased(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = post(client, "/field/lease/", {}).json()
    return found


def change(kind: str, record: UUID, value: object = None, **more: object) -> dict[str, object]:
    return {"id": str(uuid4()), "kind": kind, "record": str(record), "value": value, **more}


def test_a_lease_is_the_same_when_asked_again_and_earlier_keys_come_back(centre: Centre) -> None:
    client = visit(centre.crews["CO1"][1], "phone")
    first = leased(client)
    again = post(client, "/field/lease/", {"earlier": [first["id"], str(uuid4()), "x"]}).json()
    assert again["id"] == first["id"] and again["earlier"][0]["key"] == first["key"]
    assert len(again["earlier"]) == 1 and len(base64.b64decode(first["key"])) == 32
    assert first["expires"] > first["now"] and client.session[LEASE] == first["id"]


def test_the_pack_holds_the_card_and_each_part_has_its_end(centre: Centre, call: UUID) -> None:
    person, _ = someone(centre.cast, "police")
    people.keep_plan(
        by=SETUP, person=person, agency=centre.cast.agency["police"], helps="Speak softly", harms=""
    )
    calls.identify(by=centre.desk, call=call, person=person)
    client = visit(centre.crews["CO1"][1], "phone")
    lease = leased(client)
    record = uuid4()
    post(client, SYNC, {"operations": [change("open", record, {"call": str(call)})]}, lease["token"])
    pack = client.get(PACK).json()
    text = json.dumps(pack)
    assert "412 Cedar Ave" in text and "Speak softly" in text and "Rosa Delgado" in text
    for part in ("call_facts", "plans", "identities"):
        assert pack["now"] < pack["assigned"][part]["expires"] <= lease["expires"]
    [one] = pack["encounters"]
    assert one["id"] == str(record) and one["expires"] <= lease["expires"]
    assert {s["code"] for s in pack["screeners"]} >= {"phq9", "asq"} and pack["receivers"]
    officer = visit(centre.crews["CO1"][0], "phone")
    assert officer.get(PACK).json()["screeners"] == []


def test_a_batch_comes_in_and_comes_again(centre: Centre, call: UUID) -> None:
    client = visit(centre.crews["CO1"][1], "phone")
    lease, record = leased(client), uuid4()
    batch = [change("open", record, {"call": str(call)}),
             change("set", record, "Calm.", field="shared_note", base=1)]  # fmt: skip
    for outcome in ("applied", "already"):
        said = post(client, SYNC, {"operations": batch, "skew_ms": 0}, lease["token"])
        assert said.status_code == 200 and {a["outcome"] for a in said.json()["answers"]} == {outcome}
    assert Encounter.objects.get().shared_note == "Calm." and not said.json()["wipe"]


def test_two_versions_go_along_in_words_and_with_names(centre: Centre, call: UUID) -> None:
    officer, clinician = (visit(one, "phone") for one in centre.crews["CO1"])
    record = uuid4()
    opened = change("open", record, {"call": str(call)})
    first = change("set", record, "Calm.", field="shared_note", base=1)
    post(clinician, SYNC, {"operations": [opened, first]}, leased(clinician)["token"])
    late = change("set", record, "Loud.", field="shared_note", base=1)
    post(officer, SYNC, {"operations": [late]}, leased(officer)["token"])
    for client in (officer, clinician):
        [one] = client.get(PACK).json()["conflicts"]
        assert (one["standing"], one["offered"], one["field"]) == ("Calm.", "Loud.", "shared_note")
        assert "Clinician" in one["standing_by"] and "Officer" in one["offered_by"]


def test_who_has_to_sign_in_first_loses_nothing(centre: Centre, call: UUID) -> None:
    client = visit(centre.crews["CO1"][1], "phone")
    token, body = leased(client)["token"], {"operations": [change("open", uuid4(), {"call": str(call)})]}
    other = visit(centre.crews["CO1"][0], "phone")
    for stranger in (Client(), other, visit(centre.cast["analyst"])):
        said = post(stranger, SYNC, body, token)
        assert said.status_code == 401 and said.json()["sign_in"]
    assert not Encounter.objects.exists()
    assert post(client, SYNC, body, token).status_code == 200


def test_without_a_proven_lease_nothing_comes_in(centre: Centre) -> None:
    client = visit(centre.crews["CO1"][1], "phone")
    token = leased(client)["token"]
    for wrong in ("", "x", token[:-1] + ("0" if token[-1] != "0" else "1")):
        assert post(client, SYNC, {"operations": []}, wrong).status_code == 403
    for body in ([], {"operations": 1}, {"operations": ["x"]}, {"operations": [], "skew_ms": "late"}):
        assert post(client, SYNC, body, token).status_code == 400
    assert client.get(SYNC).status_code == 405


def test_a_lost_phone_hands_in_what_it_kept_and_is_told_to_wipe(centre: Centre, call: UUID) -> None:
    clinician = centre.crews["CO1"][1]
    client = visit(clinician, "phone")
    lease = leased(client)
    device = UUID(client.session[KEPT])
    agencies.revoke_device(by=clinician, device=device, reason="Lost")
    batch = {"operations": [change("open", uuid4(), {"call": str(call)})]}
    said = post(client, SYNC, batch, lease["token"]).json()
    assert said["wipe"] and {a["outcome"] for a in said["answers"]} == {"quarantined"}
    assert Held.objects.count() == 1 and not Encounter.objects.exists()
    assert client.get(PACK).status_code == 302


def test_signing_out_ends_the_lease_but_never_what_waits(centre: Centre) -> None:
    client = visit(centre.crews["CO1"][1], "phone")
    before = leased(client)
    left = client.post(reverse("account_logout"))
    assert left["Clear-Site-Data"] == '"cache"', "what waits on the phone lies there sealed"
    desk = visit(centre.desk)
    assert "storage" in desk.post(reverse("account_logout"))["Clear-Site-Data"]
    client = visit(centre.crews["CO1"][1], "phone")
    assert leased(client)["id"] != before["id"]


def test_other_desks_have_no_phone(centre: Centre) -> None:
    for role in ("call_taker", "case_manager", "administrator"):
        client = visit(centre.cast[role])
        assert client.get(PACK).status_code == 403 and post(client, "/field/lease/", {}).status_code == 403
    assert Client().get(PACK).status_code == 302
