"""`commonweal demo`: a generated county, alive on http://localhost:8000."""

import argparse
import socket
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn
from django.conf import settings
from django.core.management import call_command

from commonweal.agencies import queries as agencies
from commonweal.cli.init import keep_key
from commonweal.cli.sealing import catch_up
from commonweal.cli.worker import Worker
from commonweal.demo import geography, handing
from commonweal.demo.credentials import issue
from commonweal.demo.filling.build import SEED, build
from commonweal.demo.live import City
from commonweal.kernel import journal

FILLED = "demo-filled"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where, how fast, and whether a browser opens."""
    parser.add_argument("--port", type=int, default=8000, help="on 127.0.0.1 (default 8000)")
    parser.add_argument(
        "--pace", type=float, default=6.0, help="1 is real time; 60 is an hour a minute (default 6)"
    )
    parser.add_argument("--still", action="store_true", help="hold the city still")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--fill-only", action="store_true", help="fill the instance, then stop")
    parser.add_argument("--seed", type=int, default=SEED, help="another county")


def run(args: argparse.Namespace) -> int:
    """Fill the instance once, then serve it with its worker and its city."""
    home = Path(settings.COMMONWEAL_HOME)
    started = time.monotonic()

    def say(sentence: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {sentence}", flush=True)

    fill(home, args.seed, say)
    catch_up(quiet=True)  # before a door opens, as `serve` does: a database from a copy knows no later order
    if args.fill_only:
        return 0
    handing.offer_both_ways()
    worker = Worker()
    worker.start()
    city = None if args.still else _live(args)
    url = f"http://localhost:{args.port}"
    say(f"The way in for each desk: {home / 'demo-credentials.json'}")
    threading.Thread(target=_announce, args=(url, args), daemon=True).start()
    uvicorn.run(
        "commonweal.config.asgi:application",
        host="127.0.0.1",
        port=args.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
    )
    worker.stop()
    if city:
        city.stop()
    return 0


def fill(home: Path, seed: int, say: Callable[[str], None]) -> None:
    """Make the instance and the county in it; an instance that is filled already is left as it is."""
    keep_key(home)
    call_command("migrate", verbosity=0, interactive=False)
    if (home / FILLED).exists():
        return
    ids = build(say, seed)
    say("Giving each desk a way in.")
    issue(home, next(iter(ids.person.values()), None))
    say("Sealing the journal.")
    journal.seal_all()
    journal.advance("flow", journal.position())
    (home / FILLED).write_text(str(seed), encoding="ascii")


def _live(args: argparse.Namespace) -> City:
    desk = agencies.accounts().filter(role="call_taker", agency__kind="ecc").first()
    if desk is None:
        raise SystemExit("The instance holds no call taker; use another --home.")
    city = City(geography.generate(args.seed), desk.id, args.pace)
    city.start()
    return city


def _announce(url: str, args: argparse.Namespace) -> None:
    """Say Ready once the port answers, then open the demo page."""
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", args.port)) == 0:
                break
        time.sleep(0.1)
    print(f"Ready: {url}", flush=True)
    if not args.no_browser:
        webbrowser.open(f"{url}/demo/")
