"""A call leaves as a valid document of what its receiver may have; what left is in the journal."""

import io
import json
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from commonweal.calls import actions as calls
from commonweal.calls.events import CallHandedOver
from commonweal.calls.models import Call
from commonweal.cli.main import main
from commonweal.kernel.errors import NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing.models import Disclosure, Holding
from factories.calls import CALM, Centre, open_centre

from ..shared_data import real_files
from .sample import changed, put, whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(db: None) -> Centre:
    """A centre at work."""
    return open_centre()


@cache
def schema() -> Draft202012Validator:
    """The published schema; skipped where it is absent."""
    rules = json.loads(real_files("eido/eido.bundled.schema.json")[0].read_text())
    return Draft202012Validator(rules, format_checker=FormatChecker())


def faults(document: object) -> list[str]:
    """Where a document is not valid."""
    found = schema().iter_errors(document)
    return [".".join(map(str, one.absolute_path)) + f": {one.message}" for one in found]


def export(tmp_path: Path, call: object, *words: str) -> dict[str, Any]:
    """One call by the command."""
    out = tmp_path / "out.json"
    with redirect_stdout(io.StringIO()):
        assert main(["export", "eido", str(call), "--out", str(out), *words]) == 0
    assert out.stat().st_mode & 0o077 == 0, "nobody else on the machine may read it"
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def full(centre: Centre) -> Any:
    """A call with everything in it."""
    call = centre.call(CALM, words="She is <b>afraid</b> & alone.", nature="mental_health_crisis")
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="asked for")
    return call


def test_a_whole_call_is_valid_and_says_what_stands(centre: Centre, tmp_path: Path) -> None:
    found = export(tmp_path, full(centre))
    assert found["incidentComponent"]["incidentTypeCommonRegistryText"] == "EDP"
    assert found["notesComponent"][0]["notesActionComments"] == "She is <b>afraid</b> & alone."
    assert found["callbackComponent"][0]["callBackInformationUri"] == ["tel:555-0199"]
    assert found["emergencyResourceComponent"][0]["emergencyResourceName"] == "T1"
    assert "412 Cedar Ave" in found["locationComponent"][0]["locationByValue"]
    assert JournalLine.objects.filter(kind="calls.handed_over").count() == 1
    assert faults(found) == []


def test_every_reference_points_to_a_component(centre: Centre, tmp_path: Path) -> None:
    text = json.dumps(export(tmp_path, full(centre)))
    keys = set(_values(json.loads(text), "$id"))
    assert set(_values(json.loads(text), "$ref")) <= keys


def _values(node: Any, key: str) -> list[str]:
    if isinstance(node, dict):
        own = [node[key]] if key in node else []
        return own + [one for value in node.values() for one in _values(value, key)]
    return [one for value in node for one in _values(value, key)] if isinstance(node, list) else []


def test_a_receiver_gets_what_its_own_permit_opens(centre: Centre, tmp_path: Path) -> None:
    call = full(centre)
    found = export(tmp_path, call, "--to", "Harlow 988")
    text = json.dumps(found)
    assert not any(said in text for said in ("Ana Torres", "555-0199", "afraid", "Cedar", "26-0", "EDP"))
    assert set(found) >= {"incidentComponent", "agencyComponent"} and "callComponent" not in found
    assert faults(found) == []
    line = JournalLine.objects.filter(kind="calls.handed_over").latest("id")
    assert line.data["fields"] == [] and JournalLine.objects.filter(kind="sharing.refused").exists()
    assert not Disclosure.objects.exists()


def test_a_sealed_call_does_not_exist(centre: Centre, tmp_path: Path) -> None:
    call = full(centre)
    Holding.objects.filter(subject=call).update(is_sealed=True)
    for words in ([], ["--to", "Harlow 988"]):
        assert main(["export", "eido", str(call), "--out", str(tmp_path / "x.json"), *words]) == 3
    assert not (tmp_path / "x.json").exists()


@pytest.mark.parametrize("said", ["26-999999", "not a number", "0" * 32])
def test_an_unknown_call_is_named(centre: Centre, tmp_path: Path, said: str) -> None:
    assert main(["export", "eido", said, "--out", str(tmp_path / "x.json")]) in (2, 3)


def test_an_unknown_receiver_and_place_are_named(centre: Centre, tmp_path: Path) -> None:
    call = str(centre.call())
    assert main(["export", "eido", call, "--out", str(tmp_path / "x.json"), "--to", "Nobody"]) == 2
    assert main(["export", "eido", call, "--out", str(tmp_path / "none" / "x.json")]) == 2


def test_our_own_call_that_comes_back_is_not_doubled(centre: Centre, tmp_path: Path) -> None:
    path = put(tmp_path, export(tmp_path, full(centre)))
    with redirect_stdout(io.StringIO()):
        main(["import", "eido", str(path), "--json"])
    assert Call.objects.count() == 1


def test_what_came_in_goes_out_and_comes_in_again_as_the_same(db: None, tmp_path: Path) -> None:
    with redirect_stdout(io.StringIO()):
        main(["import", "eido", str(put(tmp_path, whole())), "--json"])
    before = Call.objects.get()
    found = export(tmp_path, before.number)
    assert faults(found) == []
    with redirect_stdout(io.StringIO()):
        main(["import", "eido", str(put(tmp_path, found)), "--agency", "Elsewhere", "--json"])
    after = Call.objects.get(agency__name="Elsewhere")
    for name in ("number", "nature", "received", "answered", "lon", "lat", "caller_name", "caller_phone",
                 "language", "address", "address_extra", "city"):  # fmt: skip
        assert getattr(after, name) == getattr(before, name), name
    assert [note.text for note in after.notes.all()] == [note.text for note in before.notes.all()]


def test_the_given_schema_is_asked_before_anything_is_written(centre: Centre, tmp_path: Path) -> None:
    rules = put(tmp_path, {"type": "object", "required": ["moon"]}, "rules.json")
    out = tmp_path / "x.json"
    words = ["export", "eido", str(centre.call()), "--out", str(out), "--schema", str(rules)]
    assert main(words) == 2 and not out.exists()


RULES: list[tuple[str, object]] = [(path, None) for path in (
    "$id lastUpdateTimeStamp updatedByAgencyReference eidoVersion issuingElementIdentification "
    "agencyComponent incidentComponent.$id incidentComponent.incidentTypeCommonRegistryText "
    "callComponent.0.direction "
    "callComponent.0.callStartTimestamp callComponent.0.callStateRegistryText agencyComponent.0.agencyType "
    "callComponent.0.standardPrimaryCallType notesComponent.0.notesActionComments "
    "personComponent.0.personIncidentRoleRegistryText agentComponent.0.agentRoleRegistryText "
    "locationComponent.0.locationTypeDescriptionRegistryText "
    "agencyComponent.0.agencyRoleDescriptionRegistryText "
    "emergencyResourceComponent.0.primaryUnitStatusRegistryText emergencyResourceComponent.0.agentReference"
).split()] + [
    ("eidoVersion", "1.1"), ("callComponent.0.direction", "sideways"), ("lastUpdateTimeStamp", "yesterday"),
    ("callComponent.0.callStartTimestamp", "noon"), ("incidentComponent.locationReference", [{"ref": "x"}]),
    ("notesComponent.0.notesActionComments", 7), ("agentComponent.0.agentRoleRegistryText", []),
]  # fmt: skip


def test_each_rule_that_is_relied_on_is_a_rule(centre: Centre, tmp_path: Path) -> None:
    """One member taken out of a valid document, or spoilt, and it is valid no more: the check is one."""
    found = export(tmp_path, full(centre))
    assert [(path, value) for path, value in RULES if not faults(changed(path, value, found))] == []


def test_the_whole_goes_back_to_its_own_centre_alone(centre: Centre) -> None:
    """A worker of it, or its operator's command; to others there is no such call, and no line of one."""
    call = full(centre)
    before = JournalLine.objects.filter(kind=CallHandedOver.kind).count()
    for other in ("patrol_officer", "shelter_worker", "analyst"):
        with pytest.raises(NotFound):
            calls.hand_back(by=centre.cast[other], call=call)
    assert JournalLine.objects.filter(kind=CallHandedOver.kind).count() == before
    assert calls.hand_back(by=centre.desk, call=call).call == call
