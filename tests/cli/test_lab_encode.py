"""Two agencies that may not send names link their people: a key, a file each, pairs of opaque ids."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from commonweal.cli.main import main
from engines.linkage.people import person, town

FIELDS = {"given": "first_name", "family": "last_name", "born": "date_of_birth", "tel": "phone",
          "address": "street_address", "sex": "sex"}  # fmt: skip


def people(folder: Path, source: str) -> Path:
    """One agency's export."""
    path = folder / f"{source}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *FIELDS])
        for r in town(400, seed=9):
            if r.source == source and r.born and (r.phone or r.address):
                writer.writerow([r.id, r.given, r.family, r.born, r.phone, r.address, r.sex])
    return path


def schema(folder: Path, origin: str | None = "health") -> Path:
    path = folder / "schema.json"
    said = {"id": "id", "fields": FIELDS, **({"origin": origin} if origin else {})}
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def encode(folder: Path, source: str, *more: str) -> int:
    """What a party runs; nothing but the command, its schema and the key."""
    arguments = ("encode", people(folder, source), "--schema", folder / "schema.json", "--key",
                 folder / "key",
                 "--project", "Outreach", "--source", source, "--out", folder / f"{source}.jsonl",
                 "--ids", folder / f"{source}.ids.csv")  # fmt: skip
    return main(["lab", *map(str, (*arguments, *more))])


def linked(folder: Path, *sources: str, more: Sequence[str] = ()) -> int:
    files = [str(folder / f"{source}.jsonl") for source in sources]
    ends = ("--pairs", str(folder / "pairs.csv"), "--clusters", str(folder / "clusters.csv"))
    return main(["lab", "link-encoded", *files, *ends, *more])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def agreed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with a key and a schema."""
    assert main(["lab", "encode", "--new-key", str(tmp_path / "key")]) == 0
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    schema(tmp_path)
    capsys.readouterr()
    return tmp_path


def test_three_parties_link_and_each_turns_back_only_its_own_ids(
    agreed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for source in ("police", "health", "shelter"):
        assert encode(agreed, source) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["encoded"] > 50 and told["left_out_too_few_values"] == 0
        assert (agreed / f"{source}.ids.csv").stat().st_mode & 0o077 == 0
    assert linked(agreed, "police", "health", "shelter") == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["learned"]) == {"police + health", "police + shelter", "health + shelter"}
    own = {
        source: {row["opaque_id"]: row["own_id"] for row in rows(agreed / f"{source}.ids.csv")}
        for source in ("police", "health", "shelter")
    }
    pairs = rows(agreed / "pairs.csv")
    right = sum(person(own[p["source_a"]][p["id_a"]]) == person(own[p["source_b"]][p["id_b"]]) for p in pairs)
    assert len(pairs) == found["pairs"] > 30 and right / len(pairs) > 0.95
    assert {row["source"] for row in rows(agreed / "clusters.csv")} == set(own)


def test_what_leaves_holds_no_name_no_number_no_own_id_and_no_key(agreed: Path) -> None:
    assert encode(agreed, "police") == 0
    sent = (agreed / "police.jsonl").read_text(encoding="utf-8")
    assert (agreed / "key").read_text(encoding="ascii").strip() not in sent
    manifest, *lines = map(json.loads, sent.splitlines())
    assert "Pseudonymised" in manifest["about"] and "not anonymous" in manifest["about"]
    assert all(set(line) == {"id", "bits"} for line in lines)
    whole = {value for line in lines for value in line.values()}
    shown = sent.partition("\n")[2]
    for row in rows(agreed / "police.csv"):
        assert whole.isdisjoint(row.values())
        # a key drawn by chance may spell five letters or digits somewhere; eight it does not
        assert all(value not in shown for value in row.values() if len(value) > 7)
    longest = [max(map(len, row.values())) for row in rows(agreed / "police.csv")]
    assert min(longest) > 7, "every row has something to look for"
    assert [line["id"] for line in lines] == sorted(line["id"] for line in lines), (
        "no order of the file's own"
    )


def test_victim_services_are_refused_and_so_is_a_schema_that_does_not_say_who_holds_the_records(
    agreed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for origin, message in (
        ("victim_service", "excluded from linkage by law"),
        ("victim_service_provider", "excluded from linkage by law"),
        (None, "field origin: missing"),
    ):
        schema(agreed, origin)
        assert encode(agreed, "shelter") == 2
        assert message in capsys.readouterr().err
        assert not (agreed / "shelter.jsonl").exists() and not (agreed / "shelter.ids.csv").exists()


def test_files_under_another_key_or_agreement_are_not_compared(
    agreed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert encode(agreed, "police") == 0
    assert encode(agreed, "health", "--project", "Another") == 0
    assert linked(agreed, "police", "health") == 2
    assert "field parameters: differ" in capsys.readouterr().err
    (agreed / "key").unlink()
    assert main(["lab", "encode", "--new-key", str(agreed / "key")]) == 0
    assert encode(agreed, "health") == 0
    assert linked(agreed, "police", "health") == 2
    assert "field key_check: another key" in capsys.readouterr().err


def test_a_file_that_was_changed_on_its_way_is_refused(
    agreed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert encode(agreed, "police") == encode(agreed, "health") == 0
    path = agreed / "health.jsonl"
    whole = path.read_text(encoding="utf-8")
    for changed, message in (
        (whole[:-40], "field body_sha256"),
        ('{"format": "else"}\n', "field format"),
        ("nonsense", "no file of encodings"),
        (whole.replace('"flips": 8', '"flips": 1', 1), "field parameters_sha256"),
        (whole.replace('"flips": 8', '"flips": 0', 1), "flips: 0"),
    ):
        path.write_text(changed, encoding="utf-8")
        assert linked(agreed, "police", "health") == 2
        assert message in capsys.readouterr().err


def test_bad_input_names_field_and_remedy(agreed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "encode", "--new-key", str(agreed / "key")]) == 2, "a key is never replaced"
    assert encode(agreed, "police", "--fields", "given,family,shoe") == 2
    assert "shoe; the schema has columns for" in capsys.readouterr().err
    assert encode(agreed, "police", "--fields", "given,family") == 2
    assert "encode at least 3" in capsys.readouterr().err
    assert main(["lab", "encode", str(agreed / "police.csv")]) == 2
    assert "field schema: missing" in capsys.readouterr().err
    (agreed / "key").write_text("not hex", encoding="ascii")
    assert encode(agreed, "police") == 2
    assert "--new-key" in capsys.readouterr().err
