"""The published simulation in small: fewer calls and failed trips than a static board."""

from bench.capacity import believed, compared, played, static


def test_ours_takes_fewer_calls_and_fewer_failed_trips() -> None:
    found = compared(10, 4)
    for name in ("calls_per_person", "failed_trips"):
        assert float(str(found[name]["difference"])) < 0, found


def test_a_world_plays_the_same_twice() -> None:
    assert played(3, 5, believed) == played(3, 5, believed) != played(3, 5, static)
