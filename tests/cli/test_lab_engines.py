"""The lab at the command line: an answer on good input; file, line, field and remedy on bad input."""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commonweal.cli.main import main
from commonweal.kernel.written import day, part_of_date, split_name
from engines.linkage.people import person, town


def lab(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, object]:
    """Run one lab command and read its JSON."""
    assert main(["lab", *map(str, arguments)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run one lab command on bad input and read its message."""
    assert main(["lab", *map(str, arguments)]) == 2
    return capsys.readouterr().err


def saved(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def table(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


ERLANG = {"calls_per_hour": 100, "handle_minutes": 5, "target_seconds": 20, "service_level": 0.8}


def test_erlang(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = {**ERLANG, "max_occupancy": 0.85, "shrinkage": 0.3}
    found = lab(capsys, "erlang", saved(tmp_path / "p.json", problem))
    assert (found["servers"], found["rostered"]) == (12, 18)
    assert {"service_level", "occupancy", "p_wait", "mean_wait_s"} <= set(found)
    impatient = lab(capsys, "erlang", saved(tmp_path / "p.json", {**problem, "patience_minutes": 3}))
    assert impatient["servers"] == 11 and impatient["abandoned"] != 0


@pytest.mark.parametrize(
    "problem, message",
    [
        ({**ERLANG, "calls_per_hour": "many"}, "field calls_per_hour: 'many' is no number"),
        ({**ERLANG, "handle_minutes": -5}, "field handle_minutes: -5.0; give a number above zero"),
        ({**ERLANG, "service_level": 80}, "service_level 80.0"),
        ([], "is no object"),
    ],
)
def test_erlang_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], problem: object, message: str
) -> None:
    assert message in refused(capsys, "erlang", saved(tmp_path / "p.json", problem))


def test_a_broken_or_missing_document_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "b.json"
    broken.write_text('{"demand": [1,\n oops}')
    assert "b.json, line 2: is no JSON" in refused(capsys, "hypercube", broken)
    assert "none.json: cannot be read" in refused(capsys, "erlang", tmp_path / "none.json")


TWO = {"demand": [1.0], "service_rate": [1.0, 1.0], "preference": [[0, 1]], "queue": "loss"}


def test_hypercube(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = lab(capsys, "hypercube", saved(tmp_path / "p.json", {**TWO, "travel": [[4], [9]]}))
    assert found["workload"] == pytest.approx([0.5, 0.3]) and found["blocked"] == pytest.approx(0.2)
    assert found["mean_travel"] == pytest.approx(4 * 0.625 + 9 * 0.375) and found["method"] == "exact"
    waiting = lab(capsys, "hypercube", saved(tmp_path / "p.json", {**TWO, "queue": "infinite"}))
    assert waiting["blocked"] == 0 and waiting["waiting"] == pytest.approx(1 / 3)
    near = {key: TWO[key] for key in ("demand", "service_rate")} | {"travel": [[9], [4]], "queue": 2}
    assert lab(capsys, "hypercube", saved(tmp_path / "p.json", near))["mean_travel"] == pytest.approx(
        lab(capsys, "hypercube", saved(tmp_path / "p.json", {**near, "preference": [[1, 0]]}))["mean_travel"]
    )


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"queue": "long"}, "field queue: 'long'"),
        ({"queue": 1.5}, "field queue: 1.5; give a whole number"),
        ({"method": "guess"}, "field method: 'guess'"),
        ({"preference": [[0, 0]]}, "field preference: atom 0"),
        ({"preference": "all"}, "field preference: give a list of lists"),
        ({"demand": ["x"]}, "field demand: give a list of numbers"),
    ],
)
def test_hypercube_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: Mapping[str, object], message: str
) -> None:
    assert message in refused(capsys, "hypercube", saved(tmp_path / "p.json", {**TWO, **changes}))


PANEL = [("a", 0, 10, 0), ("a", 1, 17, 1), ("b", 0, 20, 0), ("b", 1, 23, 0)]
DID = {"design": "did", "data": "panel.csv", "unit": "beat", "time": "month", "outcome": "y", "treated": "on"}


def test_difference_in_differences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table(tmp_path / "panel.csv", ("beat", "month", "y", "on"), PANEL)
    found = lab(capsys, "effects", saved(tmp_path / "d.json", DID))
    assert found["estimate"] == pytest.approx(4.0) and "few_units" in str(found["warnings"])
    rows = [(unit, time, y, 1 if unit == "a" else "") for unit, time, y, _ in PANEL]
    table(tmp_path / "panel.csv", ("beat", "month", "y", "start"), rows)
    cohort = {key: value for key, value in DID.items() if key != "treated"} | {"cohort": "start"}
    assert lab(capsys, "effects", saved(tmp_path / "d.json", cohort))["estimate"] == pytest.approx(4.0)


def test_the_same_panel_as_parquet_json_and_json_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [dict(zip(("beat", "month", "y", "on"), row, strict=True)) for row in PANEL]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "panel.parquet")
    saved(tmp_path / "panel.json", rows)
    (tmp_path / "panel.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n\n")
    for ending in ("parquet", "json", "jsonl"):
        design = saved(tmp_path / "d.json", {**DID, "data": f"panel.{ending}"})
        assert lab(capsys, "effects", design)["estimate"] == pytest.approx(4.0)


def test_rates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table(tmp_path / "r.csv", ("group", "n", "time"), [("exposed", 11, 800), ("not", 21, 3011)])
    design = {"design": "rates", "data": "r.csv", "unit": "group", "outcome": "n", "weights": "time"}
    found = lab(capsys, "effects", saved(tmp_path / "d.json", {**design, "options": {"reference": "not"}}))
    assert "1.97" in json.dumps(found["aggregates"])


def test_before_and_after_with_a_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        (f"2024-{month:02}-01", 20 if month < 7 or not ours else 10, ours)
        for month in range(1, 13)
        for ours in (1, 0)
    ]
    table(tmp_path / "s.csv", ("day", "n", "ours"), rows)
    design = {"design": "before_after", "data": "s.csv", "time": "day", "outcome": "n", "treated": "ours"}
    found = lab(
        capsys, "effects", saved(tmp_path / "d.json", {**design, "options": {"change_on": "2024-07-01"}})
    )
    assert found["estimate"] == pytest.approx(0.5) and found["method"] == "ratio_of_rate_ratios"
    assert len(found["warnings"]) == len(found["warnings_in_words"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"design": "magic"}, "field design: 'magic'; use one of before_after, cluster_randomised, did"),
        ({"outcome": "z"}, "panel.csv, line 2, field z: no such column; there are: beat, month, y, on"),
        ({"outcome": "beat"}, "panel.csv, line 2, field beat: 'a' is no number"),
        ({"treated": "y"}, "panel.csv, line 2, field y: '10' is neither 0 nor 1"),
        ({"options": {"strat": 1}}, "field options.strat: 1; no such option; use start"),
        ({"options": {"level": 2}}, "field options.level: 2.0; give a share"),
        ({"unit": None}, "field unit: None; name a column"),
        ({"data": "gone.csv"}, "gone.csv: cannot be read"),
        ({"data": "d.txt"}, "unknown ending '.txt'"),
        ({"covariates": ["age"]}, "line 2, field age: no such column"),
        ({"covariates": 3}, "field covariates: 3; write a list"),
        ({"cluster": "city"}, "line 2, field city: no such column"),
    ],
)
def test_effects_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: Mapping[str, object], message: str
) -> None:
    table(tmp_path / "panel.csv", ("beat", "month", "y", "on"), PANEL)
    assert message in refused(capsys, "effects", saved(tmp_path / "d.json", {**DID, **changes}))


SCHEMA = {
    "id": "id",
    "fields": {
        "first": "first_name",
        "last": "last_name",
        "dob": "date_of_birth",
        "tel": "phone",
        "sex": "sex",
    },
}


def town_files(folder: Path, people: int) -> list[Path]:
    """One CSV an agency."""
    files: dict[str, list[Sequence[object]]] = {}
    for r in town(people, seed=6):
        files.setdefault(r.source, []).append((person(r.id), r.given, r.family, r.born or "", r.phone, r.sex))
    columns = ("id", "first", "last", "dob", "tel", "sex")
    return [table(folder / f"{source}.csv", columns, rows) for source, rows in sorted(files.items())]


def test_link_across_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files, schema = town_files(tmp_path, 120), saved(tmp_path / "schema.json", SCHEMA)
    pairs, clusters = tmp_path / "pairs.csv", tmp_path / "clusters.csv"
    found = lab(
        capsys, "link", *files, "--schema", schema, "--mode", "link", "--pairs", pairs, "--clusters", clusters
    )
    linked = list(csv.DictReader(pairs.open()))
    assert len(linked) == found["pairs"] and found["notes"] == ["fixed_weights_few_records"]
    sure = [row for row in linked if float(row["probability"]) > 0.99]
    assert len(sure) > 60
    assert sum(row["id_a"] == row["id_b"] and row["source_a"] != row["source_b"] for row in sure) == len(sure)
    grouped = list(csv.DictReader(clusters.open()))
    assert len(grouped) == found["records"] and len({row["cluster"] for row in grouped}) == found["clusters"]


def test_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = table(
        tmp_path / "people.csv",
        ("id", "first", "last", "dob", "tel", "sex"),
        [
            ("1", "William", "Brown", "1970-03-04", "7035550001", "M"),
            ("2", "Mary", "Brown", "1971-03-04", "", "F"),
        ],
    )
    asked = table(
        tmp_path / "queries.csv",
        ("query_id", "first", "last", "dob"),
        [("q1", "Bill", "Bronw", ""), ("q2", "", "", "1971")],
    )
    out = tmp_path / "results.csv"
    schema = saved(tmp_path / "schema.json", SCHEMA)
    found = lab(capsys, "search", people, "--queries", asked, "--schema", schema, "--top", 1, "--out", out)
    assert [(row["query_id"], row["id"]) for row in csv.DictReader(out.open())] == [("q1", "1"), ("q2", "2")]
    assert (found["people"], found["queries"]) == (2, 2)


def test_search_from_a_snapshot_is_the_same_until_the_file_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ("id", "name", "dob", "street", "place")
    lines = [
        ("1", "Brown, William", "1970-03-04", "12 Oak Street", "Springfield"),
        ("2", "Mary Brown", "", "", ""),
    ]
    people = table(tmp_path / "people.csv", columns, lines)
    kinds = ("full_name", "date_of_birth", "street_address", "place")
    schema = saved(tmp_path / "s.json", {"id": "id", "fields": dict(zip(columns[1:], kinds, strict=True))})
    asked = table(
        tmp_path / "q.csv", ("query_id", *columns[1:]), [("q1", "Bill Brown", "1970-04-03", "oak", "")]
    )
    out, kept = tmp_path / "results.csv", tmp_path / "kept"
    options = (people, "--queries", asked, "--schema", schema, "--out", out, "--snapshot", kept)
    answers = []
    for _ in range(2):
        assert lab(capsys, "search", *options)["people"] == 2
        answers.append(out.read_text())
    assert answers[0] == answers[1] and answers[0].splitlines()[1].startswith("q1,1,1,")
    table(people, columns, [("7", "Bill Brown", "1970-04-03", "Oak", "")])
    assert lab(capsys, "search", *options)["people"] == 1
    assert out.read_text().splitlines()[1].startswith("q1,1,7,")
    (kept / "table.npy").unlink()
    assert lab(capsys, "search", *options)["people"] == 1


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "parquet"])
def test_search_reads_every_kind_of_file(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"id": 1, "first": "Ana", "tel": 7035550001}, {"id": 2, "first": "Eva", "tel": None}]
    people = tmp_path / f"people.{ending}"
    if ending == "csv":
        table(
            people, ("id", "first", "tel"), [[row[k] or "" for k in ("id", "first", "tel")] for row in rows]
        )
    elif ending == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), people)
    else:
        text = json.dumps(rows) if ending == "json" else "\n".join(json.dumps(row) for row in rows)
        people.write_text(text)
    asked = table(tmp_path / "q.csv", ("query_id", "tel"), [("q", "703-555-0001")])
    schema, out = saved(tmp_path / "s.json", SCHEMA), tmp_path / "r.csv"
    found = lab(capsys, "search", people, "--queries", asked, "--schema", schema, "--out", out, "--top", 1)
    assert found["people"] == 2 and out.read_text().splitlines()[1].startswith("q,1,1,")


def test_search_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = table(tmp_path / "p.csv", ("id", "first"), [("1", "Ana"), ("", "Bo")])
    asked = table(tmp_path / "q.csv", ("query_id", "first"), [("", "Ana")])
    options = (
        "--queries",
        asked,
        "--schema",
        saved(tmp_path / "s.json", SCHEMA),
        "--out",
        tmp_path / "r.csv",
    )
    assert "p.csv, line 3, field id: '' is blank" in refused(capsys, "search", people, *options)
    table(people, ("id", "first"), [("1", "Ana")])
    assert "q.csv, line 2, field query_id: '' is blank" in refused(capsys, "search", people, *options)
    assert "--top 0: give 1 or more" in refused(capsys, "search", people, *options, "--top", 0)
    people.write_text("id,first\n1,Ana,Maria\n")
    assert "p.csv, line 2: more values than columns" in refused(capsys, "search", people, *options)
    haven = saved(tmp_path / "s.json", {**SCHEMA, "origin": "victim_service_provider"})
    people.write_text("id,first\n1,Ana\n")
    assert "excluded from linkage by law" in refused(
        capsys, "search", people, "--queries", asked, "--schema", haven, "--out", tmp_path / "r.csv"
    )


@pytest.mark.parametrize(
    "schema, message",
    [
        ({"fields": {}}, "field id or fields"),
        ({**SCHEMA, "fields": {"first": "nick"}}, "field fields.first: 'nick'; use one of first_name"),
        ({**SCHEMA, "id": "number"}, "line 2, field number: no such column"),
        ({**SCHEMA, "origin": "victim_service_provider"}, "excluded from linkage by law"),
    ],
)
def test_link_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], schema: Mapping[str, object], message: str
) -> None:
    people = table(tmp_path / "p.csv", ("id", "first"), [("1", "Ana")])
    options = (
        "--schema",
        saved(tmp_path / "s.json", schema),
        "--pairs",
        tmp_path / "x",
        "--clusters",
        tmp_path / "y",
    )
    assert message in refused(capsys, "link", people, *options)


def test_rows_that_do_not_fit_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = (
        "--schema",
        saved(tmp_path / "s.json", SCHEMA),
        "--pairs",
        tmp_path / "x",
        "--clusters",
        tmp_path / "y",
    )
    blank = table(tmp_path / "p.csv", ("id", "first"), [("1", "Ana"), ("", "Bo")])
    assert "p.csv, line 3, field id: '' is blank" in refused(capsys, "link", blank, *options)
    (tmp_path / "q.csv").write_text("id,first\n1,Ana,Maria\n")
    assert "q.csv, line 2: more values than columns" in refused(capsys, "link", tmp_path / "q.csv", *options)
    (tmp_path / "r.csv").write_bytes("id,first\n1,Ren\xe9e\n".encode("latin-1"))
    assert "r.csv: cannot be read" in refused(capsys, "link", tmp_path / "r.csv", *options)


def test_names_and_dates_in_their_many_forms() -> None:
    assert split_name("García López, Ana María") == ("Ana María", "García López")
    assert split_name("Ana María García") == ("Ana María", "García")
    assert {day(text) for text in ("1984-05-07", "19840507", "05/07/1984", "05071984", "07.05.1984")} == {
        day("1984-05-07")
    }
    assert day("1984-13-45") is None
    assert day("1630-08-01") == date(1630, 8, 1) and day("12042018") == date(2018, 12, 4)
    said = "1948 1948-03 1948-3-00 03/1948 1948-13 0012".split()
    assert [part_of_date(text) for text in said] == ["1948", "1948-03", "1948-03", "1948-03", "", ""]
