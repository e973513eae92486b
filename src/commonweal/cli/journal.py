"""`commonweal journal`: verify what is stored, seal what waits, keep a checkpoint elsewhere."""

import argparse
import json
import sys
from pathlib import Path

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions as sharing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """verify [--checkpoint FILE], seal, checkpoint [FILE]."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="verify|seal|checkpoint")
    for name, text in (
        ("verify", "seal what waits, then recompute the chain from the first line to the last"),
        ("seal", "seal what waits (a worker does it all the time)"),
        ("checkpoint", "write number and digest of the last line, to be kept elsewhere"),
    ):
        child = acts.add_parser(name, help=text)
        child.add_argument("--home", metavar="DIR", help=argparse.SUPPRESS)
        if name == "verify":
            child.add_argument(
                "--checkpoint", type=Path, help="compare with a checkpoint that was kept elsewhere"
            )
        if name == "checkpoint":
            child.add_argument(
                "file", nargs="?", type=Path, help="where to write it (default: standard output)"
            )


def run(args: argparse.Namespace) -> int:
    """Exit code 0 where the journal is sound, 1 where a line is missing or was changed."""
    if args.act == "seal":
        print(f"{journal.seal_all()} lines sealed; the journal stands at {journal.position()}.")
        return 0
    if args.act == "checkpoint":
        return _checkpoint(args.file)
    return _verify(args.checkpoint)


def _verify(checkpoint: Path | None) -> int:
    """Seal what waits, then recompute the whole chain: the sentence speaks of every line that stood.

    When it was done, and with what result, is a line of the journal itself: the council's page shows it.
    """
    kept = _read(checkpoint) if checkpoint else None
    waited = journal.seal_all()
    verdict = sharing.verify_journal(by=system("journal"), door="command", checkpoint=kept)
    journal.seal_all()  # the line that says so
    if not verdict.is_sound:
        print(f"NOT SOUND after {verdict.checked} lines: {verdict.fault}.", file=sys.stderr)
        return 1
    if not verdict.checked:
        print("The journal is empty: nothing was done on this instance yet.")
        return 0
    later = f" {waited:,} of them waited and were sealed just now." if waited else ""
    print(f"Sound: {verdict.checked:,} lines, each as it was written.{later}")
    print(f"Last digest: {verdict.head}")
    return 0


def _checkpoint(file: Path | None) -> int:
    journal.seal_all()
    verdict = journal.verify()
    if not verdict.is_sound:
        print(f"No checkpoint: {verdict.fault}.", file=sys.stderr)
        return 1
    found = {"sequence": verdict.checked, "digest": verdict.head, "at": clock.now().isoformat()}
    text = json.dumps(found) + "\n"
    if file:
        file.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _read(file: Path) -> tuple[int, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return int(found["sequence"]), str(found["digest"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        remedy = "Give a file that `commonweal journal checkpoint FILE` wrote."
        raise Invalid("--checkpoint", file, remedy) from fault
