"""The scripts behind the Makefile do what they say, and refuse what they must."""

import importlib.util
import os
import sqlite3
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from .repository import ROOT


def script(name: str) -> ModuleType:
    """A script of deploy/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(name: str, *words: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell script of deploy/ on an instance."""
    settings = {"PATH": os.environ["PATH"], "COMMONWEAL_HOME": str(home)}
    return subprocess.run([ROOT / "deploy" / name, *words], env=settings, capture_output=True, text=True)


@pytest.fixture
def living(tmp_path: Path) -> tuple[Path, sqlite3.Connection]:
    """An instance whose database is open and has rows that only its write-ahead log holds."""
    home = tmp_path / "living"
    (home / "files").mkdir(parents=True)
    (home / "files" / "consent.bin").write_bytes(b"sealed")
    (home / "secret.key").write_text("stays at home")
    connection = sqlite3.connect(home / "commonweal.sqlite3")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE line (id INTEGER)")
    connection.executemany("INSERT INTO line VALUES (?)", [(n,) for n in range(1000)])
    connection.commit()
    return home, connection


def test_a_copy_of_a_living_instance_restores_whole(
    living: tuple[Path, sqlite3.Connection], tmp_path: Path
) -> None:
    """Rows and files come back; the key does not travel with them."""
    home, connection = living
    copied = run("backup.sh", tmp_path / "copies", home=home)
    assert copied.returncode == 0, copied.stderr
    connection.execute("INSERT INTO line VALUES (1000)")
    connection.commit()
    (copy,) = (tmp_path / "copies").iterdir()
    restored = run("restore.sh", copy, home=tmp_path / "again")
    assert restored.returncode == 0, restored.stderr
    rows = sqlite3.connect(tmp_path / "again" / "commonweal.sqlite3").execute("SELECT count(*) FROM line")
    assert rows.fetchone() == (1000,)
    assert (tmp_path / "again" / "files" / "consent.bin").read_bytes() == b"sealed"
    assert not list(copy.rglob("secret.key"))


def test_the_newest_ledger_of_sealing_orders_goes_over_that_of_the_copy(
    living: tuple[Path, sqlite3.Connection], tmp_path: Path
) -> None:
    """Named, it is taken; one that is not there stops the restore; without one it is said what that means."""
    home, _ = living
    (home / "sealing.jsonl").write_text("old\n")
    run("backup.sh", tmp_path / "copies", home=home)
    (copy,) = (tmp_path / "copies").iterdir()
    (home / "sealing.jsonl").write_text("old\nnew\n")
    run("restore.sh", copy, home / "sealing.jsonl", home=tmp_path / "again")
    assert (tmp_path / "again" / "sealing.jsonl").read_text() == "old\nnew\n"
    without = run("restore.sh", copy, home=tmp_path / "without")
    assert without.returncode == 0 and "would be open again" in without.stderr
    assert (tmp_path / "without" / "sealing.jsonl").read_text() == "old\n"
    assert run("restore.sh", copy, tmp_path / "nowhere", home=tmp_path / "third").returncode == 1


def test_restore_refuses_a_living_instance_and_a_damaged_copy(
    living: tuple[Path, sqlite3.Connection], tmp_path: Path
) -> None:
    """Nothing is overwritten, and nothing damaged is put in place."""
    home, _ = living
    run("backup.sh", tmp_path / "copies", home=home)
    (copy,) = (tmp_path / "copies").iterdir()
    over = run("restore.sh", copy, home=home)
    assert over.returncode == 1 and "name an empty folder" in over.stderr
    with (copy / "commonweal.sqlite3").open("r+b") as file:
        file.seek(4096)
        file.write(b"spoilt")
    damaged = run("restore.sh", copy, home=tmp_path / "again")
    assert damaged.returncode != 0
    assert not (tmp_path / "again").exists()


def test_backup_without_an_instance_names_the_setting(tmp_path: Path) -> None:
    """The error says what to set."""
    words = [ROOT / "deploy" / "backup.sh", tmp_path]
    silent = subprocess.run(words, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert silent.returncode != 0 and "COMMONWEAL_HOME is not set" in silent.stderr


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "deploy").glob("*.sh")))
def test_shell_scripts_parse_and_stop_at_errors(name: str) -> None:
    """Every script is executable, parses, and stops at the first error."""
    path = ROOT / "deploy" / name
    assert os.access(path, os.X_OK)
    assert "set -euo pipefail" in path.read_text()
    assert subprocess.run(["bash", "-n", path]).returncode == 0


def catalogue(folder: Path, spanish: str) -> Path:
    """A catalogue with one message that has a placeholder."""
    po = folder / "es" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    po.write_text(f'{head}#, python-format\nmsgid "%(count)s calls"\nmsgstr "{spanish}"\n', "utf-8")
    return po


def test_a_catalogue_is_compiled_for_django(tmp_path: Path) -> None:
    """The compiled file answers with the translation."""
    import gettext

    po = catalogue(tmp_path, "%(count)s llamadas")
    assert script("translations").compile_catalogue(po) == (1, [])
    with po.with_suffix(".mo").open("rb") as stream:
        assert gettext.GNUTranslations(stream).gettext("%(count)s calls") == "%(count)s llamadas"


def test_a_lost_placeholder_is_a_fault(tmp_path: Path) -> None:
    """A page that would break only in Spanish breaks the build instead."""
    _, faults = script("translations").compile_catalogue(catalogue(tmp_path, "%(cuenta)s llamadas"))
    assert faults and "django.po:" in faults[0]


def test_a_style_sheet_brings_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    """Files in url() are found, embedded data is not a file, and a missing file is an error."""
    sheet = tmp_path / "css" / "sheet.css"
    sheet.parent.mkdir()
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "arrow.svg").write_text("<svg/>")
    sheet.write_text('a{b:url("../img/arrow.svg?v=2#top")} c{d:url(data:image/png;base64,xx)} e{f:url(#id)}')
    assets = script("assets")
    assert assets.named_files(sheet) == {(tmp_path / "img" / "arrow.svg").resolve()}
    sheet.write_text("a{b:url(../img/gone.svg)}")
    with pytest.raises(FileNotFoundError, match=r"gone\.svg"):
        assets.named_files(sheet)


def test_source_map_comments_do_not_travel(tmp_path: Path) -> None:
    """A copied script names no map file that was not copied."""
    (tmp_path / "a.js").write_text("let a = 1;\n//# sourceMappingURL=a.js.map\n")
    script("assets").copy(tmp_path / "a.js", tmp_path / "out" / "a.js")
    assert (tmp_path / "out" / "a.js").read_text() == "let a = 1;\n\n"
