"""Every sentence with which an act is refused stands in the Spanish catalogues, and reaches the reader so."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from commonweal.kernel.errors import Conflict, Invalid, in_words

from .spanish import SOURCE, translated

NOT_ON_SCREENS = {"cli", "demo", "engines"}  # commands speak English; engines refuse programmers


def sentences_of(text: str) -> Iterator[str]:
    """What `Invalid` and `Conflict` say in a module, where it is written out."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = {"Invalid": 2, "Conflict": 0}.get(node.func.id)
            if place is not None and len(node.args) > place:
                said = node.args[place]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value


def files() -> Iterator[Path]:
    """Modules whose refusals a person may read."""
    for file in sorted(SOURCE.rglob("*.py")):
        if not NOT_ON_SCREENS & set(file.relative_to(SOURCE).parts):
            yield file


def test_every_written_refusal_has_its_spanish() -> None:
    """A new one without fails, naming the file."""
    done = translated()
    found = [(file.name, s) for file in files() for s in sentences_of(file.read_text("utf-8"))]
    assert len(found) > 100, "the reading of modules finds the sentences"
    assert not [(file, s) for file, s in found if s not in done]


def test_the_reading_sees_an_untranslated_one() -> None:
    """So that the test above can fail."""
    [said] = sentences_of('raise Invalid("a", 1, "No catalogue has this.")')
    assert said not in translated()


@pytest.mark.parametrize(
    ("error", "spanish"),
    [
        (Invalid, "kind: 'x' no se aceptó. Use una de estas opciones: a, b."),
        (Conflict, "Esta revisión ya se cerró."),
    ],
)
def test_what_is_raised_speaks_the_readers_language(error: type[Exception], spanish: str) -> None:
    """At the moment of raising; English for everybody else."""
    with translation.override("es"):
        is_invalid = error is Invalid
        told = (
            Invalid("kind", "x", "Use one of: a, b.")
            if is_invalid
            else Conflict("This review was closed already.")
        )
    assert str(told) == spanish
    with translation.override("en"):
        assert in_words("Use one of: a, b.") == "Use one of: a, b."
