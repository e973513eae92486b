"""`commonweal migrate`: the database brought to this version."""

import argparse

from django.core.management import call_command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beside --home."""


def run(args: argparse.Namespace) -> int:
    """Apply what is missing and say what was applied."""
    call_command("migrate", verbosity=1, interactive=False)
    return 0
