"""The extract: nobody in it, nothing small, whole months, what was withdrawn gone, views alike."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import which
from typing import Any
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonweal.calls import actions as call_actions
from commonweal.calls import queries as calls
from commonweal.foresight import actions, partitions, queries
from commonweal.foresight.deidentifying import COLUMNS, SMALL, lines
from commonweal.kernel import clock, cluster
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from factories.calls import open_centre
from factories.cast import SETUP, Cast, gather, someone
from rooms.foresight.test_pictures import call

ZONE, SECRET = ZoneInfo("America/Los_Angeles"), b"a secret of the site"
MARCH = datetime(2026, 3, 2, 17, 41, 9, tzinfo=UTC)


def month(number: int, **facts: Any) -> list[calls.Counted]:
    """So many calls, an hour and three minutes apart."""
    return [call(n, received=MARCH + n * timedelta(minutes=63), **facts) for n in range(number)]


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def written(cast: Cast, out: Path, found: Iterable[calls.Counted], role: str = "evaluator") -> dict[str, Any]:
    """An extract of March and April 2026 over these calls."""
    held = list(found)

    def extract(_: object, start: datetime, end: datetime) -> Iterator[calls.Counted]:
        return iter([one for one in held if start <= one.received < end])

    with patch.object(calls, "extract", extract):
        told: Mapping[str, object] = actions.write_extract(
            by=cast[role], out=out, first=date(2026, 3, 1), last=date(2026, 4, 1)
        )
    return dict(told)


@settings(max_examples=25)
@given(some.lists(some.tuples(some.sampled_from("abc"), some.sampled_from(["x", "y", ""])), max_size=60))
def test_no_place_or_nature_is_small(drawn: list[tuple[str, str]]) -> None:
    """Every cell and nature shown is shared by eleven calls; nothing is lost."""
    found = lines([call(n, nature=nature, cell=cell) for n, (nature, cell) in enumerate(drawn)], ZONE, SECRET)
    assert len(found) == len(drawn)
    shown = Counter((one.nature, one.cell) for one in found if one.cell)
    assert all(n >= SMALL for n in shown.values())
    natures = Counter(one.nature for one in found if one.nature != "other")
    assert all(n >= SMALL for n in natures.values())


def test_what_a_line_says_of_a_call() -> None:
    """An opaque key, the hour, whole minutes; no agency, no exact time."""
    one = call(
        7, received=MARCH, on_scene=MARCH + timedelta(minutes=12, seconds=50), cleared=MARCH - timedelta(1)
    )
    (line,) = lines([one], ZONE, SECRET)
    assert str(one.key) not in line.key and one.key.hex not in line.key
    assert line.key != lines([one], ZONE, b"another site")[0].key
    assert (line.hour.minute, line.hour.second, line.minutes_to_scene, line.minutes_to_clear) == (
        0,
        0,
        12,
        None,
    )
    assert not {"agency", "received", "unit", "number", "person"} & set(COLUMNS)


def test_months_are_written_once_and_again_when_they_change(cast: Cast, tmp_path: Path) -> None:
    """The second run writes nothing; a call withdrawn since is gone; an emptied month loses its file."""
    found = month(40)
    assert written(cast, tmp_path, found)["written"] == ["2026-03"]
    assert written(cast, tmp_path, found)["written"] == [] and queries.broken(tmp_path) == []
    assert written(cast, tmp_path, found[1:])["rows"] == 39
    table = pq.read_table(tmp_path / "calls" / "month=2026-03" / "part.parquet")
    assert lines(found[:1], ZONE, SECRET)[0].key not in table.column("key").to_pylist()
    assert written(cast, tmp_path, [])["months"] == []
    assert not list(tmp_path.rglob("*.parquet"))
    told = JournalLine.objects.filter(kind="foresight.extract_written").order_by("id")
    assert [line.data["rows"] for line in told] == [40, 39, 0]


def test_a_run_that_stopped_goes_on(cast: Cast, tmp_path: Path) -> None:
    """A half-written or damaged file is written again; a month already whole is not."""
    found = [*month(30), *(call(100 + n, received=MARCH + timedelta(days=35)) for n in range(12))]
    written(cast, tmp_path, found)
    (tmp_path / "calls" / "month=2026-04" / "part.parquet").write_bytes(b"half of it")
    assert queries.broken(tmp_path) == ["calls/month=2026-04/part.parquet"]
    assert written(cast, tmp_path, found)["written"] == ["2026-04"] and queries.broken(tmp_path) == []


class Killed(BaseException):
    """The process ends here: nobody catches it."""


@pytest.mark.parametrize(("dies_in", "at_call"), [("replace", 3), ("replace", 4), ("write_table", 2)])
def test_a_run_that_is_killed_goes_on(cast: Cast, tmp_path: Path, dies_in: str, at_call: int) -> None:
    """Killed while a file is written, before it is moved, before the manifest: the next run ends it, once."""
    found = [*month(30), *(call(100 + n, received=MARCH + timedelta(days=35)) for n in range(12))]
    module, calls_made = (partitions.pq if dies_in == "write_table" else partitions.os), []
    honest = getattr(module, dies_in)

    def dying(*args: Any, **kwargs: Any) -> Any:
        calls_made.append(args)
        if len(calls_made) == at_call:
            if dies_in == "write_table":
                Path(args[1]).write_bytes(b"half a file")
            raise Killed
        return honest(*args, **kwargs)

    with patch.object(module, dies_in, dying), pytest.raises(Killed):
        written(cast, tmp_path, found)
    if "2026-04" not in queries.manifest(tmp_path):
        counted = sum(part.rows for part in queries.manifest(tmp_path).values())
        assert counted == 30  # what stands is whole months, and the manifest says which
    assert written(cast, tmp_path, found)["written"] == ["2026-04"]
    assert queries.broken(tmp_path) == [] and not list(tmp_path.rglob("*.half"))
    assert written(cast, tmp_path, found)["written"] == []
    assert {row["calls"] for row in queries.view(tmp_path, "by-month-and-nature")} == {30, 12}


def test_what_a_killed_run_left_is_taken_away_when_its_calls_are(cast: Cast, tmp_path: Path) -> None:
    """A month moved into place before the manifest knew of it, whose calls were all withdrawn since."""
    written(cast, tmp_path, month(30))
    (tmp_path / "manifest.json").unlink()
    assert written(cast, tmp_path, [])["written"] == ["2026-03"]
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_month_that_nobody_asked_for_is_looked_at_too(cast: Cast, tmp_path: Path) -> None:
    """The nightly run of April takes out of March what was withdrawn since."""
    found = month(30)
    written(cast, tmp_path, found)
    with patch.object(
        calls, "extract", lambda _, start, end: [c for c in found[1:] if start <= c.received < end]
    ):
        told = actions.write_extract(
            by=cast["evaluator"], out=tmp_path, first=date(2026, 4, 1), last=date(2026, 4, 1)
        )
    assert told["written"] == ["2026-03"] and told["rows"] == 29


def test_an_expunged_person_is_gone_at_the_next_run(tmp_path: Path, transactional_db: None) -> None:
    """Of a real instance: their calls stand in the month until the order, and nowhere after it."""
    centre = open_centre(staffed=False)
    person, _ = someone(centre.cast)
    theirs = [centre.call() for _ in range(12)]
    others = [centre.call() for _ in range(13)]
    for one in theirs:
        call_actions.identify(by=centre.desk, call=one, person=person)
    today = clock.today()

    def run() -> object:
        by = centre.cast["evaluator"]
        return actions.write_extract(by=by, out=tmp_path, first=today, last=today)["rows"]

    assert run() == len(theirs) + len(others)
    sharing.bar(by=SETUP, subject=Subject("person", person), expunged=True)
    assert run() == len(others)
    sharing.bar(by=SETUP, subject=Subject("call", others[0]), sealed=True)
    assert run() == len(others) - 1


@pytest.mark.parametrize("how", ["changed", "added", "missing", "elsewhere"])
def test_a_manipulated_file_is_refused(cast: Cast, tmp_path: Path, how: str) -> None:
    """Nothing is counted from a folder that is not as its manifest says."""
    written(cast, tmp_path, month(30))
    part = tmp_path / "calls" / "month=2026-03" / "part.parquet"
    if how == "changed":
        pq.write_table(pq.read_table(part).slice(1), part)
    elif how == "added":
        (part.parent / "more.parquet").write_bytes(part.read_bytes())
    elif how == "missing":
        part.unlink()
    else:
        manifest = tmp_path / "manifest.json"
        manifest.write_text(manifest.read_text().replace("calls/month=2026-03", "../month=2026-03"))
    with pytest.raises(Invalid) as said:
        queries.view(tmp_path, "by-month-and-nature")
    assert said.value.field == "folder"


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "clinician", "analyst"])
def test_who_may_not_evaluate_writes_nothing(cast: Cast, tmp_path: Path, role: str) -> None:
    """Refused before a file is made."""
    with pytest.raises(Invalid):
        written(cast, tmp_path, month(20), role)
    assert not list(tmp_path.iterdir())


def test_months_in_the_wrong_order(cast: Cast, tmp_path: Path) -> None:
    """Named, with the option."""
    with pytest.raises(Invalid) as said:
        actions.write_extract(
            by=cast["evaluator"], out=tmp_path, first=date(2026, 4, 1), last=date(2026, 3, 1)
        )
    assert said.value.field == "last"


class TestViews:
    """Counted by an engine beside the same count by hand."""

    @pytest.fixture(name="folder")
    def a_folder(self, cast: Cast, tmp_path: Path) -> Path:
        found = [
            *month(40, on_scene=MARCH + timedelta(days=9)), *month(4, tier="T5", nature="trespass"),
            *month(15, state="cancelled"), *month(12, is_behavioural=False, nature="noise"),
        ]  # fmt: skip
        written(cast, tmp_path, [one._replace(key=UUID(int=n)) for n, one in enumerate(found)])
        return tmp_path

    @pytest.fixture
    def executors(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """A local cluster, gone when the test is over."""
        pytest.importorskip("pyspark", reason="NOT TESTED on Spark: pyspark is not installed")
        if which("java") is None:
            pytest.skip("NOT TESTED on Spark: no Java runtime")
        monkeypatch.setenv("SPARK_MASTER", "local-cluster[2,1,1500]")
        with patch.dict("os.environ"):
            yield
            cluster.session("commonweal", {}).stop()

    def test_counts_by_hand(self, folder: Path) -> None:
        """Cancelled calls in none, small counts left out, the mean over those that were reached."""
        assert queries.view(folder, "by-month-and-nature") == [
            {"month": "2026-03", "nature": "noise", "calls": 12},
            {"month": "2026-03", "nature": "welfare_check", "calls": 40},
        ]
        assert [(r["tier"], r["calls"]) for r in queries.view(folder, "minutes-by-tier")] == [("T3", 40)]
        assert all(row["calls"] >= SMALL for name in queries.VIEWS for row in queries.view(folder, name))  # type: ignore[operator]

    @pytest.mark.slow
    @pytest.mark.once
    def test_spark_says_the_same(self, folder: Path, executors: None) -> None:
        """Keys and counts exactly, means within 1e-9; computed by two executors in processes of their own."""
        for name in queries.VIEWS:
            here, there = (queries.view(folder, name, engine) for engine in ("duckdb", "spark"))
            assert [list(row) for row in here] == [list(row) for row in there]
            for one, other in zip(here, there, strict=True):
                means = {k: v for k, v in one.items() if isinstance(v, float)}
                assert {k: v for k, v in other.items() if k not in means} == {
                    k: v for k, v in one.items() if k not in means
                }
                assert means == pytest.approx({k: other[k] for k in means}, rel=1e-9)

    @pytest.mark.parametrize(("name", "engine"), [("by-name", "duckdb"), ("by-cell", "abacus")])
    def test_what_is_not_known(self, folder: Path, name: str, engine: str) -> None:
        """Invalid, with what there is."""
        with pytest.raises(Invalid):
            queries.view(folder, name, engine)

    def test_a_folder_without_an_extract(self, tmp_path: Path) -> None:
        """Says to write one first."""
        with pytest.raises(Invalid):
            queries.view(tmp_path, "by-cell")
        (tmp_path / "manifest.json").write_text("[]")
        with pytest.raises(Invalid):
            queries.manifest(tmp_path)
