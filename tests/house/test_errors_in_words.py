"""Every sentence with which an act is refused stands in the Spanish catalogues, and reaches the reader so."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from commonweal.kernel import codes
from commonweal.kernel.errors import Conflict, Invalid, in_words

from .spanish import SOURCE, translated

FOR_PROGRAMS = {"Idempotency-Key", "--protocol"}
NOT_ON_SCREENS = {"adapters", "cli", "demo", "engines"}  # files and commands speak English


def sentences_of(text: str) -> Iterator[str]:
    """What `Invalid` and `Conflict` say in a module: written out in place, or named `says` or `remedy`."""
    for said in said_in(text):
        if isinstance(said, ast.Constant) and isinstance(said.value, str):
            yield said.value


def said_in(text: str) -> Iterator[ast.expr]:
    """The expressions that stand where a refusal says what to do."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = {"Invalid": 2, "Conflict": 0}.get(node.func.id)
            if place is not None and len(node.args) > place:
                yield node.args[place]
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("says", "remedy"):
            yield node.value


def is_fixed(said: ast.expr) -> bool:
    """A sentence whose words are known before it is said; choices and the words of a fault may follow."""
    if isinstance(said, ast.JoinedStr):
        head = said.values[0]
        return isinstance(head, ast.Constant) and str(head.value) in ("Use one of: ", "Use: ")
    return True


def fields_of(text: str) -> Iterator[str]:
    """The fields that refusals name, where they are written out."""
    for node in ast.walk(ast.parse(text)):
        is_refusal = isinstance(node, ast.Call) and ast.unparse(node.func) == "Invalid" and node.args
        if is_refusal and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


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


def test_no_refusal_is_put_together_from_english() -> None:
    """A fact goes in by name, `Conflict("... %(day)s", day=day)`: a sentence built by hand has no Spanish."""
    found = [
        (file.name, said.lineno, ast.unparse(said))
        for file in files()
        for said in said_in(file.read_text("utf-8"))
        if not is_fixed(said)
    ]
    assert not found


def test_every_field_that_a_refusal_names_has_words() -> None:
    """ "Not accepted yet: due" would say nothing to a Spanish reader."""
    named = {(file.name, field) for file in files() for field in fields_of(file.read_text("utf-8"))}
    lacking = {(file, field) for file, field in named if field not in codes.known()}
    assert len(named) > 100 and {pair for pair in lacking if pair[1] not in FOR_PROGRAMS} == set()


def test_the_reading_sees_an_english_one() -> None:
    """So that the tests above can fail."""
    built = list(said_in('raise Conflict(f"It is {state} already.")'))
    choices = list(said_in("""raise Invalid("a", 1, f"Use one of: {', '.join(b)}.")"""))
    assert [is_fixed(said) for said in built + choices] == [False, True]
    assert list(fields_of('raise Invalid("nobody_knows", 1, "x")')) == ["nobody_knows"]


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


def test_a_fact_is_said_as_the_reader_says_it() -> None:
    """A day and a state inside a refusal; the same refusal in English."""
    day, says = date(2026, 11, 22), "Choose a day on or after %(day)s."
    with translation.override("es"):
        assert str(Conflict(says, day=day)) == "Elija el 22 nov 2026 o un día posterior."
        assert codes.several(["on_scene", "cit"]) == "en el lugar, agente CIT"
    with translation.override("en"):
        assert str(Conflict(says, day=day)) == "Choose a day on or after Nov 22, 2026."
        assert codes.several(["dob", "cit"]) == "date of birth, CIT officer"
