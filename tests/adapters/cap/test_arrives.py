"""CAP at the command line: files to drafts, what follows another honoured, the hostile refused by name."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from commonweal.adapters.cap import lexical
from commonweal.adapters.cap.arrive import arrive_all
from commonweal.adapters.cap.reader import read
from commonweal.cli.main import main
from commonweal.community import actions, queries
from commonweal.community.queries import Alert
from commonweal.kernel import clock
from commonweal.kernel.imports import ImportRun
from factories.alerts import called_off, drafted, issued
from factories.cast import Cast, gather

from .sample import XML

pytestmark = pytest.mark.django_db
FIRST = "<references>weather.example,harlow-41,2026-05-24T15:00:00-07:00</references>"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Those who approve, send and call off."""
    return gather()


def message(folder: Path, name: str, kind: str = "Alert", follows: str = "", **other: str) -> Path:
    """A message of the weather office that is in force for six hours from now."""
    sent, ends = clock.now().replace(microsecond=0), clock.now() + timedelta(hours=6)
    earlier = lexical.moment_said(sent - timedelta(hours=1))
    named = f"<references>weather.example,{follows},{earlier}</references>" if follows else ""
    text = XML.replace(FIRST, named).replace("harlow-42", name).replace(">Update<", f">{kind}<")
    text = text.replace("2026-05-24T16:49:00-07:00", lexical.moment_said(sent))
    text = text.replace("2026-05-24T17:00:00-07:00", lexical.moment_said(sent))
    text = text.replace("2026-05-24T22:00:00-07:00", lexical.moment_said(ends))
    for old, new in other.items():
        text = text.replace(old, new)
    file = folder / f"{name}.xml"
    file.write_text(text, "utf-8")
    return file


def sent(cast: Cast, origin: str) -> Alert:
    """What came from there, approved and sent by two people of this site."""
    [row] = queries.alerts_from([f"weather.example,{origin}"])
    actions.approve_alert(by=cast["program_manager"], alert=row.id, names_nobody=True)
    return actions.issue_alert(by=cast["community_liaison"], alert=row.id)


def state(origin: str) -> str:
    """How far what came from there is."""
    return queries.alerts_from([f"weather.example,{origin}"])[0].state


class TestDrafts:
    """A file is a draft: nobody outside sees it before a person has read it."""

    def test_one_message(self, tmp_path: Path) -> None:
        record = arrive_all(files=[message(tmp_path, "a")])
        assert record.counts["accepted"] == 1 and not record.notices
        [row] = queries.alert_work()
        assert (row.state, row.headline_en, row.headline_es) == ("draft", "The river rises", "El río crece")
        assert len(row.outline) == 4 and row.km == 2.5 and not queries.alerts_standing().exists()

    def test_the_same_file_again_changes_nothing(self, tmp_path: Path) -> None:
        file = message(tmp_path, "a")
        assert arrive_all(files=[file, file]).counts["unchanged"] == 1
        assert queries.alert_work().count() == 1

    def test_what_was_put_aside_may_come_again(self, tmp_path: Path, cast: Cast) -> None:
        file = message(tmp_path, "a")
        arrive_all(files=[file])
        [row] = queries.alert_work()
        actions.drop_alert(by=cast["community_liaison"], alert=row.id)
        assert arrive_all(files=[file]).counts["accepted"] == 1


class TestChain:
    """Updates and cancellations find what they follow."""

    def test_an_update_of_a_draft_takes_its_place(self, tmp_path: Path) -> None:
        arrive_all(files=[message(tmp_path, "a")])
        later = message(tmp_path, "b", "Update", "a", **{"The river rises": "The river falls"})
        assert arrive_all(files=[later]).counts["updated"] == 1
        [row] = queries.alert_work()
        assert row.headline_en == "The river falls" and row.kind == "Alert"

    def test_an_update_of_what_stands_waits_for_a_person_and_then_replaces_it(
        self, tmp_path: Path, cast: Cast
    ) -> None:
        arrive_all(files=[message(tmp_path, "a")])
        first = sent(cast, "a")
        arrive_all(files=[message(tmp_path, "b", "Update", "a")])
        assert state("a") == "issued" and state("b") == "draft"
        second = sent(cast, "b")
        assert second.follows_id == first.id and state("a") == "updated"
        assert list(queries.alerts_standing()) == [second]

    def test_a_cancellation_ends_what_stands_at_once(self, tmp_path: Path, cast: Cast) -> None:
        arrive_all(files=[message(tmp_path, "a")])
        sent(cast, "a")
        off = message(tmp_path, "b", "Cancel", "a", **{"Water over the quay.": "The dam holds."})
        assert arrive_all(files=[off]).counts["updated"] == 1
        assert state("a") == "cancelled"
        [ended] = [row for row in queries.alert_work() if row.kind == "Cancel"]
        assert ended.description_en == "The dam holds." and ended.description_es
        assert arrive_all(files=[off]).counts["unchanged"] == 1

    def test_a_cancellation_drops_what_waits(self, tmp_path: Path) -> None:
        first, off = message(tmp_path, "a"), message(tmp_path, "b", "Cancel", "a")
        assert arrive_all(files=[first, off]).counts == {
            "read": 2, "accepted": 1, "updated": 1, "unchanged": 0, "rejected": 0,
        }  # fmt: skip
        assert not queries.alert_work().exists()

    def test_a_cancellation_of_what_never_came_is_refused_by_name(self, tmp_path: Path) -> None:
        record = arrive_all(files=[message(tmp_path, "b", "Cancel", "nine")])
        assert record.counts["rejected"] == 1
        assert "nine" in Path(record.rejects_file).read_text("utf-8")

    def test_an_alert_of_this_site_is_ended_by_nobody_elses_message(self, tmp_path: Path, cast: Cast) -> None:
        own = issued(cast)
        arrive_all(files=[message(tmp_path, "b", "Cancel", f"commonweal-{own.id}")])
        own.refresh_from_db()
        assert own.state == "issued"


BAD = {
    "an entity": ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "document type"),
    "a fetch": ('<!DOCTYPE a SYSTEM "http://nowhere.example/a.dtd"><a/>', "document type"),
    "no xml": ("storm", "no XML"),
    "another standard": ('<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"/>', "another version"),
    "no code": (XML.replace(">Severe<", ">Awful<"), "no code of the standard"),
    "an open ring": (XML.replace("38.6,-121.5 38.5,-121.6<", "38.6,-121.5 38.5,-121.4<"), "not closed"),
    "no place": (XML.replace("38.55,-121.55 2.5", "98.55,-121.55 2.5"), "no place on earth"),
    "out of order": (
        XML.replace("<status>Actual</status>", "").replace("</scope>", "</scope><status>Actual</status>"),
        "stands after",
    ),
    "nothing to follow": (XML.replace(FIRST, ""), "is missing"),
    "not for the public": (
        XML.replace(">Public<", ">Private<").replace("<code>", "<addresses>x</addresses><code>"),
        "public alerts",
    ),
}  # fmt: skip


class TestRefused:
    """Each by line, field, value and remedy; the others of the same run are taken."""

    @pytest.mark.parametrize("kind", BAD)
    def test_one_fault(self, tmp_path: Path, kind: str) -> None:
        text, word = BAD[kind]
        bad, good = tmp_path / "bad.xml", message(tmp_path, "good")
        bad.write_text(text, "utf-8")
        record = arrive_all(files=[bad, good])
        assert (record.counts["accepted"], record.counts["rejected"]) == (1, 1)
        listed = Path(record.rejects_file).read_text("utf-8")
        assert word in listed and "bad.xml" in listed

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        record: ImportRun = arrive_all(files=[tmp_path / "none.xml"])
        assert "cannot be read" in record.notices[0] and record.counts["accepted"] == 0


class TestCommands:
    """`commonweal import cap` and `commonweal export cap`, in the shapes of the other kinds."""

    def test_counts_as_json(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["import", "cap", str(message(tmp_path, "a")), "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["read"], said["accepted"], said["rejected"]) == (1, 1, 0)
        bad = tmp_path / "bad.xml"
        bad.write_text("storm", "utf-8")
        assert main(["import", "cap", str(bad), "--json"]) == 2

    def test_out_and_in_again_is_the_same_alert(
        self, tmp_path: Path, cast: Cast, capsys: pytest.CaptureFixture[str]
    ) -> None:
        alert, out = issued(cast), tmp_path / "out.xml"
        assert main(["export", "cap", str(alert.id), "--out", str(out)]) == 0
        assert json.loads(capsys.readouterr().out) == {"out": str(out)}
        found, _ = read(out.read_bytes())
        assert found.kind == "Alert" and found.infos[0].headline == alert.headline_en
        assert found.infos[0].areas[0].polygons == (tuple(map(tuple, alert.outline)),)

    def test_the_chain_leaves_with_its_references(self, tmp_path: Path, cast: Cast) -> None:
        alert, out = issued(cast), tmp_path / "out.xml"
        ended = called_off(cast, alert.id)
        assert main(["export", "cap", str(ended.id), "--out", str(out)]) == 0
        found, _ = read(out.read_bytes())
        assert found.kind == "Cancel" and [one.identifier for one in found.references] == [
            f"commonweal-{alert.id}"
        ]

    @pytest.mark.parametrize("what", ["draft", "unknown", "no id", "no folder"])
    def test_refused(self, tmp_path: Path, cast: Cast, what: str) -> None:
        alert = {"draft": drafted(cast).id, "unknown": uuid4(), "no id": "storm"}.get(what, issued(cast).id)
        out = tmp_path / ("none/out.xml" if what == "no folder" else "out.xml")
        assert main(["export", "cap", str(alert), "--out", str(out)]) != 0
        assert not out.exists()
