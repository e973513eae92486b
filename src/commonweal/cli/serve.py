"""`commonweal serve`: pages, API and live events on one port, with the worker beside them."""

import argparse
import os
import threading
import time
from http.client import HTTPConnection, HTTPException

import uvicorn
from django.db import connection
from uvicorn.supervisors import Multiprocess

from commonweal.cli.worker import Worker
from commonweal.kernel import shelf

MOST = 4  # processes that are started unless more are asked for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, in how many processes, and whether the worker runs here."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--processes",
        type=int,
        help="that answer pages (default: 1 on SQLite; on PostgreSQL one a core, at most 4)",
    )
    parser.add_argument("--no-worker", action="store_true", help="a worker runs elsewhere")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    processes = args.processes or default_processes()
    worker = Worker()
    if not args.no_worker:
        worker.start()
    config = uvicorn.Config(
        "commonweal.config.asgi:application",
        host=args.host,
        port=args.port,
        workers=processes,
        log_level="warning",
        access_log=False,  # who asked for what is in the journal; a log of addresses would name people
        lifespan="off",
    )
    listening = [config.bind_socket()]
    threading.Thread(target=_announce, args=(args.host, args.port), daemon=True).start()
    if processes > 1:
        shelf.lend()
        Multiprocess(config, listening).run()
    else:
        uvicorn.Server(config).run(listening)
    worker.stop()
    return 0


def default_processes() -> int:
    """One process on SQLite, whose writers take turns anyway; else one a core, at most `MOST`."""
    if connection.vendor == "sqlite":
        return 1
    return max(1, min(MOST, os.cpu_count() or 1))


def _announce(host: str, port: int) -> None:
    """Say where it is once it answers, not before."""
    here = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    while not _answers(here, port):
        time.sleep(0.1)
    print(f"Ready: http://localhost:{port}", flush=True)


def _answers(host: str, port: int) -> bool:
    line = HTTPConnection(host, port, timeout=30)
    try:
        line.request("GET", "/health/")
        return line.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
