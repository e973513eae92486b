"""One report in three lengths, and the data annex: tables, a dictionary, hashes, nothing hidden let out."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest
from django.urls import reverse

from commonweal.evaluation import actions, queries
from commonweal.kernel import clock
from factories.calls import open_centre
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="centre")
def the_centre(db):
    """A centre with three calls: too few to be told of."""
    found = open_centre(staffed=False)
    with clock.at(clock.now() - timedelta(hours=3)):
        for _ in range(3):
            found.call()
    return found


def frozen(centre) -> queries.Cohort:
    start = clock.now() - timedelta(days=1)
    return actions.freeze_cohort(by=centre.cast["evaluator"], name="Spring", start=start, end=clock.now())


def annexed(centre, found: queries.Cohort, *, language: str = "en") -> dict[str, bytes]:
    client = visit(centre.cast["evaluator"])
    client.post("/language/", {"language": language, "next": "/"})
    answer = client.get(reverse("evaluator:annex", args=[found.id]))
    assert answer["Content-Type"] == "application/zip" and found.fingerprint[:12] in str(answer.headers)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_same_figures_in_three_lengths(centre) -> None:
    client = visit(centre.cast["evaluator"])
    texts = {
        length: client.get(reverse("evaluator:report"), {"for": length}).content.decode()
        for length in ("funder", "council", "residents")
    }
    assert len(texts["funder"]) > len(texts["council"]) > 0
    assert "Numerator" in texts["funder"] and "<h2>Definitions" not in texts["council"]
    assert "in six figures" in texts["residents"] and "cannot tell" in texts["residents"]
    assert "<table" not in texts["residents"]
    for text in texts.values():
        assert "quality it stands on" in text and 'aria-current="page"' in text
    wrong = client.get(reverse("evaluator:report"), {"for": "gold"})
    assert wrong.status_code == 400 and "funder, council, residents" in wrong.content.decode()


def test_the_annex_names_every_definition_and_the_hash_of_the_cohort(centre) -> None:
    found = frozen(centre)
    files = annexed(centre, found)
    told = json.loads(files["datapackage.json"])
    assert told["cohort"]["fingerprint"] == f"sha256:{found.fingerprint}"
    for resource in told["resources"]:
        content = files[resource["path"]]
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
        header = content.decode().splitlines()[0].split(",")
        fields = resource["schema"]["fields"]
        assert header == [field["name"] for field in fields]
        assert all(field["description"] for field in fields)
    listed = {(row["metric"], row["version"]) for row in rows(files["figures.csv"])}
    assert listed == {(row["metric"], row["version"]) for row in rows(files["definitions.csv"])}
    assert {metric for metric, _ in listed} == set(queries.metrics())


def test_a_cohort_with_enough_calls_carries_its_intervals(centre) -> None:
    """As they were frozen: the value lies between its ends, and a cell without one is empty."""
    with clock.at(clock.now() - timedelta(hours=3)):
        for _ in range(27):
            centre.call()
    listed = rows(annexed(centre, frozen(centre))["figures.csv"])
    told = [row for row in listed if row["low"]]
    assert told and all(row["high"] for row in told)
    assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in told)


def test_hidden_cells_stay_hidden(centre) -> None:
    hidden = [row for row in rows(annexed(centre, frozen(centre))["figures.csv"]) if row["hidden"] == "true"]
    assert hidden, "three calls are too few"
    for row in hidden:
        assert not any(row[name] for name in ("value", "low", "high", "numerator", "denominator")), row
    kinds = [row["left_out"] for row in rows(annexed(centre, queries.cohorts()[0])["figures.csv"])]
    assert not any(f": {few}" in text for text in kinds for few in range(1, 11))


def test_the_same_cohort_gives_the_same_bytes(centre) -> None:
    found = frozen(centre)
    assert annexed(centre, found) == annexed(centre, found)


def test_in_spanish_the_dictionary_is_too(centre) -> None:
    files = annexed(centre, frozen(centre), language="es")
    assert "Vacío si se oculta" in files["datapackage.json"].decode()
    assert "Derivaciones aceptadas" in files["definitions.csv"].decode()


@pytest.mark.parametrize("role", ["analyst", "supervisor", "records_steward"])
def test_nobody_else_has_the_annex(centre, role) -> None:
    address = reverse("evaluator:annex", args=[frozen(centre).id])
    assert visit(centre.cast[role]).get(address).status_code == 403


def test_a_stranger_signs_in_first(client, centre) -> None:
    assert client.get(reverse("evaluator:annex", args=[frozen(centre).id])).status_code == 302
