"""Packs are read by name, refuse to leave their folder, and every one that ships parses."""

from __future__ import annotations

import pytest

from commonweal import packs


def test_a_missing_pack_says_what_to_ask() -> None:
    with pytest.raises(packs.PackError, match=r"names\('policy'\)"):
        packs.read("policy/of_another_planet.yaml")


@pytest.mark.parametrize("name", ["../config/settings.py", "policy/../../flow.yaml", "a\\b.yaml"])
def test_a_name_that_climbs_out_is_refused(name: str) -> None:
    with pytest.raises(packs.PackError, match="relative"):
        packs.read(name)


def test_an_unknown_folder_holds_nothing() -> None:
    assert packs.names("no_such_folder") == []
