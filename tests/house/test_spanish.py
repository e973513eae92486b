"""Nobody meets an English sentence on a Spanish page: every message has its Spanish, in some catalogue."""

from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from commonweal.agencies.roles import PERMISSIONS, ROLES
from house import spanish

DESKS = sorted(folder.name for folder in (spanish.SOURCE / "web").iterdir() if (folder / "urls.py").exists())
PARTS = [*(f"web/{desk}" for desk in DESKS), "web/templates", "web/templatetags"]


def lacking(messages: dict[str, Path]) -> str:
    """What is missing, ready to paste into a catalogue."""
    return "\n".join(f'msgid {spanish.quoted(m)}\nmsgstr ""' for m in messages)


@pytest.mark.parametrize("part", PARTS)
def test_every_message_of_a_part_has_its_spanish(part: str) -> None:
    """One desk at a time, so that a failure names whose it is."""
    found = spanish.missing(spanish.SOURCE / part)
    assert not found, f"{len(found)} messages of {part} lack Spanish:\n{lacking(found)}"


def test_every_message_of_the_product_has_its_spanish() -> None:
    """Rooms and the web's own modules included."""
    found = spanish.missing()
    assert not found, f"{len(found)} messages lack Spanish:\n{lacking(found)}"


def test_roles_and_permissions_read_in_spanish() -> None:
    """They are data, so no extraction finds them."""
    done = spanish.translated()
    named = {*PERMISSIONS.values(), *(role.name for role in ROLES.values())}
    assert {name for name in named if name not in done} == set()


def test_the_check_finds_what_templates_and_code_say(tmp_path: Path) -> None:
    """Both tags, both languages of source, plurals by their singular; comments are not messages."""
    (tmp_path / "one.html").write_text(
        "{% load i18n %}{% translate 'First' %} plain {# {% translate 'No' %} #}"
        "{% blocktranslate with n=name %}Second {{ n }}{% endblocktranslate %}"
        "{% translate 'Third' as third %}{{ _('Fourth') }}"
    )
    (tmp_path / "two.py").write_text(
        "from django.utils.translation import gettext as _, ngettext\n"
        '_("Fifth")\nngettext("%d day", "%d days", 2)\n'
    )
    wanted = {"First", "Second %(n)s", "Third", "Fourth", "Fifth", "%d day"}
    assert set(spanish.all_messages(tmp_path)) == wanted
    assert set(spanish.missing(tmp_path)) == wanted


def test_the_compiled_catalogue_speaks() -> None:
    """The tests run on what is written, compiled before they start."""
    with override("es"):
        assert gettext("Live board") == "Tablero en vivo"
