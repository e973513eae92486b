"""The door of the phone: keys for a shift, what goes along, what comes in, and what a lost phone meets."""

import base64
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.agencies.queries import KEPT
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.encounters import queries as encounters
from commonweal.encounters.models import Encounter, Held
from commonweal.kernel import journal
from commonweal.messages import queries as bells
from commonweal.people import actions as people
from commonweal.sharing import actions as sharing
from commonweal.web.session import LEASE
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP, someone, worker
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


def test_what_lies_on_the_phone_lies_there_with_its_notice(centre: Centre, call: UUID) -> None:
    """What a treatment programme says helps, which the person agreed that the clinician may read."""
    person, _ = someone(centre.cast, "part2_program")
    people.keep_plan(
        by=SETUP, person=person, agency=centre.cast.agency["part2_program"], helps="Speak softly", harms=""
    )
    calls.identify(by=centre.desk, call=call, person=person)
    client = visit(centre.crews["CO1"][1], "phone")
    leased(client)
    before = client.get(PACK).json()
    assert before["notice"] == "" and "Speak softly" not in json.dumps(before)
    sharing.record_consent(
        by=SETUP, person=person, form="part2", recipients=[centre.cast.agency["health"]],
        categories=["safety_alerts"], purposes=["emergency"], signer="Rosa Delgado", signature="M0 0L9 9",
    )  # fmt: skip
    pack = client.get(PACK).json()
    assert "Speak softly" in json.dumps(pack)
    assert pack["notice"].startswith("42 CFR part 2 prohibits") and "Opened by a consent to" in pack["notice"]
    client.cookies["django_language"] = "es"
    assert client.get(PACK).json()["notice"].startswith("La norma 42 CFR parte 2")
    assert "data-notice" in client.get("/field/app/").content.decode(), "the page has its place"


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


def test_the_team_chooses_on_the_page_and_the_supervisor_sees_that_it_waits(
    centre: Centre, call: UUID
) -> None:
    officer, clinician = (visit(one, "phone") for one in centre.crews["CO1"])
    record = uuid4()
    first = change("set", record, ["anxious"], field="behaviours", base=1)
    opened = change("open", record, {"call": str(call)})
    post(clinician, SYNC, {"operations": [opened, first]}, leased(clinician)["token"])
    late = change("set", record, ["angry"], field="behaviours", base=1)
    post(officer, SYNC, {"operations": [late]}, leased(officer)["token"])
    page = officer.get(f"/field/encounter/{record}/").content.decode()
    assert "Which one stands?" in page and "Anxious</strong>" in page and "Angry</strong>" in page
    board = visit(centre.cast["supervisor"]).get(f"/board/{call}/").content.decode()
    assert "Two answers wait" in board and "Angry" not in board
    journal.seal_all()
    flow.drain()
    for account in (*centre.crews["CO1"], centre.cast["supervisor"]):
        assert "versions_diverged" in {one.kind for one in bells.unread(account)}
    [two] = encounters.divergences()
    chosen = {"divergence": str(two.id), "keep": "offered"}
    stranger = visit(centre.crews["T1"][0])
    assert stranger.post(f"/field/encounter/{record}/settle/", chosen).status_code == 404
    assert officer.post(f"/field/encounter/{record}/settle/", chosen).status_code == 302
    assert Encounter.objects.get().behaviours == ["angry"]
    assert "Which one stands?" not in officer.get(f"/field/encounter/{record}/").content.decode()


@pytest.mark.parametrize("act", ["release", "discard"])
def test_a_keeper_releases_or_discards_what_a_lost_phone_handed_in(
    centre: Centre, call: UUID, act: str
) -> None:
    clinician = centre.crews["CO1"][1]
    client = visit(clinician, "phone")
    lease = leased(client)
    agencies.revoke_device(by=clinician, device=UUID(client.session[KEPT]), reason="Lost")
    batch = {"operations": [change("open", uuid4(), {"call": str(call), "description": "Grey coat"})]}
    post(client, SYNC, batch, lease["token"])
    keeper = worker(centre.cast.agency["health"], "administrator")
    desk = visit(keeper)
    journal.seal_all()
    flow.drain()
    assert "phone_held" in {one.kind for one in bells.unread(keeper)}
    page = desk.get("/account/devices/agency/").content.decode()
    assert "Handed in by phones" in page and "1 change" in page and "Grey coat" not in page
    sent = {"act": act, "lease": lease["id"], "reason": "Handed in at the front desk"}
    assert desk.post("/account/devices/agency/", {**sent, "reason": ""}).status_code == 400
    assert visit(centre.cast["supervisor"]).post("/account/devices/agency/", sent).status_code == 403
    assert desk.post("/account/devices/agency/", sent).status_code == 302
    assert Encounter.objects.count() == (1 if act == "release" else 0)
    assert "Handed in by phones" not in desk.get("/account/devices/agency/").content.decode()


def test_the_app_s_own_files_hold_nobody(centre: Centre, call: UUID) -> None:
    """Page, worker and manifest: what a phone keeps in the open."""
    clinician = centre.crews["CO1"][1]
    client = visit(clinician, "phone")
    shell = client.get("/field/app/").content.decode()
    name = agency_queries.account(UUID(clinician.id)).display_name
    assert "412 Cedar" not in shell and name not in shell and "Acute" not in shell
    assert "May we share this" in shell and "<script>" not in shell and "style=" not in shell
    worker_ = Client().get("/field/sw.js")
    assert (
        worker_["Content-Type"].startswith("text/javascript;") and b"/static/field/app.mjs" in worker_.content
    )
    told = Client().get("/field/manifest.webmanifest").json()
    assert (told["scope"], told["display"]) == ("/field/", "standalone")
    client.cookies["django_language"] = "es"
    assert "Sin red. Lo que escriba se guarda." in client.get("/field/app/").content.decode()


def test_the_place_is_the_own_unit_s_and_only_on_duty(centre: Centre) -> None:
    client = visit(centre.crews["CO1"][1], "phone")
    assert client.post("/field/place/", {"lon": "-121.61", "lat": "38.51"}).status_code == 204
    unit = next(u for u in call_queries.unit_states() if u.call_sign == "CO1")
    assert (unit.lon, unit.lat) == (-121.61, 38.51)
    for lon, lat in (("x", "1"), ("nan", "1"), ("500", "1"), ("", "")):
        assert client.post("/field/place/", {"lon": lon, "lat": lat}).status_code == 400
    off_duty = visit(worker(centre.cast.agency["health"], "clinician"))
    assert off_duty.post("/field/place/", {"lon": "1", "lat": "1"}).status_code == 404


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
