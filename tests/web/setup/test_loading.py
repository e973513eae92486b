"""A file handed in by browser: read beside the pages, told in words, its lists for whoever may."""

import csv
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonweal import flow
from commonweal.agencies import queries as agencies
from commonweal.kernel import imports, uploads
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.people.models import SourceRecord
from factories.cast import Cast, gather, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
HEADER = "call_number,agency,nature,priority,source,received,dispatched,address,longitude,latitude\n"
GOOD = "A1,police,WELFARE CHECK,2,911,2025-03-01 10:00:00,,412 Cedar Ave,-121.6,38.5\n"
BAD = "A2,police,NOISE,3,911,0001-01-01 00:00:00,,12 Oak St,,\n"


@pytest.fixture(name="cast")
def everybody() -> Cast:
    """One worker a role."""
    return gather()


def hand_in(client: Client, content: bytes, profile: str = "calls:calls_plain", **more: str) -> Any:
    """Post the form."""
    file = SimpleUploadedFile("week.csv", content)
    return client.post(reverse("setup:imports"), {"profile": profile, "file": file, **more})


def page_of(client: Client, path: str) -> str:
    """The text of a page that opens."""
    found = client.get(path)
    assert found.status_code == 200
    return str(found.content.decode())


def listed(client: Client, run: imports.ImportRun, which: str = "rejects") -> list[dict[str, str]]:
    """A list, downloaded."""
    answer: Any = client.get(reverse("setup:import_list", args=[run.id, which]))
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))


def test_a_file_is_handed_in_read_and_told_in_words(cast: Cast, instance: Path) -> None:
    client = visit(cast["administrator"])
    path = hand_in(client, (HEADER + GOOD + BAD).encode())["Location"]
    waiting = page_of(client, path)
    assert "waits to be read" in waiting and 'hx-trigger="every 2s"' in waiting
    [run] = imports.runs()
    assert run.state == "waiting" and uploads.file_of(run).stat().st_mode & 0o077 == 0

    assert flow.bring_in() and not flow.bring_in()
    told = page_of(client, path)
    assert "Rows read: 2. New: 1." in told and "Not kept: 1." in told and "every 2s" not in told
    [run] = imports.runs()
    assert run.state == "finished" and run.sources == ["week.csv"] and not uploads.file_of(run).exists()
    [row] = listed(client, run)
    assert (row["file"], row["line"], row["value"]) == ("week.csv", "3", "")
    assert "week.csv" in page_of(client, reverse("setup:imports"))

    hand_in(client, (HEADER + GOOD + BAD).encode())
    flow.bring_in()
    assert imports.runs()[0].counts["unchanged"] == 1, "the same file again doubles nothing"


PEOPLE = "id,first_name,last_name,dob\nK1,Ana,Torres,1980-02-03\nK2,Luis,Roy,31/12/1999\n"


def test_an_agencys_list_of_people_is_filed_under_it_with_a_report_on_quality(
    cast: Cast, instance: Path
) -> None:
    """Whoever handed it in learns how good it is, field by field, and nobody's name."""
    client, home = visit(cast["administrator"]), cast.agency["health"]
    path = hand_in(client, PEOPLE.encode(), "people:plain", agency=str(home))["Location"]
    assert flow.bring_in()
    [run] = imports.runs()
    assert (run.kind, run.agency, run.counts["accepted"]) == ("people", home, 2)
    kept = SourceRecord.objects.filter(agency=home, external_id="K1")
    assert list(kept.values_list("given", "family")) == [("Ana", "Torres")]
    told = page_of(client, path)
    assert "100% filled, 0 unreadable" in told and "1 date has the day before the month" in told
    assert "Torres" not in told and "1980" not in told
    assert "Torres" not in page_of(client, reverse("setup:imports"))
    client.post("/language/", {"language": "es", "next": "/"})
    assert "100% con contenido" in page_of(client, path)


def test_people_belong_to_an_agency_on_file(cast: Cast) -> None:
    for agency in ("", "x", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"):
        answer = hand_in(visit(cast["administrator"]), PEOPLE.encode(), "people:plain", agency=agency)
        text = answer.content.decode()
        assert answer.status_code == 400 and 'data-fault="agency"' in text
        assert 'value="people:plain" selected' in text and not imports.runs()


def test_a_chosen_centre_holds_the_calls_and_a_directory_needs_none(cast: Cast) -> None:
    client = visit(cast["administrator"])
    hand_in(client, (HEADER + GOOD).encode(), centre=str(cast.agency["ecc"]))
    assert flow.bring_in()
    assert imports.runs()[0].agency == cast.agency["ecc"]
    assert hand_in(client, b"[]", "directory:linksf").status_code == 302
    assert flow.bring_in()
    [run, _first] = imports.runs()
    assert (run.kind, run.state) == ("directory", "finished") and "holds no record" in run.notices[0]


@pytest.mark.parametrize(
    ("content", "why"), [(b"\0" * 9_000, "NUL bytes"), (b"a,b\n1,2\n", "lacks 2 needed column")]
)
def test_a_file_that_cannot_be_read_says_why_on_the_page(cast: Cast, content: bytes, why: str) -> None:
    client = visit(cast["administrator"])
    path = hand_in(client, content)["Location"]
    flow.bring_in()
    assert why in page_of(client, path)


def test_what_cannot_be_handed_in_is_refused_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = visit(cast["administrator"])
    assert hand_in(client, b"x", "calls:atlantis").status_code == 400
    assert hand_in(client, b"").status_code == 400
    assert hand_in(client, b"x", centre="nowhere").status_code == 400
    assert client.post(reverse("setup:imports"), {"profile": "calls:calls_plain"}).status_code == 400
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    with pytest.raises(Invalid, match="commonweal import"):
        uploads.ask(
            by=cast["administrator"], kind="calls", profile="calls_plain", name="x", content=[b"x" * 11]
        )
    assert not imports.runs()


def test_values_are_for_the_steward_of_that_agency_alone(cast: Cast) -> None:
    """An administrator, also the one who handed it in, sees line, field and reason; a steward of another
    agency sees no run at all, not even while it waits."""
    centre = cast.agency["ecc"]
    hand_in(visit(cast["administrator"]), (HEADER + GOOD + BAD).encode(), centre=str(centre))
    stranger = visit(worker(cast.agency["police"], "records_steward"))
    [run] = imports.runs()
    assert stranger.get(reverse("setup:import", args=[run.id])).status_code == 404
    flow.bring_in()
    [run] = imports.runs()
    for other in (cast["administrator"], worker(cast.agency["police"], "administrator")):
        [row] = listed(visit(other), run)
        assert row["value"] == "" and row["line"] == "3" and "0001-01-01" not in row["reason"]
        assert "Without the values" in page_of(visit(other), reverse("setup:import", args=[run.id]))
    [row] = listed(visit(worker(centre, "records_steward")), run)
    assert row["value"] == "0001-01-01 00:00:00"
    assert stranger.get(reverse("setup:import", args=[run.id])).status_code == 404
    assert stranger.get(reverse("setup:import_list", args=[run.id, "rejects"])).status_code == 404
    lines = JournalLine.objects.filter(kind=uploads.ListRead.kind)
    assert [line.data["values"] for line in lines.order_by("id")] == [False, False, True]


def test_a_list_that_is_not_there_is_not_found(cast: Cast) -> None:
    client = visit(cast["administrator"])
    hand_in(client, (HEADER + GOOD).encode())
    flow.bring_in()
    [run] = imports.runs()
    for which in ("rejects", "secret", "findings"):
        assert client.get(reverse("setup:import_list", args=[run.id, which])).status_code == 404


@pytest.mark.parametrize(
    "role", ["patrol_officer", "case_manager", "privacy_officer", "analyst", "records_steward"]
)
def test_nobody_else_hands_a_file_in(cast: Cast, role: str) -> None:
    found = hand_in(visit(cast[role]), (HEADER + GOOD).encode())
    assert found.status_code in (403, 404) and not imports.runs()


def test_a_run_that_was_cut_off_starts_again_once(cast: Cast) -> None:
    client = visit(cast["administrator"])
    hand_in(client, (HEADER + GOOD).encode())
    cut = uploads.claim()
    assert cut is not None and uploads.claim() is None and not flow.bring_in(), "one worker has it"
    path = reverse("setup:import", args=[cut.id])
    assert "cut off" in page_of(client, path)
    assert client.post(reverse("setup:import_again", args=[cut.id])).status_code == 302
    assert flow.bring_in() and imports.run_of(cut.id).counts["accepted"] == 1
    assert client.post(reverse("setup:import_again", args=[cut.id])).status_code == 409


def test_a_fault_in_one_file_ends_its_run_and_not_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visit(cast["administrator"])
    path = hand_in(client, (HEADER + GOOD).encode())["Location"]

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("disk on fire")

    with monkeypatch.context() as patched:
        patched.setattr(flow, "calls_arrive", broken)
        assert flow.bring_in()
    shown = page_of(client, path)
    assert "could not be read" in shown and "disk on fire" not in shown
    assert agencies.actor(UUID(cast["administrator"].id)).id == imports.runs()[0].actor


class TestRefusedForms:
    """What is refused comes back above the same form, with the choices that were made."""

    def test_an_empty_file_leaves_the_choices_as_they_were(self, cast: Cast, instance: Path) -> None:
        centre = str(cast.agency["ecc"])
        answer = hand_in(visit(cast["administrator"]), b"", centre=centre)
        text = answer.content.decode()
        assert answer.status_code == 400 and "The file is empty." in text and 'data-fault="file"' in text
        assert 'value="calls:calls_plain" selected' in text and f'value="{centre}" selected' in text
        assert "Hand a file in" in text and not imports.runs(), "no run stands for what was never read"

    def test_no_file_at_all(self, cast: Cast) -> None:
        client = visit(cast["administrator"])
        answer = client.post(reverse("setup:imports"), {"profile": "calls:calls_plain"})
        text = answer.content.decode()
        assert answer.status_code == 400 and "Choose a file to hand in." in text
        assert 'value="calls:calls_plain" selected' in text

    @pytest.mark.parametrize("profile", ["", "calls:nothing", "people:x", "<b>"])
    def test_a_profile_that_is_not_on_the_list(self, cast: Cast, profile: str) -> None:
        answer = hand_in(visit(cast["administrator"]), (HEADER + GOOD).encode(), profile)
        text = answer.content.decode()
        assert answer.status_code == 400 and 'data-fault="profile"' in text and "<b></q>" not in text
        assert not imports.runs()

    @pytest.mark.parametrize("centre", ["x", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"])
    def test_a_centre_that_takes_no_part(self, cast: Cast, centre: str) -> None:
        answer = hand_in(visit(cast["administrator"]), (HEADER + GOOD).encode(), centre=centre)
        assert answer.status_code == 400 and 'data-fault="centre"' in answer.content.decode()
        assert not imports.runs()

    def test_the_page_still_lists_what_was_read_before(self, cast: Cast, instance: Path) -> None:
        client = visit(cast["administrator"])
        hand_in(client, (HEADER + GOOD).encode())
        flow.bring_in()
        assert "week.csv" in hand_in(client, b"").content.decode()

    def test_a_steward_is_shown_no_form_and_hands_nothing_in(self, cast: Cast) -> None:
        steward = visit(cast["records_steward"])
        assert "Hand a file in" not in page_of(steward, reverse("setup:imports")).split("<h2>")[0]
        assert hand_in(steward, (HEADER + GOOD).encode()).status_code == 404
        assert not imports.runs()

    def test_in_spanish_the_counts_speak_of_rows(self, cast: Cast, instance: Path) -> None:
        """One word for a referral that was accepted, another for rows that were."""
        client = visit(cast["administrator"])
        hand_in(client, (HEADER + GOOD).encode())
        flow.bring_in()
        client.cookies["django_language"] = "es"
        text = client.get(reverse("setup:imports"), headers={"Accept-Language": "es"}).content.decode()
        for word in ("leídas", "aceptadas", "actualizadas", "sin cambios", "rechazadas"):
            assert f">{word}</th>" in text, word


@pytest.mark.parametrize(
    ("language", "said", "remark"),
    [("en", "lacks the needed column received.", "The file could not be read"),
     ("es", "le falta la columna necesaria received.", "No se pudo leer el archivo")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_no_row(cast: Cast, language: str, said: str, remark: str) -> None:
    """It is said once, in words; no row stands as read, and the list names the file with its reason."""
    client = visit(cast["administrator"])
    client.cookies["django_language"] = language
    path = hand_in(client, b"call_number,place\n1,here\n")["Location"]
    assert flow.bring_in()
    [run] = imports.runs()
    shown = page_of(client, path)
    assert run.state == "failed" and shown.count(said) == 1 and remark in shown and "Rows read" not in shown
    assert "(CSV)" in shown and "<td>1</td>" not in page_of(client, reverse("setup:imports"))
