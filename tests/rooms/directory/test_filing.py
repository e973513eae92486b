"""A directory is filed: kept as it came, recognised when it comes again, never doubled."""

import csv
from pathlib import Path

import pytest

from commonweal.directory import actions, queries
from commonweal.directory.models import Service, Topic
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.imports import Rejected
from commonweal.kernel.models import JournalLine
from factories import directory as make

pytestmark = pytest.mark.django_db
CLERK = system("test")


def record(line: int, *entries: actions.Entry, key: str = "") -> actions.Record:
    """One record of a file with its services."""
    return actions.Record("list.csv", line, key or f"key-{line}", entries)


def test_a_service_is_filed_once_and_recognised_when_it_comes_again() -> None:
    first, outcome = actions.file_service(by=CLERK, entry=make.entry())
    again, second = actions.file_service(by=CLERK, entry=make.entry())
    assert (outcome, second) == ("accepted", "unchanged")
    assert first.id == again.id
    assert JournalLine.objects.filter(kind="directory.service_filed").count() == 1


def test_a_changed_service_is_updated_in_place() -> None:
    first, _ = actions.file_service(by=CLERK, entry=make.entry())
    changed = make.entry(languages=(("es", "Spanish"),), documents=("Photo id",))
    again, outcome = actions.file_service(by=CLERK, entry=changed)
    detail = queries.service(first.id)
    assert (again.id, outcome) == (first.id, "updated")
    assert detail.spoken == (("es", "Spanish"),) and detail.documents == ("Photo id",)


def test_a_service_dropped_by_its_source_leaves_no_stale_place() -> None:
    actions.file_service(by=CLERK, entry=make.entry())
    moved = actions.Place(external_id="other", address="9 Mill Rd", city="Harlow")
    row, _ = actions.file_service(by=CLERK, entry=make.entry(places=(moved,)))
    assert queries.service(row.id).places == ("9 Mill Rd, Harlow",)


def test_the_words_of_a_directory_become_needs() -> None:
    plain = make.entry(name="Martha's kitchen", keywords="Hot meals, food pantry, showers", description="")
    row, _ = actions.file_service(by=CLERK, entry=plain)
    assert set(Topic.objects.filter(service=row).values_list("code", flat=True)) == {"food", "hygiene"}


def test_an_unknown_need_is_refused_with_the_ones_that_exist() -> None:
    with pytest.raises(Invalid, match="shelter") as refusal:
        actions.file_service(by=CLERK, entry=make.entry(topics=("rocketry",)))
    assert refusal.value.field == "needs"


def test_a_refuge_shows_no_address_anywhere() -> None:
    refuge = actions.Place(
        external_id="r",
        address="1 Hidden Lane",
        city="Secretville",
        lon=-122.0,
        lat=37.0,
        is_confidential=True,
    )
    row, _ = actions.file_service(by=CLERK, entry=make.entry(places=(refuge,)))
    detail = queries.service(row.id)
    assert detail.places == () and detail.summary.address == "" and detail.summary.lon is None
    assert "hidden" not in row.search_text
    assert queries.search(text="hidden lane").total == 0


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"minimum_age": 30, "maximum_age": 20}, "maximum_age"),
        ({"minimum_age": 210}, "minimum_age"),
        ({"name": "   "}, "service.name"),
    ],
)
def test_an_impossible_entry_refuses_to_be_built(parts: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        make.entry(**parts)
    assert refusal.value.field == field and refusal.value.remedy


@pytest.mark.parametrize(
    ("lon", "lat", "field"), [(-122.0, 210.0, "lat"), (200.0, 37.0, "lon"), (-122.0, None, "place")]
)
def test_a_place_off_the_globe_refuses_to_be_built(lon: float, lat: float | None, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.Place(lon=lon, lat=lat)
    assert refusal.value.field == field


def test_an_import_counts_every_row_and_a_second_run_accepts_none() -> None:
    rows = [record(n + 2, make.entry(f"Service {n}", f"x{n}")) for n in range(5)]
    bad = Rejected("list.csv", 7, "name", "", "has no name")
    first = actions.import_services(by=CLERK, profile="test", sources=["list.csv"], rows=[*rows, bad])
    second = actions.import_services(by=CLERK, profile="test", sources=["list.csv"], rows=[*rows, bad])
    assert first.counts == {"read": 6, "accepted": 5, "updated": 0, "unchanged": 0, "rejected": 1}
    assert second.counts == {"read": 6, "accepted": 0, "updated": 0, "unchanged": 5, "rejected": 1}
    assert Service.objects.count() == 5
    [listed] = csv.DictReader(Path(first.rejects_file).read_text("utf-8").splitlines())
    assert listed == {"file": "list.csv", "line": "7", "field": "name", "value": "", "reason": "has no name"}


def test_the_same_id_with_other_content_in_one_run_is_rejected_and_never_takes_turns() -> None:
    rows = [record(2, make.entry("One", "same"), key="k"), record(3, make.entry("Two", "same"), key="k")]
    runs = [actions.import_services(by=CLERK, profile="t", sources=["a"], rows=rows).counts for _ in range(2)]
    assert [r["accepted"] for r in runs] == [1, 0] and [r["rejected"] for r in runs] == [1, 1]
    assert [r["updated"] for r in runs] == [0, 0]
    assert Service.objects.get().name == "One"


def test_a_record_counts_once_and_what_it_drops_becomes_inactive() -> None:
    both = record(2, make.entry("Beds", "1"), make.entry("Meals", "2"))
    less = record(2, make.entry("Beds", "1"))
    counts = []
    for rows in (both, both, less, less):
        run = actions.import_services(by=CLERK, profile="t", sources=["a"], rows=[rows])
        counts.append([run.counts[k] for k in ("accepted", "updated", "unchanged")])
    assert counts == [[1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1]]
    assert [row.name for row in queries.search().rows] == ["Beds"]


def test_one_bad_row_never_costs_its_neighbours() -> None:
    rows = [record(2, make.entry("One", "1", topics=("rocketry",))), record(3, make.entry("Two", "2"))]
    run = actions.import_services(by=CLERK, profile="t", sources=["a"], rows=rows)
    assert (run.counts["accepted"], run.counts["rejected"]) == (1, 1)
    assert Service.objects.get().name == "Two"


def test_a_confirmed_entry_carries_the_day_and_who_said_so() -> None:
    row, _ = actions.file_service(by=CLERK, entry=make.entry())
    actions.assure(by=CLERK, service=row.id, assurer="Night desk")
    shown = queries.service(row.id).row
    assert shown.assurer == "Night desk" and shown.assured_at is not None


def test_a_retired_service_leaves_search_and_comes_back() -> None:
    row, _ = actions.file_service(by=CLERK, entry=make.entry())
    actions.retire_service(by=CLERK, service=row.id, status="temporarily closed")
    assert queries.search().total == 0
    actions.retire_service(by=CLERK, service=row.id, status="active")
    assert queries.search().total == 1
    with pytest.raises(Invalid):
        actions.retire_service(by=CLERK, service=row.id, status="haunted")


def test_what_is_not_there_is_not_found() -> None:
    nowhere = make.service("Elsewhere")
    Service.objects.all().delete()
    for look in (queries.service, queries.receiver, queries.provider):
        with pytest.raises(NotFound):
            look(nowhere)
