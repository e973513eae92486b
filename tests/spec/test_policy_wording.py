"""What a refusal says can be read in Spanish: every sentence of every pack that reaches a screen."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from babel.messages.pofile import read_po

from commonweal import packs
from commonweal.engines.disclosure import NOT_FOUND

CATALOGUE = Path(__file__).parents[2] / "src/commonweal/sharing/locale/es/LC_MESSAGES/django.po"
SHOWN = ("bars", "regimes", "limits", "remedies")


def sentences(name: str) -> set[str]:
    """The sentences of a pack that a refusal may show."""
    pack = cast("dict[str, list[dict[str, object]]]", packs.read(name))
    rows = [row for kind in SHOWN for row in pack.get(kind, [])]
    said = [str(row[key]) for row in rows for key in ("says", "unlock") if row.get(key)]
    return {" ".join(sentence.split()) for sentence in said}


@pytest.mark.parametrize("name", packs.names("policy"))
def test_every_refusal_reads_in_spanish(name: str) -> None:
    with CATALOGUE.open("rb") as stream:
        spanish = {str(message.id): str(message.string) for message in read_po(stream, locale="es")}
    wanted = sentences(name) | {NOT_FOUND}
    assert len(wanted) > 4
    untold = sorted(sentence for sentence in wanted if not spanish.get(sentence))
    assert untold == [], f"add these to {CATALOGUE.name} of sharing"
    assert all(spanish[sentence] != sentence for sentence in wanted)
