"""Promises between files: dependencies, locks, versions, targets, documents, glossary."""

import ast
import importlib.util
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from .repository import ROOT, SOURCE, texts, trees

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not {"node_modules", ".venv", "build", "demo-home"} & set(path.relative_to(ROOT).parts)
)


def normal(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;~! ]", name)[0]).lower()


def locked(file: str) -> set[str]:
    """The names that a lock file pins."""
    return {normal(line) for line in (ROOT / file).read_text().splitlines() if re.match(r"[A-Za-z0-9]", line)}


def test_every_dependency_says_why_it_is_here() -> None:
    """A dependency earns a line."""
    block = (
        (ROOT / "pyproject.toml")
        .read_text("utf-8")
        .split("dependencies = [", 1)[1]
        .split("[project.scripts]")[0]
    )
    lines = [line.strip() for line in block.splitlines() if line.strip().startswith('"')]
    assert len(lines) == len(PROJECT["dependencies"]) + sum(
        map(len, PROJECT["optional-dependencies"].values())
    )
    silent = [line for line in lines if not re.search(r'",\s*#\s*\w.{5,}', line)]
    assert not silent, f"say why these are here, in a comment on their line: {silent}"


def test_locks_pin_every_dependency_with_hashes() -> None:
    """What pyproject.toml names is locked; every pin carries hashes; development only adds."""
    product = {normal(name) for name in PROJECT["dependencies"]}
    groups = PROJECT["optional-dependencies"]
    development, peers, cluster = (
        {normal(name) for name in groups[key]} for key in ("dev", "bench", "cluster")
    )
    assert product <= locked("requirements.lock"), "run `make lock`"
    assert development | locked("requirements.lock") <= locked("requirements-dev.lock"), "run `make lock`"
    assert peers | locked("requirements-dev.lock") <= locked("requirements-bench.lock"), "run `make lock`"
    assert cluster | locked("requirements.lock") <= locked("requirements-cluster.lock"), "run `make lock`"
    for file in ROOT.glob("requirements*.lock"):
        pins = re.split(r"\n(?=[A-Za-z0-9])", file.read_text().strip())
        assert all("--hash=sha256:" in pin for pin in pins), f"{file.name} has a pin without a hash"


def test_npm_lock_agrees_and_names_no_registry() -> None:
    """package-lock.json holds exactly what package.json asks, by integrity and not by address."""
    package = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for kind in ("dependencies", "devDependencies"):
        assert lock[""].get(kind) == package.get(kind), "run `make lock`"
    packages = {name: entry for name, entry in lock.items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())


def test_versions_agree() -> None:
    """Package, metadata and changelog tell one version."""
    told = re.search(r'__version__ = "([^"]+)"', (SOURCE / "__init__.py").read_text())
    first = re.search(r"^## \[?([^]\s]+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert told and first
    assert PROJECT["version"] == told[1] == first[1]


def targets() -> set[str]:
    """The Makefile's targets that people type."""
    return set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


def test_every_target_is_described() -> None:
    """`make` alone lists every target with a sentence."""
    described = set(re.findall(r"^([a-z][a-z-]*):.*## \w.{9,}$", MAKEFILE, re.MULTILINE))
    assert described == targets()
    assert {"setup", "demo", "test", "test-fast", "check", "fix", "bench", "docs", "assets"} <= targets()


def test_scripts_of_the_makefile_exist() -> None:
    """What a target runs is in the repository."""
    named = set(re.findall(r"\b((?:deploy|docs)/[\w.-]+\.(?:py|sh))\b", MAKEFILE))
    assert named and not [name for name in named if not (ROOT / name).is_file()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_commands_in_documents_exist(document: Path) -> None:
    """A link leads to a file; a `make` command is a target."""
    text = document.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    dead = [link for link in links if not (document.parent / link).exists()]
    assert not dead, f"{document.name} links to nothing: {dead}"
    unknown = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text, re.MULTILINE)) - targets()
    assert not unknown, f"{document.name} names targets that the Makefile lacks: {unknown}"


def test_every_document_is_in_its_index() -> None:
    """Each folder of docs/ has an index that lists every page of it."""
    for page in (ROOT / "docs").rglob("*.md"):
        if page.name != "README.md":
            assert f"({page.name})" in (page.parent / "README.md").read_text("utf-8"), (
                f"list {page} in its index"
            )


def test_decision_records_are_numbered_and_whole() -> None:
    """Records count up from 0001, and each states context, decision and consequence."""
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        headings = re.findall(r"^## (.+)$", record.read_text("utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequence"], record.name


def test_every_setting_is_documented() -> None:
    """Each environment variable that the product reads stands in the reference, and no other."""
    read = re.compile(r"""(?:environ|getenv|_flag)[^\n"']{0,20}["']((?:COMMONWEAL_|DATABASE_)[A-Z_]+)["']""")
    family = re.compile(r"""environ[^\n"']{0,20}f["'](COMMONWEAL_[A-Z_]+_)\{""")
    sources = [text for path, text in texts() if path.suffix == ".py"]
    used = {name for text in sources for name in read.findall(text)}
    families = tuple(name for text in sources for name in family.findall(text))
    page = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert used <= told
    assert {name for name in told - used if not name.startswith(families)} == set()


def glossary() -> ModuleType:
    """The script that renders the glossary, as a module."""
    spec = importlib.util.spec_from_file_location("glossary", ROOT / "docs" / "glossary.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_glossary_page_is_the_glossary_pack() -> None:
    """GLOSSARY.md says what the product says."""
    script = glossary()
    assert (ROOT / "GLOSSARY.md").read_text("utf-8") == script.render(script.terms()), "run `make fix`"


def test_glossary_terms_are_whole_in_both_languages() -> None:
    """Every term has a key of its own, a known group, and word and meaning in English and Spanish."""
    entries = yaml.safe_load((SOURCE / "packs" / "glossary.yaml").read_text("utf-8"))
    keys = [entry["key"] for entry in entries]
    assert len(entries) >= 60 and len(set(keys)) == len(keys)
    for entry in entries:
        assert entry["group"] in glossary().GROUPS
        assert all(entry[name].strip() for name in ("key", "term", "es", "meaning", "meaning_es")), entry[
            "key"
        ]
        assert entry["meaning"] != entry["meaning_es"]


def test_every_imported_library_is_declared() -> None:
    """What the product imports stands in pyproject.toml by name, not only behind another dependency."""
    known = packages_distributions()
    declared = {normal(name) for name in PROJECT["dependencies"]}
    undeclared: dict[str, str] = {}
    for path, tree in trees():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for top in {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"commonweal"}:
                if not declared & {normal(name) for name in known.get(top, [top])}:
                    undeclared[top] = str(path)
    assert not undeclared, f"add to pyproject.toml with a reason, then `make lock`: {undeclared}"
