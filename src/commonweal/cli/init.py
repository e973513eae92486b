"""`commonweal init`: an instance ready to be set up by its first administrator."""

import argparse
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from commonweal.calls import actions as calls
from commonweal.kernel.actors import system


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beside --home."""


def run(args: argparse.Namespace) -> int:
    """Make what is missing; an instance that stands already is left as it is."""
    home = Path(settings.COMMONWEAL_HOME)
    keep_key(home)
    call_command("migrate", verbosity=0, interactive=False)
    loaded = calls.load_protocols(by=system("init"))
    print(f"Instance at {home}: database up to date, {len(loaded)} protocols to review and sign.")
    print(f"Next: commonweal admin --email YOU@AGENCY --home {home} (the first administrator's link),")
    print(f"then: commonweal serve --home {home}, or: commonweal import calls FILES --profile NAME")
    return 0


def keep_key(home: Path) -> None:
    """Write the instance's key once, readable by its owner alone; make the folder of its static files."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    path = home / "secret.key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(50))
