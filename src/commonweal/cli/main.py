"""The `commonweal` command: one module a subcommand, found by the table below.

A command's module has `add_arguments(parser)` and `run(args) -> int`. Django is set up before the module is
imported, for the instance that --home or COMMONWEAL_HOME names; `bare` commands need no instance. To add a
command: write its module, then name it in COMMANDS.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from commonweal.cli import instance

NO_INSTANCE = 3
SERVING = ("demo", "serve")  # where no address is given, links lead to the port that they listen on


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand: where it is written and what it is for.

    `bare` needs no instance, `makes` makes one where it is missing, `seals` leaves nothing unsealed.
    """

    module: str
    help: str
    bare: bool = False
    makes: bool = False
    seals: bool = False


COMMANDS = {
    "init": Command(
        "commonweal.cli.init",
        "make an instance in --home: database, key, shipped protocols",
        makes=True,
        seals=True,
    ),
    "admin": Command("commonweal.cli.admin", "a one-time link for the first administrator", seals=True),
    "migrate": Command("commonweal.cli.migrate", "bring the database of an instance to this version"),
    "serve": Command("commonweal.cli.serve", "serve the product, with its worker, on 127.0.0.1"),
    "worker": Command("commonweal.cli.worker", "seal the journal and run what follows from events"),
    "import": Command(
        "commonweal.cli.imports", "bring in calls, a directory ...; a second run doubles nothing", seals=True
    ),
    "directory": Command("commonweal.cli.directory", "propose a mapping profile for a file", bare=True),
    "export": Command("commonweal.cli.exports", "write out an HMIS, a directory ...", seals=True),
    "extract": Command(
        "commonweal.cli.extract", "de-identified calls as Parquet by month, and views of them", seals=True
    ),
    "sealing": Command(
        "commonweal.cli.sealing", "apply sealing orders that are younger than a restored copy", seals=True
    ),
    "journal": Command("commonweal.cli.journal", "verify, seal, or checkpoint the journal"),
    "downtime": Command("commonweal.cli.downtime", "sealed packs for work on paper, to a folder", seals=True),
    "triage": Command("commonweal.cli.triage", "replay a protocol over stored calls"),
    "demo": Command("commonweal.cli.demo", "a generated county, alive on http://localhost:8000", makes=True),
    "lab": Command("commonweal.cli.lab", "run one engine on files: no database, no account", bare=True),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 2 bad input, 3 not found, 4 conflict, 1 otherwise)."""
    given = list(sys.argv[1:] if argv is None else argv)
    if not given or given[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, rest = given[0], given[1:]
    command = COMMANDS.get(name)
    if command is None:
        print(f"commonweal: no command {name!r}. There are: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    if find_spec(command.module) is None:
        print(f"commonweal: {name} is not part of this installation.", file=sys.stderr)
        return 2
    if name == "demo":
        os.environ["COMMONWEAL_DEMO"] = "on"
    if name in SERVING:
        os.environ.setdefault("COMMONWEAL_URL", f"http://localhost:{port_of(rest)}")
    asks = bool({"-h", "--help"} & set(rest))
    if not command.bare and (fault := instance.enter(home_of(rest), makes=command.makes, reads=asks)):
        print(f"commonweal {name}: {fault}", file=sys.stderr)
        return NO_INSTANCE
    return _run(name, command, rest)


def usage() -> str:
    """The list of commands."""
    rows = "\n".join(f"  {name:<9} {command.help}" for name, command in COMMANDS.items())
    return f"usage: commonweal COMMAND [--home DIR] ...\n\n{rows}\n\ncommonweal COMMAND --help says more."


def home_of(arguments: Sequence[str]) -> str:
    """The instance: --home DIR, COMMONWEAL_HOME, or ./instance."""
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    finder.add_argument("--home")
    found, _ = finder.parse_known_args(list(arguments))
    return str(found.home or os.environ.get("COMMONWEAL_HOME") or "instance")


def port_of(arguments: Sequence[str]) -> str:
    """The port of --port, as it is written; 8000 without one."""
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    finder.add_argument("--port", nargs="?")
    found, _ = finder.parse_known_args(list(arguments))
    return str(found.port or 8000)


def _run(name: str, command: Command, rest: Sequence[str]) -> int:
    """Parse and run, turning the product's own errors into a message and an exit code."""
    from commonweal.kernel.errors import CommonwealError

    module = importlib.import_module(command.module)
    parser = argparse.ArgumentParser(
        prog=f"commonweal {name}",
        description=command.help,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if not command.bare:
        parser.add_argument(
            "--home", metavar="DIR", help="the instance (or COMMONWEAL_HOME; default ./instance)"
        )
    module.add_arguments(parser)
    try:
        return _done(command, int(module.run(parser.parse_args(list(rest)))))
    except CommonwealError as fault:
        print(f"commonweal {name}: {fault}", file=sys.stderr)
        return fault.exit_code
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as fault:
        if remedy := instance.remedy(fault):
            print(f"commonweal {name}: {remedy}", file=sys.stderr)
            return 1
        raise
    except KeyboardInterrupt:
        return 130


def _done(command: Command, code: int) -> int:
    """What a command wrote stands sealed when it ends, so that `journal verify` speaks of all of it."""
    if command.seals:
        from commonweal.kernel import journal

        journal.seal_all()
    return code


if __name__ == "__main__":
    sys.exit(main())
