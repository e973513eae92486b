"""Fifty people at work on a full instance: how long a triage step takes, how soon the board hears of an act.

    python deploy/postgres.py run --durable -- python bench/load.py [--calls N] [--people N] [--seconds S]

1,000,000 calls and 100,000 people on PostgreSQL; the real server (`commonweal serve`, worker included) and
the users' browsers as processes of their own, over HTTP on 127.0.0.1, on the same cores. A triage step is the
time from sending an answer at the desk to its whole response. Board delivery is the time from the moment that
an act's journal line bears, which is before its commit, to the arrival of the event at each open stream.
Returns 1 where a target is missed or anything answered with an error.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
CREW = {"dispatcher": 20, "watcher": 16, "provider": 7, "field": 7}
ROLES = {
    "dispatcher": ("call_taker",), "watcher": ("supervisor",),
    "provider": ("provider_staff", "shelter_worker"), "field": ("clinician", "crisis_worker", "cit_officer"),
}  # fmt: skip
WARM = 10.0  # seconds at the start that are not counted: everybody opens the first page at once
STEP_MS, DELIVERY_MS = 150.0, 500.0


def users() -> list[dict[str, str]]:
    """Everybody signed in with both steps, as the browser holds it: a session and a CSRF token."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from commonweal.agencies import queries as agencies
    from commonweal.web.session import DEVICE, FACTOR_MARK

    crew = []
    for kind, count in CREW.items():
        accounts = list(agencies.accounts().filter(role__in=ROLES[kind], is_active=True).order_by("username"))
        if kind == "dispatcher":
            accounts = [one for one in accounts if one.agency and one.agency.kind == "ecc"]
        for number in range(count):
            account, session = accounts[number % len(accounts)], SessionStore()
            session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
                str(account.pk),
                settings.AUTHENTICATION_BACKENDS[-1],
            )
            session[HASH_SESSION_KEY] = account.get_session_auth_hash()
            session[FACTOR_MARK], session[DEVICE] = True, "office"
            session.create()
            token = secrets.token_hex(16)
            cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={token}"
            crew.append({"kind": kind, "cookie": cookie, "token": token})
    return crew


def share(values: list[float], percent: int) -> float:
    """A percentile."""
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)] if values else float("nan")


def delivery(heard: list[list[Any]], after: float) -> list[float]:
    """Milliseconds from each act's journal line to its arrival at each watcher."""
    from commonweal.kernel.models import Seal

    wanted = {sequence for _, _, sequence, at in heard if at >= after}
    acted = {
        sequence: at.timestamp()
        for sequence, at in Seal.objects.filter(sequence__in=wanted).values_list("sequence", "line__at")
    }
    return [(at - acted[n]) * 1000 for _, _, n, at in heard if n in acted and acted[n] >= after]


def serve(port: int, folder: Path) -> subprocess.Popen[str]:
    """The real server, ready."""
    command = [sys.executable, "-m", "commonweal", "serve", "--port", str(port), "--home", str(folder)]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.PIPE, stderr=log, text=True)
    if server.stdout is None or "Ready" not in server.stdout.readline():
        raise RuntimeError(f"the server did not start: {(folder / 'server.log').read_text()[-2000:]}")
    return server


def load(folder: Path, port: int, seconds: float) -> tuple[dict[str, Any], float]:
    """Let the crew work against the server; what they found, and the server's processor seconds."""
    plan, found = folder / "plan.json", folder / "found.json"
    plan.write_text(json.dumps({"port": port, "seconds": seconds, "users": users()}))
    server = serve(port, folder)
    try:
        subprocess.run([sys.executable, str(ROOT / "bench/load_users.py"), str(plan), str(found)], check=True)
    finally:
        before = _spent_by_children()
        server.terminate()
        server.wait(timeout=20)
    spent = _spent_by_children() - before
    return json.loads(found.read_text()), spent


def _spent_by_children() -> float:
    """Processor seconds of the processes that have ended and were waited for, with theirs."""
    spent = getrusage(RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def report(found: dict[str, Any], spent: float, seconds: float) -> bool:
    """Print the table; whether every target is met."""
    start = min((at for _, _, at, _ in found["seen"]), default=0.0) + WARM
    seen = [row for row in found["seen"] if row[2] >= start]
    kinds = Counter(what for what, *_ in seen)
    bad = Counter((what, status) for what, status, _, _ in found["seen"] if not _is_fine(what, status))
    for what, count in kinds.most_common():
        took = [ms for name, _, _, ms in seen if name == what]
        print(f"  {what:<22} {count:>6}  p50 {share(took, 50):>8.1f} ms  p99 {share(took, 99):>8.1f} ms")
    step = share([ms for what, _, _, ms in seen if what == "triage step"], 99)
    heard = delivery(found["heard"], start)
    told = share(heard, 99)
    print(f"  board delivery: {len(heard):,} arrivals, p50 {share(heard, 50):.0f} ms, p99 {told:.0f} ms"
          f" (at most {DELIVERY_MS:.0f}){'' if told < DELIVERY_MS else '  MISSED'}")  # fmt: skip
    print(
        f"  desk triage step: p99 {step:.0f} ms (at most {STEP_MS:.0f}){'' if step < STEP_MS else '  MISSED'}"
    )
    print(
        f"  errors: {sum(bad.values())} {dict(bad) if bad else ''};"
        f" the server took {spent / seconds:.0%} of a core"
    )
    return step < STEP_MS and told < DELIVERY_MS and not bad


def _is_fine(what: str, status: int) -> bool:
    """A page or a redirect; where every unit is out or was taken just now, the desk is told so (400, 409)."""
    return status in (200, 204, 302) or (what == "dispatch" and status in (400, 409))


def main() -> int:
    """Fill, serve, work, report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--port", type=int, default=8161)
    parser.add_argument("--keep", action="store_true", help="the database is filled already: only work")
    asked = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        parser.error("load is measured on PostgreSQL: run it by deploy/postgres.py run --durable --")
    with tempfile.TemporaryDirectory() as given:
        os.environ |= {"COMMONWEAL_HOME": given, "PYTHONPATH": str(ROOT / "src")}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
        commonweal = [sys.executable, "-m", "commonweal"]
        subprocess.run([*commonweal, "init", "--home", given], check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        from bench.figures import machine
        from bench.load_county import fill

        print("  ".join(f"{name}: {value}" for name, value in machine().items()), flush=True)
        if not asked.keep:
            fill(asked.calls, asked.people)
        print(f"{sum(CREW.values())} at work for {asked.seconds:.0f} s: {CREW}", flush=True)
        begun = time.perf_counter()
        found, spent = load(Path(given), asked.port, asked.seconds)
        met = report(found, spent, time.perf_counter() - begun)
    print(f"  load at the end: {os.getloadavg()[0]:.1f}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
