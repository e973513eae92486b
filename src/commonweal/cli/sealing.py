"""`commonweal sealing`: a database put back from a copy learns the sealing orders given since."""

import argparse

from commonweal.kernel.actors import system
from commonweal.sharing import actions as sharing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beside --home."""


def run(args: argparse.Namespace) -> int:
    """Apply what the ledger knows and the database does not, note the reverse, say how many."""
    catch_up()
    return 0


def catch_up(*, quiet: bool = False) -> None:
    """Reconcile ledger and database; with `quiet` nothing is said where nothing was missing."""
    found = sharing.reconcile_seals(by=system("sealing"))
    if not quiet or found.applied:
        print(f"{found.applied} sealing orders applied, {found.noted} noted in the ledger.", flush=True)
