"""The corridor in the database and the furniture of every room."""

import ast
from pathlib import Path

import pytest

from .commonweal_contracts import ROOMS
from .repository import ROOT, SOURCE, trees

FURNITURE = [
    "README.md",
    "__init__.py",
    "apps.py",
    "models.py",
    "actions.py",
    "queries.py",
    "events.py",
    "migrations",
]
DECISIONS = {"Permit", "Refusal"}


def layers() -> list[str]:
    """The rooms of `.importlinter`, top first; rooms side by side share a place."""
    text = (ROOT / ".importlinter").read_text().split("layers =")[1].split("[importlinter:")[0]
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def height(room: str) -> int:
    """How far up the corridor a room stands; larger is later."""
    return next(
        -place for place, line in enumerate(layers()) if room in [part.strip() for part in line.split("|")]
    )


def test_foreign_keys_look_back() -> None:
    """No table points at a table of a room that stands later; import-linter cannot see keys given by text."""
    from django.apps import apps

    ahead = []
    for model in apps.get_models():
        here = model.__module__.split(".")
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            there = target.__module__.split(".") if isinstance(target, type) else [""]
            if (
                here[0] == there[0] == "commonweal"
                and here[1] != there[1]
                and height(there[1]) >= height(here[1])
            ):
                ahead.append(f"{here[1]}.{model.__name__}.{field.name} -> {there[1]}")
    assert not ahead, f"a room may look back, never ahead: {ahead}"


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_every_room_has_the_same_furniture(room: str) -> None:
    """Who knows one room finds their way in all; a file may be a package of the same name."""
    lacking = [
        name
        for name in FURNITURE
        if not (SOURCE / room / name).exists() and not (SOURCE / room / name.removesuffix(".py")).is_dir()
    ]
    assert not lacking, f"{room} lacks {lacking}"


@pytest.mark.parametrize(
    "folder",
    sorted(
        path
        for path in SOURCE.rglob("*")
        if path.parent.name in ("commonweal", "engines", "adapters") and (path / "__init__.py").exists()
    ),
    ids=lambda path: str(path.relative_to(SOURCE)),
)
def test_every_room_engine_and_adapter_explains_itself(folder: Path) -> None:
    """A README says what is inside, in more than its own name."""
    readme = folder / "README.md"
    assert readme.is_file(), f"{folder.name} has no README.md"
    assert len(readme.read_text("utf-8").split()) >= 12, (
        f"{readme} says too little: purpose, words, invariants, law"
    )


def test_only_the_disclosure_engine_makes_a_decision() -> None:
    """No code but `engines.disclosure` constructs a Permit or a Refusal, or alters one."""
    forged = []
    for path, tree in trees():
        if path.parts[:2] == ("engines", "disclosure"):
            continue
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.name in DECISIONS
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in names | DECISIONS:
                forged.append(f"{path}:{node.lineno}")
            if (
                isinstance(node, ast.Call)
                and called(node) in ("replace", "__new__")
                and mentions_permit(node)
            ):
                forged.append(f"{path}:{node.lineno} (altered)")
    assert not forged, f"ask sharing.actions.ask for a permit: {forged}"


def called(node: ast.Call) -> str:
    """The last name of what a call calls."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def mentions_permit(node: ast.Call) -> bool:
    """Whether the first argument of a call is named like a decision."""
    return bool(node.args) and ast.unparse(node.args[0]).lower().endswith(("permit", "refusal"))
