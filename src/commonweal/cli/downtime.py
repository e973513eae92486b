"""`commonweal downtime --out DIR`: sealed downtime packs for a folder that outlives the network."""

import argparse
import getpass
import json
import sys
import time
from pathlib import Path
from uuid import UUID

from commonweal import flow
from commonweal.agencies import queries as agencies
from commonweal.kernel import journal
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid

HELP = "sealed under a passphrase: opens in any browser, without network and without this product"
SHORTEST, LONGEST = 5, 24 * 60  # minutes
MINUTE = 60.0  # seconds
OTHERS = 0o077  # what a file of a secret must not allow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, under which passphrase, of which centre, how often."""
    parser.description = f"Write the downtime pack of each centre that has a plan, {HELP}."
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder that is there")
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE",
        help="its first line; readable by its owner alone (without it, it is asked for)",
    )  # fmt: skip
    parser.add_argument("--centre", metavar="NAME", help="of this centre alone, by its name or short name")
    parser.add_argument(
        "--every", type=int, default=0, metavar="MINUTES", help="again and again, 5 to 1440; else once"
    )


def run(args: argparse.Namespace) -> int:
    """Write once and say where, as JSON; with --every until told to stop."""
    if args.every and not SHORTEST <= args.every <= LONGEST:
        raise Invalid("every", args.every, "Give minutes from 5 to 1440, or leave it out for once.")
    passphrase, centre = _passphrase(args.passphrase_file), _centre(args.centre)
    while True:
        written = flow.packs_sealed(
            by=system("downtime"), out=args.out, passphrase=passphrase, agency=centre, every=args.every
        )
        print(json.dumps({"written": [str(place) for place in written]}), flush=True)
        if not args.every:
            return 0
        journal.seal_all()
        time.sleep(args.every * MINUTE)


def _centre(name: str | None) -> UUID | None:
    if name is None:
        return None
    said = name.casefold()
    found = [one for one in agencies.agencies() if said in (one.name.casefold(), one.short.casefold())]
    if len(found) != 1:
        raise Invalid("centre", name, "Give the name of one centre, as its page shows it.")
    return found[0].id


def _passphrase(file: Path | None) -> str:
    if file is None:
        if not sys.stdin.isatty():
            raise Invalid("passphrase-file", "", "Name a file that holds it, or start it in a terminal.")
        return getpass.getpass("Passphrase of the packs: ")
    try:
        if file.stat().st_mode & OTHERS:
            raise Invalid("passphrase-file", str(file), "Others may read it: chmod 600 it first.")
        return file.read_text("utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError) as fault:
        says = "It cannot be read. Name a file of one line of text."
        raise Invalid("passphrase-file", str(file), says) from fault
