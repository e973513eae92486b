"""Promises about files: names, sizes, no trace of one machine, no word that accuses."""

import re

import pytest

from .repository import SOURCE, texts, tracked, trees

# spelled in halves, so that this file does not contain what it forbids
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "registry." + "yarnpkg"]
PLACES = [
    r"/ro" + r"ot/",
    r"/wo" + r"rk/(wt|main|shared)",
    r"/ho" + r"me/[a-z]+/",
    r"/Us" + r"ers/[a-z]+/",
    r"/opt/py" + "pi",
]
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
ACCUSING = re.compile(
    r"\b(suspects?|offenders?|perpetrators?|sospechos[oa]s?|delincuentes?)\b", re.IGNORECASE
)
LONGEST = 600


@pytest.mark.parametrize("pattern", HOSTS + PLACES)
def test_no_file_names_a_registry_or_a_machine(pattern: str) -> None:
    """A clone works anywhere: no registry host in a lock, no folder of somebody's machine anywhere."""
    found = [str(path) for path, text in texts() if re.search(pattern, text)]
    assert not found, f"{pattern} occurs in {found}; write names that hold on every machine"


def test_no_file_has_a_vague_name() -> None:
    """A file is named by what it holds."""
    found = [str(path) for path in tracked() if path.stem.lower() in VAGUE or path.parent.name in VAGUE]
    assert not found, f"name these by what they hold: {found}"


def test_no_file_is_too_long_to_hold_in_mind() -> None:
    """Past the limit a file becomes a package of the same name; migrations are written by a machine."""
    long = {
        str(path): lines
        for path, _ in trees()
        if "migrations" not in path.parts
        and (lines := (SOURCE / path).read_text("utf-8").count("\n")) > LONGEST
    }
    assert not long, f"split into a package of the same name: {long}"


def test_screens_never_accuse() -> None:
    """Nothing shown to anybody calls a person in crisis by an accusing word."""
    shown = [
        (path, re.sub(r"(?m)^#.*$|{#.*?#}", "", text))
        for path, text in texts()
        if path.suffix in (".html", ".po") and path.parts[0] == "src"
    ]
    found = [f"{path}: {match[0]}" for path, text in shown for match in ACCUSING.finditer(text)]
    assert not found, f"take the word of the glossary: {found}"


def test_nothing_is_left_to_do() -> None:
    """No note to a later self stands in for work."""
    note = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" * 3 + r"\b"]))
    found = [
        str(path) for path, text in texts() if path.suffix in (".py", ".html", ".js") and note.search(text)
    ]
    assert not found, f"do it, or write a decision record why not: {found}"


def test_what_a_screen_renews_exists() -> None:
    """A request whose target is nowhere on the page is never sent: the answer typed there would be lost."""
    pages = [text for path, text in texts() if path.suffix == ".html"]
    ids = {found for text in pages for found in re.findall(r'\bid="([\w-]+)"', text)}
    targets = {found for text in pages for found in re.findall(r'hx-target="#([\w-]+)"', text)}
    assert targets and targets <= ids, f"no element bears these ids: {targets - ids}"
