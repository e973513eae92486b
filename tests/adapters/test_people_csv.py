"""Lists of people: what is kept, what is doubted, what is refused, and what is never repeated."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from commonweal.adapters.people_csv.build import LONGEST
from commonweal.adapters.people_csv.profile import FIELDS, folded
from commonweal.adapters.people_csv.quality import MOST_SHAPES, shape
from commonweal.adapters.people_csv.reader import (
    FileRefused,
    Notice,
    PersonRow,
    Profile,
    ProfileError,
    Quality,
    Reject,
    load_profile,
    parse_profile,
    read,
    read_file,
    shipped_profiles,
)
from commonweal.kernel import clock
from commonweal.people.models import SourceRecord
from commonweal.web.setup.told import told

PLAIN = load_profile("plain")
HEAD = "id,given_name,family_name,birth_date,sex,address,phone,ssn_last4"
ROSA = {"id": "1", "given_name": "Rosa", "family_name": "Delgado", "birth_date": "1984-03-09", "sex": "f",
        "address": "12 Quay St", "phone": "(415) 555-0142", "ssn_last4": "4821"}  # fmt: skip
BASE: dict[str, object] = {
    "name": "own", "columns": {"external_id": "Client", "name": "Who", "born": "DOB"},
}  # fmt: skip


def table(*rows: dict[str, str]) -> str:
    """A file under the plain header; each row is Rosa's but for what is named."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(ROSA)
    writer.writerows({**ROSA, **row}.values() for row in rows)
    return out.getvalue()


def own(**changes: object) -> Profile:
    return parse_profile({**BASE, **changes})


def people(text: str | bytes, profile: Profile = PLAIN, quality: Quality | None = None) -> list[PersonRow]:
    raw = text.encode() if isinstance(text, str) else text
    return [item for item in read([raw], profile, quality) if isinstance(item, PersonRow)]


def refused(text: str | bytes, profile: Profile = PLAIN) -> list[Reject]:
    raw = text.encode() if isinstance(text, str) else text
    return [item for item in read([raw], profile) if isinstance(item, Reject)]


def test_a_row_becomes_a_record_as_it_came() -> None:
    [row] = people(table({}))
    assert (row.external_id, row.line, row.title, row.findings) == ("1", 2, "id", ())
    assert row.values == {
        "given": "Rosa", "family": "Delgado", "born": date(1984, 3, 9), "sex": "f", "address": "12 Quay St",
        "phone": "(415) 555-0142", "ssn_last4": "4821",
    }  # fmt: skip


def test_a_spanish_header_is_known_whatever_its_case_accents_and_blanks() -> None:
    header = "Identificador;Nombre;Apellidos;Fecha de Nacimiento;Sexo;Dirección;TELÉFONO"
    [row] = people(f"{header}\n7;José-María;O'Neill;09.03.1984;M;Calle 1;415 555 0142\n")
    assert (row.values["given"], row.values["family"]) == ("José-María", "O'Neill")
    assert row.values["born"] == date(1984, 3, 9) and "ssn_last4" not in row.values


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Fecha de Nacimiento", "fecha_de_nacimiento"), ("Teléfono (casa)", "telefono_casa"),
     ("  ID ", "id"), ("ULTIMOS-4", "ultimos_4"), ("", "")],
)  # fmt: skip
def test_titles_are_compared_without_what_does_not_matter(title: str, expected: str) -> None:
    assert folded(title) == expected


@pytest.mark.parametrize(
    ("whole", "given", "family"),
    [("Ana María García", "Ana María", "García"), ("García López, Ana", "Ana", "García López"),
     ("Cher", "", "Cher"), ("  Ana   García ", "Ana", "García")],
)  # fmt: skip
def test_a_whole_name_is_split(whole: str, given: str, family: str) -> None:
    [row] = people(f'Client,Who,DOB\n1,"{whole}",\n', own())
    assert (row.values["given"], row.values["family"], row.values["born"]) == (given, family, None)


def test_own_columns_go_before_a_whole_name() -> None:
    [row] = people("id,given_name,family_name,name\n1,Rosa,,Rosie Delgado\n")
    assert (row.values["given"], row.values["family"]) == ("Rosa", "Delgado")


@pytest.mark.parametrize(
    ("said", "kept"),
    [("4821", "4821"), ("***-**-4821", "4821"), ("xxx-xx-0007", "0007"), ("", ""), ("N/A", "")],
)
def test_last_four_digits_alone_or_behind_a_mask(said: str, kept: str) -> None:
    [row] = people(table({"ssn_last4": said}))
    assert row.values["ssn_last4"] == kept


@pytest.mark.parametrize("said", ["123-45-6789", "123456789", "12345", "482", "48 21", "4821x", "４８２１"])
def test_a_whole_number_is_refused_and_never_repeated(said: str) -> None:
    [reject] = refused(table({"ssn_last4": said}))
    assert (reject.line, reject.field, reject.value) == (2, "ssn_last4", "")
    assert said not in reject.sentence() and "last four digits" in reject.remedy


def test_a_row_that_cannot_be_split_is_not_repeated_either() -> None:
    """Nobody knows which of its cells holds what."""
    for bad in ("1,Rosa,Delgado,,,,,,123-45-6789", '1,"Rosa,123-45-6789', "1,Ro\0sa,123-45-6789,,,,,"):
        for reject in refused(f"{HEAD}\n{bad}\n"):
            assert "6789" not in reject.sentence() and "Rosa" not in reject.sentence()
    [lacking] = refused("7,Rosa,Delgado,1984-03-09\n8,Ana,Ruiz,1990-01-01\n")
    assert lacking.line == 0 and "Rosa" not in lacking.sentence() and "1984" not in lacking.sentence()


TOMORROW = (clock.today() + timedelta(days=2)).isoformat()


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"id": ""}, "id", "is missing"),
        ({"id": "NULL"}, "id", "is missing"),
        ({"given_name": "", "family_name": " "}, "family_name", "is missing"),
        ({"birth_date": TOMORROW}, "birth_date", "has not come"),
        ({"birth_date": "1889-12-31"}, "birth_date", "before 1900"),
        ({"birth_date": "03/09/1204"}, "birth_date", "before 1900"),
        ({"id": "x" * 65}, "id", "65 characters"),
        ({"family_name": "x" * 81}, "family_name", "81 characters"),
        ({"sex": "x" * 17}, "sex", "17 characters"),
    ],
)
def test_what_cannot_be_is_refused_with_its_remedy(change: dict[str, str], field: str, reason: str) -> None:
    text = table({"id": "ok"}, change)
    [reject] = refused(text)
    assert (reject.line, reject.field) == (3, field) and reason in reject.reason and reject.remedy
    assert reject.value in next(iter(change.values())) and [row.external_id for row in people(text)] == ["ok"]


def test_what_can_be_kept_is_what_the_room_holds() -> None:
    for field, most in LONGEST.items():
        assert SourceRecord._meta.get_field(field).max_length == most


def test_an_odd_date_or_number_is_doubted_and_the_row_kept() -> None:
    [row] = people(table({"birth_date": "25/12/1984", "phone": "ask her mother"}))
    assert row.values["born"] is None and row.values["phone"] == "ask her mother"
    assert [doubt.field for doubt in row.findings] == ["birth_date", "phone"]


@pytest.mark.parametrize(
    ("formats", "text", "born"),
    [
        ([], "03/09/1984", date(1984, 3, 9)),
        (["%d/%m/%Y"], "03/09/1984", date(1984, 9, 3)),
        (["%d/%m/%Y", "%d %b %Y"], "3 Sep 1984", date(1984, 9, 3)),
        ([], "1984-03-09 00:00:00", date(1984, 3, 9)),
        ([], "1984-03-09T00:00:00Z", date(1984, 3, 9)),
        ([], "1984-02-30", None),
        (["%d/%m/%Y"], "1984-03-09", None),
        ([], "1984", None),
    ],
)
def test_dates_are_read_as_the_profile_says(formats: list[str], text: str, born: date | None) -> None:
    assert own(date_formats=formats).day(text) == born


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"columns": {"name": "Who"}}, "external_id"),
        ({"columns": {"external_id": "id"}}, "name 'given' and 'family'"),
        ({"columns": {"external_id": "id", "given": "g"}}, "name 'given' and 'family'"),
        ({"columns": {"external_id": "id", "name": "n", "shoe": "s"}}, "unknown key 'shoe'"),
        ({"date_formats": ["%d/%m"]}, "loses a part"),
        ({"date_formats": ["%d/%m/%y"]}, ""),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"columns": {**dict.fromkeys(("external_id", "name", "address"), "x")}, "address_parts": ["y"]},
         "address_parts"),
    ],
)  # fmt: skip
def test_a_profile_is_read_strictly(change: dict[str, object], word: str) -> None:
    if not word:
        assert own(**change)
        return
    with pytest.raises(ProfileError, match=word):
        own(**change)


def test_an_address_in_parts_is_joined() -> None:
    profile = own(address_parts=["Street", "City", "Zip"])
    [row] = people("Client,Who,Street,City,Zip\n1,Rosa Delgado,12 Quay St,,94103\n", profile)
    assert row.values["address"] == "12 Quay St, 94103"


def test_profiles_are_found_by_name_or_path(tmp_path: Path) -> None:
    assert shipped_profiles() == ["plain"] and load_profile("people/plain") == PLAIN
    mine = tmp_path / "mine.yaml"
    mine.write_text("name: mine\ncolumns: {external_id: Client, name: Who}\n")
    assert load_profile(str(mine)).columns["name"] == ("Who",)
    assert set(PLAIN.columns) <= set(FIELDS)
    for name in ("alexandria", "directory_hsds", "../plain", "nothing.yaml"):
        with pytest.raises(ProfileError):
            load_profile(name)
    with pytest.raises(ProfileError, match="choose one of people/plain,"):
        load_profile("nobody")


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "is empty"),
        (b"   \n\n", "blanks"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (b"%PDF-1.7 nothing", "PDF"),
        (b"PK\x03\x04broken", "damaged"),
        (b"\0\1\2\3" * 900, "binary"),
        (b"given_name,family_name\nRosa,Delgado\n", "id"),
        (b"id,phone\n1,2\n", "given_name, family_name"),
        (b"id,first_name\n1,Rosa\n", "family_name"),
    ],
)
def test_a_bad_file_is_one_refusal(raw: bytes, word: str) -> None:
    [reject] = refused(raw)
    assert reject.line == 0 and word in reject.sentence() and reject.remedy
    with pytest.raises(FileRefused):
        list(read_file(raw, PLAIN))


def test_files_that_are_not_there_are_refused_one_by_one(tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text(table({}))
    items = list(read([tmp_path / "none.csv", tmp_path, good], PLAIN))
    assert [type(item) for item in items] == [Reject, Reject, PersonRow]


def test_a_header_alone_and_the_same_file_twice_are_remarked_on() -> None:
    [notice] = read([HEAD.encode()], PLAIN)
    assert isinstance(notice, Notice) and "no row" in notice.text
    items = list(read([table({}).encode()] * 2, PLAIN))
    assert [type(item) for item in items] == [PersonRow, Notice, PersonRow]


def test_another_encoding_is_read_and_said() -> None:
    items = list(read([table({"given_name": "José"}).encode("cp1252")], PLAIN))
    [row] = [item for item in items if isinstance(item, PersonRow)]
    assert row.values["given"] == "José" and row.findings[-1].field == "line"
    assert any("not UTF-8" in item.text for item in items if isinstance(item, Notice))


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ID", "Full name", "DOB"])
    sheet.append([7, "Rosa Delgado", datetime(1984, 3, 9)])
    book.save(tmp_path / "people.xlsx")
    [row] = (item for item in read([tmp_path / "people.xlsx"], PLAIN) if isinstance(item, PersonRow))
    assert (row.external_id, row.values["born"]) == ("7", date(1984, 3, 9))


class TestQuality:
    """Figures by field, over all rows that were read, that name nobody."""

    def test_filled_unreadable_and_shapes(self) -> None:
        quality = Quality()
        people(table({}, {"id": "2", "phone": ""}, {"id": "", "phone": "none of yours"}), quality=quality)
        phone = quality.fields["phone"]
        assert (phone.rows, phone.filled, phone.unreadable, len(phone.shapes)) == (3, 2, 1, 2)
        lines = list(quality.report())
        assert "id: 67% filled, 0 unreadable, one shape, 9." in lines
        assert not any(word in line for line in lines for word in ("Rosa", "Delgado", "Quay", "0142"))

    def test_dates_with_the_day_first_and_swapped_columns_are_said(self) -> None:
        quality = Quality()
        people(table({"birth_date": "25/12/1984"}), quality=quality)
        assert any("1 date has the day before the month" in line for line in quality.report())
        quality = Quality()
        people(table({"birth_date": "415 555 0142", "phone": "unlisted"}), quality=quality)
        said = [line for line in quality.report() if "swapped" in line]
        assert [line.split(":")[0] for line in said] == ["birth_date", "phone"]
        quality = Quality()
        people(table({}), quality=quality)
        assert len(list(quality.report())) == len(ROSA)

    def test_memory_stays_flat(self) -> None:
        quality = Quality()
        for n in range(MOST_SHAPES + 50):
            quality.note("id", "id", "-" * (n % 41) + "/" * (n // 41), is_read=True)
        assert len(quality.fields["id"].shapes) <= MOST_SHAPES

    @given(st.text())
    def test_a_shape_holds_no_letter_but_a_and_no_digit_but_9(self, text: str) -> None:
        found = shape(text)
        assert len(found) <= 40
        assert all(c in ("a", "9") or not c.isalnum() or c.isnumeric() for c in found)

    def test_the_report_reads_in_spanish(self) -> None:
        quality = Quality()
        people(table({"birth_date": "25/12/1984"}), quality=quality)
        with override("es"):
            assert not [line for line in quality.report() if told(line) == line]


@given(st.lists(st.dictionaries(st.sampled_from(sorted(ROSA)), st.text(max_size=90)), max_size=6))
def test_each_row_is_kept_or_refused_and_nothing_is_raised(rows: list[dict[str, str]]) -> None:
    """Whatever stands in the cells: the reader answers, each line once."""
    items = list(read([table(*rows).encode("utf-8", "replace")], PLAIN))
    lines = [item.line for item in items if not isinstance(item, Notice)]
    assert len(lines) == len(set(lines))
    kept = [item for item in items if isinstance(item, PersonRow)]
    assert all(row.external_id and (row.values["given"] or row.values["family"]) for row in kept)
