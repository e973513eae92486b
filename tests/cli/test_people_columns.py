"""Whole columns of a file of people say what its rows say one by one."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.cli.people_columns import people_fields
from commonweal.cli.people_files import Schema, person_fields
from commonweal.cli.tables import BadFile, rows
from commonweal.kernel.written import day, part_of_date

KINDS = {
    "first": "first_name", "last": "last_name", "whole": "full_name", "dob": "date_of_birth", "sex": "sex",
    "no": "street_number", "street": "street_address", "town": "place", "zip": "postcode", "zip4": "postcode",
    "tel": "phone", "mid": "other", "job": "occupation", "gone": "email",
}  # fmt: skip
CELL = st.sampled_from(["", " ", "Ana", " Ruiz ", "Ruiz, Ana María", "Ana Ruiz", "1948-03-00", "12"])
DATE = st.sampled_from(
    ["", "1984-05-07", "05/07/1984", "07.05.1984", "1948", "03/1948", "31/31/1984", "soon"]
)


def written(folder: Path, found: list[dict[str, str]]) -> tuple[Path, Schema]:
    columns = [column for column in ("id", *KINDS) if column != "gone"]
    with (folder / "people.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(found)
    (folder / "schema.json").write_text(json.dumps({"id": "id", "fields": KINDS}))
    return folder / "people.csv", Schema.read(folder / "schema.json")


@settings(max_examples=60)
@given(cells=st.lists(st.fixed_dictionaries({c: DATE if c == "dob" else CELL for c in KINDS if c != "gone"})))
def test_columns_and_rows_agree(
    tmp_path_factory: pytest.TempPathFactory, cells: list[dict[str, str]]
) -> None:
    found = [{"id": f" r{n} ", **row} for n, row in enumerate(cells)]
    path, schema = written(tmp_path_factory.mktemp("people"), found)
    ids, fields = people_fields(path, schema)
    assert ids.to_pylist() == [f"r{n}" for n in range(len(cells))]
    for place, row in enumerate(rows(path)):
        told = person_fields(schema.values(row))
        born = told["born"].isoformat() if told["born"] else told["born_part"]
        expected: dict[str, object] = {**told, "born": born}
        for name, column in fields.items():
            assert column[place].as_py() == expected[name], name
        assert "email" not in fields and not expected["email"]


def test_a_row_without_an_id_is_named_by_its_line(tmp_path: Path) -> None:
    path, schema = written(tmp_path, [{"id": "a"}, {"id": "  "}])
    with pytest.raises(
        BadFile, match=r"people\.csv, line 3, field id: '  ' is blank; every record needs an id"
    ):
        people_fields(path, schema)


@pytest.mark.parametrize(("text", "known"), [("1984-05-07", "1984-05-07"), ("1948", "1948"), ("soon", "")])
def test_a_date_is_read_once_for_all_rows_that_hold_it(tmp_path: Path, text: str, known: str) -> None:
    path, schema = written(tmp_path, [{"id": str(n), "dob": text} for n in range(50)])
    _, fields = people_fields(path, schema)
    assert set(fields["born"].to_pylist()) == {known}
    whole = day(text)
    assert (whole.isoformat() if whole else part_of_date(text)) == known
