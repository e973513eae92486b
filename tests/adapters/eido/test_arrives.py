"""Incidents become calls: each once, brought up to date, never doubled, never rolled back, nothing lost."""

import csv
import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from commonweal.calls.models import Call, Document, Note
from commonweal.cli.main import main
from commonweal.sharing.models import Holding

from .sample import OWNER, changed, later, put, whole

pytestmark = pytest.mark.django_db
FIGURES = ("read", "accepted", "updated", "unchanged", "rejected")


def run(*paths: Path, agency: str = "") -> dict[str, Any]:
    """One import by the command, as it prints it."""
    said = io.StringIO()
    with redirect_stdout(said):
        main(["import", "eido", *map(str, paths), *(["--agency", agency] if agency else []), "--json"])
    found: dict[str, Any] = json.loads(said.getvalue())
    return found


def figures(*paths: Path, agency: str = "") -> tuple[int, ...]:
    """read, accepted, updated, unchanged, rejected."""
    said = run(*paths, agency=agency)
    assert list(said)[:6] == [*FIGURES, "rejects_file"]
    return tuple(said[name] for name in FIGURES)


def listing(path: str) -> list[dict[str, str]]:
    """A list of rejects or findings."""
    return list(csv.DictReader(Path(path).open(newline="", encoding="utf-8")))


def test_an_incident_becomes_a_call_of_its_agency(tmp_path: Path) -> None:
    assert figures(put(tmp_path, whole())) == (1, 1, 0, 0, 0)
    call = Call.objects.get()
    assert (call.agency.name, call.number, call.nature) == ("Harlow 911", "26-000412", "mental_health_crisis")
    assert (call.address, call.address_extra, call.caller_name) == ("412 N Cedar Ave", "Apt 3", "Ana Torres")
    assert (call.caller_phone, call.language, call.is_bh_intake) == ("+1-555-0142", "es", True)
    assert call.notes.get().text == "He is <b>pacing</b> and afraid."
    assert call.documents.get().body == whole()


def test_a_second_run_accepts_none_and_doubles_nothing(tmp_path: Path) -> None:
    path = put(tmp_path, [whole(), later(1), later(2)])
    assert figures(path) == (3, 1, 2, 0, 0)
    assert figures(path) == (3, 0, 0, 3, 0)
    assert (Call.objects.count(), Document.objects.count(), Note.objects.count()) == (1, 3, 3)


def test_an_older_document_never_rolls_a_newer_one_back(tmp_path: Path) -> None:
    newer = changed("incidentComponent.incidentTypeInternalText", "Calm now", later(3))
    assert figures(put(tmp_path, newer)) == (1, 1, 0, 0, 0)
    assert figures(put(tmp_path, whole())) == (1, 0, 0, 1, 0)
    call = Call.objects.get()
    assert call.nature_label == "Calm now / EDP"
    assert call.documents.count() == 2, "what it said stays with the call"


def test_what_an_update_does_not_say_is_not_taken_away(tmp_path: Path) -> None:
    bare = later(2)
    for part in ("locationComponent", "personComponent", "callbackComponent"):
        bare.pop(part)
    assert figures(put(tmp_path, [whole(), bare])) == (2, 1, 1, 0, 0)
    call = Call.objects.get()
    assert (call.address, call.caller_name, call.language) == ("412 N Cedar Ave", "Ana Torres", "es")


def test_the_same_id_at_another_agency_is_another_call(tmp_path: Path) -> None:
    other = changed("agencyComponent.0.$id", "psap.other.example")
    assert figures(put(tmp_path, [whole(), other]), agency="Region") == (2, 2, 0, 0, 0)
    assert {call.agency.name for call in Call.objects.all()} == {"Region"}


def test_each_agency_keeps_its_own(tmp_path: Path) -> None:
    nameless = changed("agencyComponent.0.agencyJcard", None)
    nameless["incidentComponent"]["$id"] = "urn:other"
    assert figures(put(tmp_path, [whole(), nameless])) == (2, 2, 0, 0, 0)
    assert {call.agency.name for call in Call.objects.all()} == {"Harlow 911", OWNER}


def test_refusals_and_doubts_are_listed_by_field_value_and_remedy(tmp_path: Path) -> None:
    bad = changed("callComponent.0.callStartTimestamp", "<script>alert(1)</script>")
    odd = changed("incidentComponent.incidentStatusCommonRegistryText", ["Zonked"])
    said = run(put(tmp_path, [bad, odd]))
    assert (said["read"], said["accepted"], said["rejected"]) == (2, 1, 1)
    (refused,) = listing(said["rejects_file"])
    assert (refused["line"], refused["field"]) == ("1", "callComponent.callStartTimestamp")
    assert refused["value"] == "<script>alert(1)</script>" and "NENA" in refused["reason"]
    found = listing(said["findings_file"])
    assert {row["field"] for row in found} == {"incidentStatus", "incidentStatusCommonRegistryText"}
    assert said["findings"] == 2


def test_a_file_of_nothing_but_refusals_ends_with_2(tmp_path: Path) -> None:
    with redirect_stdout(io.StringIO()):
        assert main(["import", "eido", str(put(tmp_path, b"<html>")), "--json"]) == 2
    assert not Call.objects.exists()


def test_a_call_of_the_lifeline_stands_under_its_own_regime(tmp_path: Path) -> None:
    doc = changed("callComponent.0.localCallType", "988")
    plain = changed("incidentComponent.$id", "urn:other")
    run(put(tmp_path, [doc, plain]))
    held = dict(Holding.objects.values_list("call", "source_program"))
    assert {call.source: held[call.id] for call in Call.objects.all()} == {
        "lifeline_988": "lifeline_988", "911": "ecc"
    }  # fmt: skip


def test_a_call_taken_here_is_not_overwritten(tmp_path: Path) -> None:
    path = put(tmp_path, whole())
    run(path)
    Call.objects.update(run=None)
    assert figures(put(tmp_path, later(4))) == (1, 0, 0, 0, 1)
    assert Call.objects.get().notes.count() == 1
