"""`commonweal serve`: pages, API and live events in one process, with the worker beside them."""

import argparse

import uvicorn

from commonweal.cli.worker import Worker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and whether the worker runs here."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-worker", action="store_true", help="a worker runs elsewhere")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    worker = Worker()
    if not args.no_worker:
        worker.start()
    print(f"Ready: http://localhost:{args.port}", flush=True)
    uvicorn.run(
        "commonweal.config.asgi:application",
        host=args.host,
        port=args.port,
        log_level="warning",
        lifespan="off",
    )
    worker.stop()
    return 0
