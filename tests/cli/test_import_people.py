"""`commonweal import people`: two agencies' lists come in, are compared, linked, parted, come again."""

import csv
import json
import stat
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commonweal.adapters.people_csv.reader import PersonRow
from commonweal.agencies import actions as agencies
from commonweal.cli.main import main
from commonweal.kernel import imports
from commonweal.kernel.models import JournalLine
from commonweal.people import actions, queries
from commonweal.people.models import Person, SourceRecord
from factories.cast import AGENCIES, SETUP, Cast, gather, share_index
from factories.visitor import visit

pytestmark = pytest.mark.django_db
HEAD = "id,given_name,family_name,birth_date,sex,address,phone,ssn_last4\n"
ROSA = "{},Rosa,Delgado,1984-03-09,f,12 Quay St,(415) 555-0142,4821\n"
OTHERS = "{0}a,Amara,Achebe,1990-01-02,f,3 Elm St,(415) 555-0199,0007\n{0}b,Olof,Lindqvist,1961-11-30,m,,,\n"
Said = dict[str, Any]


@pytest.fixture(name="cast")
def the_cast(settings: Any, tmp_path: Path) -> Cast:
    """Agencies of which some agreed that stewards compare; a home of its own for lists."""
    settings.COMMONWEAL_HOME = str(tmp_path / "home")
    found = gather(partners=False)
    share_index(found, "police", "social_service", "victim_service_provider")
    return found


@pytest.fixture(name="listed")
def a_list(tmp_path: Path) -> Path:
    """Rosa and two others."""
    path = tmp_path / "clients.csv"
    path.write_text(HEAD + ROSA.format("1") + OTHERS.format("x"))
    return path


def command(capsys: pytest.CaptureFixture[str], *words: object, kind: str = "police", code: int = 0) -> Said:
    """Run the command in this process; what it said as JSON."""
    asked = ["import", "people", *map(str, words), "--agency", AGENCIES[kind], "--json"]
    if "--profile" not in asked:
        asked += ["--profile", "plain"]
    assert main(asked) == code
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    assert found["read"] == sum(found[k] for k in ("accepted", "updated", "unchanged", "rejected"))
    return found


def counts(said: Said) -> tuple[object, ...]:
    return tuple(said[k] for k in ("accepted", "updated", "unchanged", "rejected"))


def refusals(said: Said) -> list[dict[str, str]]:
    with Path(str(said["rejects_file"])).open(newline="") as file:
        return list(csv.DictReader(file))


def test_two_lists_are_compared_linked_parted_and_stay_parted(
    cast: Cast, listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text(HEAD + ROSA.format("77").replace("Rosa", "Rosario") + OTHERS.format("y"))
    assert counts(command(capsys, listed)) == (3, 0, 0, 0)
    assert counts(command(capsys, theirs, kind="social_service")) == (3, 0, 0, 0)
    assert Person.objects.count() == 6, "an import links nobody"
    steward = visit(cast["records_steward"])
    both = {"agency": [str(cast.agency[kind]) for kind in ("police", "social_service")]}
    steward.post(reverse("records:run"), both)
    ours, others = (SourceRecord.objects.get(external_id=number) for number in ("1", "77"))
    alike = {ours.id, others.id}
    [pair] = [p for p in queries.proposals()[0:9] if {p.left.id, p.right.id} == alike]
    assert "Rosario" in steward.get(reverse("records:pair", args=[pair.id])).content.decode()
    steward.post(reverse("records:pair", args=[pair.id]), {"act": "link"})
    assert queries.person_of(ours.id) == queries.person_of(others.id)
    steward.post(reverse("records:record", args=[ours.id]), {"act": "split"})
    apart = (queries.person_of(ours.id), queries.person_of(others.id))
    assert apart[0] != apart[1]

    assert counts(command(capsys, listed)) == (0, 0, 3, 0)
    theirs.write_text(theirs.read_text().replace("12 Quay St", "14 Quay St"))
    assert counts(command(capsys, theirs, kind="social_service")) == (0, 1, 2, 0)
    steward.post(reverse("records:run"), both)
    assert (queries.person_of(ours.id), queries.person_of(others.id)) == apart
    waiting = [p for p in queries.proposals()[0:99] if {p.left.id, p.right.id} == alike]
    assert not waiting and SourceRecord.objects.count() == 6
    assert SourceRecord.objects.get(id=others.id).address == "14 Quay St"


def test_a_victim_service_list_takes_part_in_no_comparison(
    cast: Cast, listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in ("police", "victim_service_provider"):
        assert counts(command(capsys, listed, kind=kind)) == (3, 0, 0, 0)
    assert actions.run_linkage(by=SETUP, agencies=list(cast.agency.values())) == 0
    found = queries.candidates(given="Rosa", family="Delgado", born=date(1984, 3, 9))
    assert [queries.origins([s])[s].agency for s, _ in found] == [cast.agency["police"]]


def test_a_dry_run_reports_and_keeps_nothing(
    cast: Cast, listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = JournalLine.objects.count()
    said = command(capsys, listed, "--dry-run")
    assert counts(said) == (3, 0, 0, 0)
    assert not SourceRecord.objects.exists() and not Person.objects.exists()
    assert JournalLine.objects.count() == lines and not imports.runs()
    dry = list(map(str, said["messages"]))
    assert dry[0].startswith("Dry run") and any(line.startswith("phone: 67% filled") for line in dry)
    assert command(capsys, listed)["messages"] == dry[1:], "a real run reports the same"


def test_bad_rows_are_listed_and_no_whole_number_is_anywhere(
    cast: Cast, listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ("2,Ana,Ruiz,2999-01-01,f,,,", "3,Ben,Ito,,,,,123-45-6789", ",Eve,Kay,,,,,", "5,,,,,,,")
    listed.write_text(listed.read_text() + "".join(f"{row}\n" for row in rows) + "1,Rosa,Diaz,,,,,\n")
    said = command(capsys, listed)
    assert counts(said) == (3, 0, 0, 5)
    listing = Path(str(said["rejects_file"]))
    assert stat.S_IMODE(listing.stat().st_mode) == 0o600
    found = {(row["line"], row["field"]) for row in refusals(said)}
    assert found == {("5", "birth_date"), ("6", "ssn_last4"), ("7", "id"), ("8", "family_name"), ("9", "id")}
    assert all(row["reason"] for row in refusals(said))
    [run] = imports.runs()
    kept = [
        listing.read_text(),
        str(run.notices),
        run.fault,
        *(str(line.data) for line in JournalLine.objects.all()),
    ]
    assert not any("6789" in text for text in kept)
    assert not any(name in text for text in kept[1:] for name in ("Rosa", "Delgado", "1984", "Quay", "0142"))


def test_what_is_said_on_the_terminal_names_nobody_but_by_refused_values(
    cast: Cast, listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed.write_text(listed.read_text() + "3,Ben,Ito,,,,,123456789\n")
    assert main(["import", "people", str(listed), "--agency", "harlow police", "--profile", "plain"]) == 0
    out, err = capsys.readouterr()
    assert "4 rows read: 3 accepted, 0 updated, 0 unchanged, 1 rejected." in out
    assert "line 5: ssn_last4: holds more than the last four digits" in err
    assert not any(word in out + err for word in ("Rosa", "Delgado", "Ito", "6789", "0142"))


def test_a_list_of_another_layout_is_read_by_a_profile_of_ones_own(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile, file = tmp_path / "mine.yaml", tmp_path / "mine.csv"
    columns = "columns: {external_id: Nr, name: Persona, born: Nacida}\n"
    profile.write_text(f'name: mine\n{columns}date_formats: ["%d/%m/%Y"]\n')
    file.write_text('Nr;Persona;Nacida\n1;"Delgado, Rosa";09/03/1984\n')
    assert counts(command(capsys, file, "--profile", profile)) == (1, 0, 0, 0)
    record = SourceRecord.objects.get()
    assert (record.given, record.family, record.born) == ("Rosa", "Delgado", date(1984, 3, 9))
    assert imports.runs()[0].agency == cast.agency["police"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"--agency": "Nobody's Agency"}, "Harlow Police"),
        ({"--profile": "nothing"}, "people/plain"),
        ({"--profile": "calls_plain"}, "people/plain"),
        ({"--profile": "missing.yaml"}, "cannot be opened"),
    ],
)
def test_a_wrong_word_is_named_with_its_remedy(
    cast: Cast, listed: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], word: str
) -> None:
    asked = {"--agency": "Harlow Police", "--profile": "plain", **change}
    assert main(["import", "people", str(listed), *(w for pair in asked.items() for w in pair)]) == 2
    said = capsys.readouterr().err
    assert word in said and next(iter(change.values())).split("'")[0] in said
    assert not SourceRecord.objects.exists() and not imports.runs()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"a,b\n1,2\n", "id,name\n1,x".encode("utf-16")])
def test_a_file_of_which_nothing_can_be_kept_ends_with_2(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    said = command(capsys, path, code=2)
    assert counts(said) == (0, 0, 0, 1) and imports.runs()[0].fault


def test_the_same_file_twice_and_a_later_file_of_the_same_name(
    cast: Cast, listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = tmp_path / "week2" / listed.name
    later.parent.mkdir()
    later.write_text(HEAD + OTHERS.format("x") + ROSA.format("1").replace("12 Quay", "14 Quay"))
    assert counts(command(capsys, listed, listed)) == (3, 0, 3, 0)
    SourceRecord.objects.all().delete()
    assert counts(command(capsys, listed, later)) == (3, 1, 2, 0)
    assert SourceRecord.objects.get(external_id="1").address == "14 Quay St"
    [one] = (r for r in SourceRecord.objects.all() if r.external_id == "1")
    lines = JournalLine.objects.count()
    assert counts(command(capsys, later)) == (0, 0, 3, 0)
    assert JournalLine.objects.count() == lines and one.person_id == queries.person_of(one.id)


def test_a_sealed_record_stays_as_it_is_and_nobody_is_told(
    cast: Cast, listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command(capsys, listed)
    actions.unindex(records=[SourceRecord.objects.get(external_id="1").id])
    listed.write_text(listed.read_text().replace("12 Quay", "14 Quay"))
    assert counts(command(capsys, listed)) == (0, 0, 3, 0)
    assert SourceRecord.objects.get(external_id="1").address == "12 Quay St"


def test_a_file_with_fewer_columns_takes_nothing_away(
    cast: Cast, listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command(capsys, listed)
    listed.write_text("id,full_name\n1,Rosa Diaz\n")
    assert counts(command(capsys, listed)) == (0, 1, 0, 0)
    record = SourceRecord.objects.get(external_id="1")
    assert (record.family, record.family_key, record.phone) == ("Diaz", "diaz", "(415) 555-0142")


def test_a_value_that_only_the_room_refuses_costs_its_row_alone(cast: Cast) -> None:
    rows = [told(0, "1", "Rosa"), told(1, "2", "Ana", born=date(1899, 1, 1)), told(2, "3", "Ben")]
    run = taken(cast.agency["police"], rows)
    assert (run.counts["accepted"], run.counts["rejected"]) == (2, 1)


def told(line: int, number: str, given: str, **more: object) -> PersonRow:
    """A row as the reader gives it."""
    return PersonRow("list.csv", line + 2, "id", number, {"given": given, "family": "Ito", **more}, ())


def taken(agency: UUID, rows: list[PersonRow]) -> imports.ImportRun:
    """Those rows imported."""
    return actions.import_people(by=SETUP, rows=rows, agency=agency, profile="p", sources=["list.csv"])


class TestAnyRows(TestCase):
    """Whatever the rows, in whatever order, twice."""

    @how(max_examples=25)
    @given(
        st.lists(st.tuples(st.sampled_from("12345"), st.sampled_from(["Rosa", "Ana", "José"])), max_size=9),
        st.randoms(use_true_random=False),
    )
    def test_nothing_is_doubled_and_the_counts_add_up(
        self, rows: list[tuple[str, str]], chance: object
    ) -> None:
        """One record an id, one person a record; the second time the same rows change nothing."""
        agency = agencies.open_agency(by=SETUP, name="Harlow EMS", kind="ems").id
        first = taken(agency, [told(n, *row) for n, row in enumerate(rows)])
        again = taken(agency, [told(n, *row) for n, row in enumerate(rows)])
        shuffled = list(rows)
        chance.shuffle(shuffled)
        third = taken(agency, [told(n, *row) for n, row in enumerate(shuffled)])
        ids = {number for number, _ in rows}
        for run in (first, again, third):
            found = run.counts
            assert found["read"] == len(rows)
            assert found["read"] == sum(found[k] for k in ("accepted", "updated", "unchanged", "rejected"))
        assert first.counts["accepted"] == len(ids) and first.counts["updated"] == 0
        assert (again.counts["accepted"], again.counts["updated"]) == (0, 0)
        assert third.counts["accepted"] == 0 and third.counts["updated"] <= len(ids)
        assert SourceRecord.objects.count() == Person.objects.count() == len(ids)
