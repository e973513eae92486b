"""`commonweal serve`: pages, API and live events on one port, with the worker beside them."""

import argparse
import os
import sys
from socket import IPPROTO_TCP, TCP_NODELAY, socket

import uvicorn
from django.db import connection
from uvicorn.supervisors import Multiprocess

from commonweal.cli.sealing import catch_up
from commonweal.cli.worker import Worker
from commonweal.kernel import shelf

PATIENCE = 120.0  # seconds that a process may take to be warm
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
    catch_up(quiet=True)  # before a door opens: a database from a copy knows no order given since
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
        server_header=False,  # nobody needs to know what serves (ASVS 13.4.6)
        access_log=False,  # who asked for what is in the journal; a log of addresses would name people
        lifespan="off",
    )
    listening = [config.bind_socket()]
    has_failed = False
    listening[0].setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)  # else a small answer waits 40 ms for a receipt
    if processes > 1:
        shelf.lend()
        several = _Several(config, listening)
        several.run()
        has_failed = several.has_failed
    else:
        _One(config).run(listening)
    worker.stop()
    return 1 if has_failed else 0


def default_processes() -> int:
    """One process on SQLite, whose writers take turns anyway; else one a core, at most `MOST`."""
    if connection.vendor == "sqlite":
        return 1
    return max(1, min(MOST, os.cpu_count() or 1))


class _One(uvicorn.Server):
    """One process: says where it is once it listens, not before."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, then announce."""
        await super().startup(sockets)
        if not self.should_exit:
            _announce(self.config)


class _Several(Multiprocess):
    """Several processes: one that dies is started again; says where they are once all of them listen.

    Where one does not come to listen, all end: what keeps it from starting would keep its successor too.
    """

    has_failed = False

    def init_processes(self) -> None:
        """Start them together, and wait until each is warm."""
        super().init_processes()
        if all([one.wait_until_ready(PATIENCE, self.should_exit) for one in self.processes]):
            _announce(self.config)
        elif not self.should_exit.is_set():
            self.has_failed = True
            print("commonweal serve: a process did not start; why stands above.", file=sys.stderr, flush=True)
            self.should_exit.set()


def _announce(config: uvicorn.Config) -> None:
    print(f"Ready: http://localhost:{config.port}", flush=True)
