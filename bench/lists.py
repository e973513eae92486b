"""How long the server takes for each page that lists, when there is much to list.

    python deploy/postgres.py run --durable -- python bench/lists.py [--referrals N] [--services N]

100,000 referrals with their steps and 1,000,000 services rendered on cases, on PostgreSQL, in the generated
county. Every desk is entered by one worker of its role; each address without an id that its pages link to is
asked for six times, in the process of the server, through all its layers. The first answer is told apart
(it builds what the process keeps); of the others the median and the slowest. A page whose median is above 300
ms misses its target. Returns 1 where one does, or where one answers with an error.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
AT_MOST_MS = 300.0
LINK = re.compile(rb'(?:href|hx-get)="(/[^"#]*)')
IDENTITY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|/static/|/account/|/language/|/events|/live")


@dataclass(frozen=True, slots=True)
class Page:
    """One address as one desk's worker gets it; times in milliseconds."""

    desk: str
    path: str
    status: int
    first: float
    rest: tuple[float, ...]
    size: int

    @property
    def is_met(self) -> bool:
        """Whether it answered, in time."""
        return self.status < 400 and median(self.rest) <= AT_MOST_MS


def crawl(desk: str, client: Any, start: str, at_most: int) -> list[Page]:
    """The pages without an id in their address that a desk's first page leads to, two links deep."""
    seen, level, found = {start}, [start], []
    for _depth in range(3):
        following: list[str] = []
        for path in level[:at_most]:
            page, body = ask(desk, client, path)
            found.append(page)
            links = (unescape(link.decode()) for link in LINK.findall(body))
            own = {one for one in links if one.startswith(start) and not IDENTITY.search(one)}
            following += sorted(own - seen)
            seen |= own
        level = following
    return found


def ask(desk: str, client: Any, path: str) -> tuple[Page, bytes]:
    """One address, six times."""
    times, status, body = [], 0, b""
    for _ in range(6):
        begun = time.perf_counter()
        answer = client.get(path)
        status, body = answer.status_code, b"" if answer.streaming else answer.content
        times.append((time.perf_counter() - begun) * 1e3)
    return Page(desk, path, status, times[0], tuple(times[1:]), len(body)), body


def enter(account: Any) -> Any:
    """A browser in which this worker has signed in with both steps."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client

    from commonweal.web.session import DEVICE, FACTOR_MARK

    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[FACTOR_MARK], session[DEVICE] = True, "office"
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def desks(wanted: list[str]) -> list[tuple[str, Any, str]]:
    """Each desk, who enters it, and its first page."""
    from commonweal.agencies import queries as agencies
    from commonweal.demo.credentials import DESKS

    found = []
    for desk, role in DESKS.items():
        account = agencies.accounts().filter(role=role, is_active=True).order_by("username").first()
        if account and (not wanted or desk in wanted):
            found.append((desk, account, f"/{desk.split('_')[0]}/"))
    return found


def report(pages: list[Page], slowest: int) -> bool:
    """Print the slowest pages; whether every page met its target."""
    pages.sort(key=lambda page: -median(page.rest))
    for page in [p for n, p in enumerate(pages) if n < slowest or not p.is_met]:
        print(f"  {page.desk:<20} {page.path[:70]:<70} {page.status} first {page.first:>7.0f} median"
              f" {median(page.rest):>6.0f} slowest {max(page.rest):>6.0f} ms {page.size // 1024:>5} kB"
              f"{'' if page.is_met else '  MISSED'}")  # fmt: skip
    middle = sorted(median(page.rest) for page in pages)
    missed = sum(not page.is_met for page in pages)
    print(f"  {len(pages)} pages: median {median(middle):.0f} ms, slowest {middle[-1]:.0f} ms"
          f" (at most {AT_MOST_MS:.0f}), {missed} missed")  # fmt: skip
    return missed == 0


def main() -> int:
    """Fill, ask, report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--referrals", type=int, default=100_000)
    parser.add_argument("--services", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true", help="the database is filled already: only ask")
    parser.add_argument("--desks", nargs="*", default=[])
    parser.add_argument("--slowest", type=int, default=25)
    asked = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        parser.error("lists are measured on PostgreSQL: run it by deploy/postgres.py run --durable --")
    begun = time.perf_counter()

    def say(what: str) -> None:
        print(f"  [{time.perf_counter() - begun:5.1f} s] {what}", flush=True)

    with tempfile.TemporaryDirectory() as given:
        os.environ |= {"COMMONWEAL_HOME": given, "PYTHONPATH": str(ROOT / "src")}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
        subprocess.run([sys.executable, "-m", "commonweal", "init", "--home", given], check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        import django
        from django.conf import settings

        django.setup()
        settings.ALLOWED_HOSTS = ["*"]
        from bench.figures import machine
        from bench.lists_county import fill

        print("  ".join(f"{name}: {value}" for name, value in machine().items()), flush=True)
        if not asked.keep:
            fill(asked.referrals, asked.services, say)
        pages = []
        for desk, account, start in desks(asked.desks):
            pages += crawl(desk, enter(account), start, 40)
        met = report(pages, asked.slowest)
    print(f"  load at the end: {os.getloadavg()[0]:.1f}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
