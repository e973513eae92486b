"""The command as an operator uses it: make an instance, bring calls in, replay, verify; errors in words."""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from commonweal.cli import import_calls, imports, journal, lab, main, triage
from commonweal.kernel.errors import Invalid

ROOT = Path(__file__).parents[2]
HEADER = "call_number,agency,nature,priority,source,received,dispatched,address,longitude,latitude\n"
GOOD = [
    "A1,police,WELFARE CHECK,2,911,2025-03-01 10:00:00,2025-03-01 10:05:00,412 Cedar Ave,-121.6,38.5\n",
    "A2,ems,OVERDOSE,1,911,2025-03-01 11:00:00,,,,\n",
]
BAD = [
    "A3,police,NOISE,3,911,0001-01-01 00:00:00,,,,\n",
    "A4,police,NOISE,3,911,2025-03-01 12:00:00,,12 Oak St,10,210\n",
    ",police,NOISE,3,911,2025-03-01 12:00:00,,,,\n",
]


def export(folder: Path, *rows: str, name: str = "calls.csv") -> Path:
    """A small export."""
    file = folder / name
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    return file


def commonweal(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, on SQLite in `home`."""
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "COMMONWEAL_HOME")}
    env |= {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "commonweal.config.settings"}
    return subprocess.run(
        [sys.executable, "-m", "commonweal", words[0], "--home", str(home), *words[1:]],
        capture_output=True, text=True, env=env, cwd=home.parent, timeout=300,
    )  # fmt: skip


@pytest.mark.slow
def test_an_instance_from_nothing_to_a_verified_journal(tmp_path: Path) -> None:
    """The whole way of an operator's first morning."""
    home, file = tmp_path / "county", export(tmp_path, *GOOD, *BAD)
    made = commonweal(home, "init")
    assert made.returncode == 0 and "6 protocols" in made.stdout
    key = home / "secret.key"
    assert key.stat().st_mode & 0o077 == 0 and len(key.read_text()) > 40
    kept = key.read_text()
    assert commonweal(home, "init").returncode == 0 and key.read_text() == kept

    arguments = ("calls", str(file), "--profile", "calls_plain", "--json")
    first = json.loads(commonweal(home, "import", *arguments).stdout)
    again = json.loads(commonweal(home, "import", *arguments).stdout)
    fixed = ["read", "accepted", "updated", "unchanged", "rejected"]
    assert list(first)[:6] == [*fixed, "rejects_file"]
    assert {k: first[k] for k in fixed} == {
        "read": 5, "accepted": 2, "updated": 0, "unchanged": 0, "rejected": 3
    }  # fmt: skip
    assert (again["accepted"], again["unchanged"], again["read"]) == (0, 2, 5)
    rejects = Path(first["rejects_file"]).read_text("utf-8").splitlines()
    assert len(rejects) == 4 and "0001-01-01" in rejects[1] and "210" in rejects[2]

    replayed = json.loads(commonweal(home, "triage", "replay", "--protocol", "harlow", "--json").stdout)
    assert replayed["calls"] == 2 and replayed["tiers"]["T0"] == 1

    sound = commonweal(home, "journal", "verify").stdout
    assert sound.startswith("Sound: ") and "waited" not in sound, "what the commands wrote was sealed by them"
    assert "0 lines sealed" in commonweal(home, "journal", "seal").stdout
    checkpoint = tmp_path / "checkpoint.json"
    assert commonweal(home, "journal", "checkpoint", str(checkpoint)).returncode == 0
    assert "Sound" in commonweal(home, "journal", "verify", "--checkpoint", str(checkpoint)).stdout

    with sqlite3.connect(home / "commonweal.sqlite3") as database:
        database.execute("UPDATE kernel_journalline SET actor = 'nobody' WHERE id = 2")
    broken = commonweal(home, "journal", "verify")
    assert broken.returncode == 1 and "line 2 was changed" in broken.stderr


@pytest.mark.slow
def test_a_folder_without_instance_says_what_to_run(tmp_path: Path) -> None:
    """Not a traceback, and no folder left behind."""
    found = commonweal(tmp_path / "empty", "triage", "replay", "--protocol", "harlow")
    assert found.returncode == 3 and "commonweal init" in found.stderr and "Traceback" not in found.stderr
    assert not (tmp_path / "empty").exists()


class TestTheTable:
    """One list of commands."""

    def test_help_lists_every_command(self, capsys: pytest.CaptureFixture[str]) -> None:
        """With what each is for."""
        assert main.main([]) == main.main(["--help"]) == 0
        shown = capsys.readouterr().out
        assert all(f"  {name}" in shown and command.help in shown for name, command in main.COMMANDS.items())

    def test_an_unknown_command_names_those_there_are(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Exit code 2."""
        assert main.main(["dance"]) == 2
        assert "init" in capsys.readouterr().err

    def test_home_comes_from_the_flag_then_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Then a folder beside."""
        monkeypatch.setenv("COMMONWEAL_HOME", "/from/environment")
        assert main.home_of(["--home", "/given", "x"]) == main.home_of(["x", "--home=/given"]) == "/given"
        assert main.home_of([]) == "/from/environment"
        monkeypatch.delenv("COMMONWEAL_HOME")
        assert main.home_of(["--port", "1"]) == "instance"

    def test_the_lab_finds_its_engines_by_file(self) -> None:
        """A new file is a new command."""
        assert {"policy", "triage"} <= set(lab.modules())


@pytest.mark.django_db
class TestImporting:
    """What a file may do to us: nothing."""

    def run(self, *words: str) -> argparse.Namespace:
        """Parse as the command does."""
        parser = argparse.ArgumentParser()
        imports.add_arguments(parser)
        return parser.parse_args(words)

    def counts(self, *words: str) -> dict[str, int]:
        """Import and count."""
        return dict(import_calls.run(self.run(*words)).counts)

    def test_an_unknown_profile_is_named(self, tmp_path: Path) -> None:
        """With those that ship."""
        file = export(tmp_path, *GOOD)
        with pytest.raises(Invalid, match="profile"):
            self.counts("calls", str(file), "--profile", "atlantis")

    @pytest.mark.parametrize("content", [b"", b"\x00" * 5_000, b"\x89PNG\r\n\x1a\n", b"one,two\n1,2\n"])
    def test_a_file_that_cannot_be_read_is_one_reject_and_the_next_is_read(
        self, tmp_path: Path, content: bytes
    ) -> None:
        """The good rows are kept."""
        bad = tmp_path / "bad.csv"
        bad.write_bytes(content)
        good = export(tmp_path, *GOOD)
        found = self.counts("calls", str(bad), str(good), "--profile", "calls_plain")
        assert (found["accepted"], found["rejected"]) == (2, 1)

    def test_a_missing_file_is_a_reject_too(self, tmp_path: Path) -> None:
        """By its name."""
        found = self.counts("calls", str(tmp_path / "nowhere.csv"), "--profile", "calls_plain")
        assert found == {"read": 1, "accepted": 0, "updated": 0, "unchanged": 0, "rejected": 1}

    def test_calls_go_to_the_centre_that_is_named(self, tmp_path: Path) -> None:
        """Made where it is missing, found where it is there."""
        file = export(tmp_path, *GOOD)
        words = ("calls", str(file), "--profile", "calls_plain", "--agency")
        assert self.counts(*words, "North centre")["accepted"] == 2
        assert self.counts(*words, "NORTH CENTRE")["unchanged"] == 2
        assert self.counts(*words, "South centre")["accepted"] == 2

    def test_the_counts_are_told_in_words(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With the way to the rejects; all rejected is a failure."""
        assert (
            imports.run(self.run("calls", str(export(tmp_path, *GOOD, *BAD)), "--profile", "calls_plain"))
            == 0
        )
        shown = capsys.readouterr().out
        assert "5 rows read: 2 accepted" in shown and "rejects" in shown
        only_bad = export(tmp_path, *BAD, name="bad.csv")
        assert imports.run(self.run("calls", str(only_bad), "--profile", "calls_plain")) == 2


@pytest.mark.django_db
class TestReplayAndJournal:
    """What they print."""

    def test_a_replay_in_words(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Also of nothing."""
        parser = argparse.ArgumentParser()
        triage.add_arguments(parser)
        assert triage.run(parser.parse_args(["replay", "--protocol", "eugene"])) == 0
        assert "over 0 calls" in capsys.readouterr().out

    def test_a_day_that_is_none_is_refused(self) -> None:
        """With an example."""
        parser = argparse.ArgumentParser()
        triage.add_arguments(parser)
        with pytest.raises(Invalid, match="2025-08-24"):
            parser.parse_args(["replay", "--protocol", "eugene", "--since", "yesterday"])

    @pytest.mark.parametrize("text", ["", "{}", '{"sequence": "x"}', "[1]"])
    def test_a_checkpoint_that_is_none_is_refused(self, tmp_path: Path, text: str) -> None:
        """Rather than passed over."""
        file = tmp_path / "checkpoint.json"
        file.write_text(text)
        parser = argparse.ArgumentParser()
        journal.add_arguments(parser)
        with pytest.raises(Invalid, match="checkpoint"):
            journal.run(parser.parse_args(["verify", "--checkpoint", str(file)]))

    def test_a_checkpoint_of_another_journal_fails(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A journal rewritten as a whole is caught."""
        file = tmp_path / "checkpoint.json"
        file.write_text(json.dumps({"sequence": 3, "digest": "f" * 64}))
        parser = argparse.ArgumentParser()
        journal.add_arguments(parser)
        assert journal.run(parser.parse_args(["verify", "--checkpoint", str(file)])) == 1
        assert "before checkpoint 3" in capsys.readouterr().err
