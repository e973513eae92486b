"""The site's own file stands in the place of the one that ships, from the moment it is there."""

import os
from pathlib import Path
from typing import Any

from commonweal.kernel.site_file import in_force

NAME = "reminders.yaml"


def keys(body: object) -> list[str]:
    """What a file names."""
    assert isinstance(body, dict)
    return sorted(body)


def test_ours_until_the_site_writes_its_own(settings: Any, tmp_path: Path) -> None:
    """And ours again once it is taken away."""
    settings.COMMONWEAL_HOME = tmp_path
    shipped = in_force(NAME, keys)
    assert "quiet" in shipped
    own = tmp_path / NAME
    own.write_text("mine: 1")
    assert in_force(NAME, keys) == ["mine"]
    own.write_text("other: 2")
    os.utime(own, ns=(1, own.stat().st_mtime_ns + 1))
    assert in_force(NAME, keys) == ["other"]
    own.unlink()
    assert in_force(NAME, keys) == shipped


def test_it_is_read_once_while_it_stands(settings: Any, tmp_path: Path) -> None:
    settings.COMMONWEAL_HOME = tmp_path
    read: list[object] = []
    for _ in range(3):
        in_force(NAME, read.append)
    assert len(read) == 1
