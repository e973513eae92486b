"""`commonweal serve`: pages, API and live events in one process, with the worker beside them."""

import argparse
import socket

import uvicorn

from commonweal.cli.worker import Worker
from commonweal.kernel import sweeping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and whether the worker runs here."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-worker", action="store_true", help="a worker runs elsewhere")


class Server(uvicorn.Server):
    """Says where it is once it listens, not before."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Bind, then announce the address."""
        await super().startup(sockets)
        if not self.should_exit:
            sweeping.settle()
            print(f"Ready: http://localhost:{self.config.port}", flush=True)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    worker = Worker()
    if not args.no_worker:
        worker.start()
    Server(
        uvicorn.Config(
            "commonweal.config.asgi:application",
            host=args.host,
            port=args.port,
            log_level="warning",
            access_log=False,  # who asked for what is in the journal; a log of addresses would name people
            lifespan="off",
        )
    ).run()
    worker.stop()
    return 0
