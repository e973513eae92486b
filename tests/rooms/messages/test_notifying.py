"""The site's file of groups: ours is whole, a site's own holds, and a mistake is named."""

from pathlib import Path

import pytest
import yaml

from commonweal import packs
from commonweal.kernel.errors import Invalid
from commonweal.messages import words
from commonweal.messages.notifying import GROUPS, NAME, notifying, read
from commonweal.web.bell import KINDS
from commonweal.web.choices import GROUPS as ON_THE_PAGE


def body(**groups: object) -> dict[str, object]:
    """A file of a site."""
    return {"groups": groups}


def test_every_kind_of_a_group_has_its_words_in_the_bell() -> None:
    ours = read(packs.read(NAME))
    placed = [kind for group in ours.groups for kind in group.kinds]
    assert len(placed) == len(set(placed)) and not set(placed) - set(KINDS)


def test_every_group_has_its_reason_and_its_words() -> None:
    assert set(words.REASONS) == set(GROUPS) == set(ON_THE_PAGE)


def test_a_kind_of_a_later_version_belongs_to_the_last_group() -> None:
    ours = read(packs.read(NAME))
    assert ours.group_of("plan_adopted") == ours.groups[-1] and ours.group("none") is None


def test_what_calls_for_help_is_never_silent() -> None:
    ours = read(packs.read(NAME))
    for kind in ("duress", "check_in_missed_3"):
        group = ours.group_of(kind)
        assert group.never_silent and group.channels
    assert ours.group_of("dispatched").on_duty


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ([], "Give the groups"),
        ({"groups": {}}, "Give the groups"),
        (body(pager={"kinds": []}), "Use one of: safety"),
        (body(talk="mail"), "Use: channels"),
        (body(talk={"kinds": "message"}), "Use: channels"),
        (body(talk={"kinds": [], "chanels": []}), "Use: channels"),
        (body(talk={"kinds": [], "channels": ["fax"]}), "Use one of: mail, text"),
        (body(talk={"kinds": [], "never_silent": "yes"}), "true or false"),
        (body(safety={"kinds": ["duress"], "never_silent": True}), "Name a channel"),
        (body(work={"kinds": ["a"]}, talk={"kinds": ["a"]}), "one group only"),
    ],
)
def test_a_mistake_is_named(file: object, said: str) -> None:
    with pytest.raises(Invalid, match=said) as fault:
        read(file)
    assert fault.value.field.startswith(NAME)


def test_a_site_s_own_file_holds_and_a_change_of_it_too(settings: object, tmp_path: Path) -> None:
    settings.COMMONWEAL_HOME = tmp_path  # type: ignore[attr-defined]
    assert notifying().group_of("message").channels == ()
    own = tmp_path / NAME
    own.write_text(yaml.safe_dump(body(talk={"kinds": ["message"], "channels": ["mail"]})))
    assert notifying().group_of("message").channels == ("mail",)
    assert notifying().group_of("duress").code == "talk", "the site has one group alone"
