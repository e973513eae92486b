"""`commonweal worker`: seal the journal, run what follows from events, mind the timers."""

import argparse
import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import close_old_connections

from commonweal import flow
from commonweal.cli.sealing import catch_up
from commonweal.kernel import clock, journal

REMINDERS = 20.0  # seconds between two looks at reminders of appointments
LOOKS = 60.0  # seconds between two questions whether records should be looked through
PACE = 0.1  # seconds between looks while nothing happens
LATE, SWEEP = timedelta(seconds=5), timedelta(hours=1)  # between wide looks, and looks at all, for late lines
log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long to rest, and whether to stop when nothing waits."""
    parser.add_argument("--once", action="store_true", help="do what waits, then stop")


def run(args: argparse.Namespace) -> int:
    """Work until told to stop (SIGTERM, Ctrl-C)."""
    catch_up(quiet=True)
    worker = Worker()
    if args.once:
        print(f"{worker.catch_up()} lines handled.")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.beside()
    worker.work()
    return 0


class Worker:
    """Seals, drains and minds timers until stopped; one a site is enough, two do no harm."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._due: dict[str, datetime] = {}

    def stop(self) -> None:
        """End after the step in hand."""
        self._stopped.set()

    def start(self) -> threading.Thread:
        """Work in a thread beside the server."""
        thread = threading.Thread(target=self.work, name="worker", daemon=True)
        thread.start()
        self.beside()
        return thread

    def beside(self) -> None:
        """What may take long has threads beside the loop: the board must not wait for it."""
        threads = (
            ("loader", self.load), ("carrier", self.carry), ("player", self.play), ("sender", self.send),
            ("reminder", self.remind), ("looker", self.look_over),
        )  # fmt: skip
        for name, act in threads:
            threading.Thread(target=act, name=name, daemon=True).start()

    def send(self) -> None:
        """Send webhooks, one after another; other systems may take seconds to answer."""
        self._repeat(flow.send_out, "a webhook could not be sent")

    def remind(self) -> None:
        """Hand reminders of appointments to mail servers and gateways."""
        self._repeat(flow.carry_reminders, "a reminder could not be carried", REMINDERS)

    def look_over(self) -> None:
        """Look through records for faults, after imports and once a day."""
        self._repeat(flow.look_over, "records could not be looked through", LOOKS)

    def load(self) -> None:
        """Read files that were handed in, one after another."""
        self._repeat(flow.bring_in, "a file could not be read")

    def carry(self) -> None:
        """Hand notices to mail servers and gateways, which may be slow or away."""
        self._repeat(flow.carry_notices, "a notice could not be carried")

    def play(self) -> None:
        """Play simulations that were asked for, one after another."""
        self._repeat(flow.play, "a simulation could not be played")

    def _repeat(self, act: Callable[[], object], fault: str, pause: float = 1) -> None:
        while not self._stopped.is_set():
            try:
                busy = act()
            except Exception:  # a lost connection must not end the thread
                log.exception("worker: %s; trying again", fault)
                busy = False
            if not busy:
                close_old_connections()
                self._stopped.wait(pause)

    def work(self) -> None:
        """The loop. A fault is logged and the loop goes on after a pause."""
        while not self._stopped.is_set():
            try:
                busy = self.step()
            except Exception:  # a lost connection must not end the worker
                log.exception("worker: a step failed; trying again")
                close_old_connections()
                busy = False
                self._stopped.wait(1)
            if not busy:
                self._stopped.wait(PACE)

    def step(self) -> bool:
        """One round; whether there was anything to do."""
        sealed = journal.seal(back=self._back())
        handled = flow.drain()
        for every, act in flow.TIMERS:
            if self._is_due(act.__name__, every):
                act()
        return bool(sealed or handled)

    def _back(self) -> int | None:
        """How far this round looks for lines that were committed late."""
        if self._is_due("whole", SWEEP):
            return journal.WHOLE
        return journal.WINDOW if self._is_due("window", LATE) else journal.NEAR

    def catch_up(self) -> int:
        """Seal and drain until nothing waits; returns how many lines were handled."""
        total = 0
        while flow.bring_in() or flow.play():
            total += 1
        while True:
            sealed, handled = journal.seal_all(), flow.drain()
            total += handled
            if not sealed and not handled and not flow.carry_notices():
                return total

    def _is_due(self, name: str, every: timedelta) -> bool:
        now = clock.now()
        if name in self._due and now < self._due[name]:
            return False
        self._due[name] = now + every
        return True
