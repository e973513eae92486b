"""`commonweal lab NAME`: one engine on files; no database, no account, no network.

Each module beside this one is a command: NAME, HELP, `add_arguments(parser)`, `run(args) -> int`.
"""

import argparse
import importlib
import pkgutil
from types import ModuleType


def modules() -> dict[str, str]:
    """The commands by name, without importing them (a file's name is the command's, `-` written `_`)."""
    return {m.name.replace("_", "-"): f"{__name__}.{m.name}" for m in pkgutil.iter_modules(__path__)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME and the rest: the named module reads what follows."""
    parser.add_argument("name", choices=sorted(modules()), metavar="NAME", help=", ".join(sorted(modules())))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="see commonweal lab NAME --help")


def run(args: argparse.Namespace) -> int:
    """Hand over to the engine's module."""
    module: ModuleType = importlib.import_module(modules()[args.name])
    parser = argparse.ArgumentParser(
        prog=f"commonweal lab {args.name}", description=module.HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(args.rest)))
