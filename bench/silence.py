"""Can anybody tell a record that must not be acknowledged from none? By bytes, by status, by time.

    COMMONWEAL_HOME=HOME python bench/silence.py --port 8115 [--pairs 2000]

Needs an instance served at the port from the same home, such as a filled demo. Finds records that the gate
refuses to a worker without acknowledgement, asks for each over HTTP and for an id that nobody has, in random
order, on API routes and pages. Prints how many answers differed and the two-sample Kolmogorov-Smirnov
statistic of the times (wanted: under 0.05, which equal times exceed in some 1 of 100 runs of 2,000 pairs),
with the medians of each route. Ends with 1 where any answer differed or the statistic is above.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from commonweal.kernel.actors import Actor

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
KS_MOST, WARM = 0.05, 60
KINDS = {
    "case": "case_plan",
    "encounter": "encounter_narrative",
    "source_record": "identity",
    "referral": "referral_status",
}
ROLES = ("case_manager", "patrol_officer", "clinician", "provider_staff", "shelter_worker")
ADDRESSES = {
    "case": ("/api/v1/cases/{id}/plan", "/cases/{id}/"),
    "encounter": ("/api/v1/encounters/{id}",),
    "referral": ("/api/v1/referrals/{id}", "/referrals/{id}/"),
    "source_record": (),
}
OPEN = {  # roles to whom these doors open; the others are told 403, whatever they ask for
    "case": ("case_manager",),
    "encounter": ROLES,
    "source_record": (),
    "referral": ("provider_staff", "shelter_worker"),
}


@dataclass(frozen=True)
class Route:
    """One way to ask, as one worker: where, with what, and the records hidden from them."""

    name: str
    path: str
    headers: dict[str, str]
    body: str
    hidden: tuple[UUID, ...]

    def ask(self, to: http.client.HTTPConnection, one: UUID) -> tuple[int, bytes, float]:
        """Status, body without the id that was asked for and one-time tokens, and milliseconds."""
        method, said = ("POST", self.body.replace("ID", str(one))) if self.body else ("GET", None)
        begun = time.perf_counter()
        to.request(method, self.path.replace("{id}", str(one)), body=said, headers=self.headers)
        answer = to.getresponse()
        text = answer.read()
        took = (time.perf_counter() - begun) * 1000
        plain = re.sub(
            rb'(value|nonce|content)="[A-Za-z0-9_+/=-]{16,}"', b"", text.replace(str(one).encode(), b"ID")
        )
        return answer.status, plain, took


def routes() -> Iterator[Route]:
    """Every route that has a hidden record for one of the roles."""
    from commonweal.agencies import queries as agencies

    for role in ROLES:
        account = agencies.accounts().filter(role=role, is_active=True).order_by("username").first()
        if account is None:
            continue
        bearer, cookie = _token(account.id), _session(account)
        for kind, category in KINDS.items():
            hidden = _hidden(agencies.actor(account.id), kind, category)
            if not hidden:
                continue
            body = json.dumps(
                {"kind": kind, "id": "ID", "category": category, "purpose": "care_coordination"}
            )
            sent = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
            yield Route(f"{role} why {kind}", "/api/v1/trust/why", sent, body, hidden)
            for path in ADDRESSES[kind] if role in OPEN[kind] else ():
                headers = {"Authorization": f"Bearer {bearer}"} if "/api/" in path else {"Cookie": cookie}
                yield Route(f"{role} {path}", path, headers, "", hidden)


def _hidden(by: Actor, kind: str, category: str) -> tuple[UUID, ...]:
    """Records of the kind that the gate refuses to this worker as if they did not exist."""
    from commonweal.kernel.actors import Subject
    from commonweal.people.models import SourceRecord
    from commonweal.sharing import actions as sharing
    from commonweal.sharing.models import Holding

    if kind == "source_record":
        ids = list(SourceRecord.objects.values_list("id", flat=True)[:600])
    else:
        ids = list(Holding.objects.filter(kind=kind).values_list("subject", flat=True)[:600])
    about = [Subject(kind, one) for one in ids]
    answers = (
        sharing.ask_many(by=by, category=category, purpose="care_coordination", about=about) if about else {}
    )
    if kind == "referral":  # whoever sent or received one knows of it: the room shows them its envelope
        mine = _party_to(by)
        answers = {one: answer for one, answer in answers.items() if one.id not in mine}
    silent = [s.id for s, a in answers.items() if isinstance(a, sharing.Refusal) and not a.acknowledged]
    return tuple(silent[:100])


def _party_to(by: Actor) -> set[UUID]:
    """Referrals that this worker's agency sent or received."""
    from django.db.models import Q

    from commonweal.referrals.models import Referral

    own = Referral.objects.filter(Q(to_agency=by.agency) | Q(from_agency=by.agency) | Q(sent_by=by.id))
    return set(own.values_list("id", flat=True))


def _token(account: UUID) -> str:
    from commonweal.agencies import actions, queries
    from commonweal.kernel.actors import system

    scopes = {"read", *queries.actor(account).permissions}
    return actions.issue_token(by=system("bench"), account=account, name="silence", scopes=scopes, days=1)[1]


def _session(account: object) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from commonweal.agencies.queries import Account
    from commonweal.web.session import DEVICE, FACTOR_MARK

    assert isinstance(account, Account)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[FACTOR_MARK], session[DEVICE] = True, "office"
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={'a' * 32}"


def measure(ways: list[Route], pairs: int, port: int, chance: random.Random) -> bool:
    """Ask, compare, print; whether nobody can tell."""
    from scipy.stats import ks_2samp

    to = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    plan = [(ways[n % len(ways)], is_hidden) for n in range(pairs) for is_hidden in (True, False)]
    chance.shuffle(plan)
    for way in (ways * WARM)[:WARM]:
        way.ask(to, uuid4())
    times: dict[bool, list[float]] = defaultdict(list)
    by_way: dict[tuple[str, bool], list[float]] = defaultdict(list)
    said: dict[str, set[tuple[int, bytes]]] = defaultdict(set)
    for way, is_hidden in plan:
        status, text, took = way.ask(to, chance.choice(way.hidden) if is_hidden else uuid4())
        times[is_hidden].append(took)
        by_way[way.name, is_hidden].append(took)
        said[way.name].add((status, text))
    for way in ways:
        codes = sorted({status for status, _ in said[way.name]})
        hidden, absent = (sorted(by_way[way.name, which]) for which in (True, False))
        medians = f"hidden {hidden[len(hidden) // 2]:.2f}, absent {absent[len(absent) // 2]:.2f} ms"
        print(f"  {way.name:<42} {codes} answers {len(said[way.name])}  {medians}")
    differ = sum(len(answers) > 1 for answers in said.values())
    statistic = float(ks_2samp(times[True], times[False]).statistic)
    usual = {way.name: sorted(by_way[way.name, True] + by_way[way.name, False]) for way in ways}
    alike: dict[bool, list[float]] = defaultdict(list)  # over the route's median: slow routes mask nothing
    for (name, which), took_all in by_way.items():
        middle_of = usual[name][len(usual[name]) // 2]
        alike[which] += [took / middle_of for took in took_all]
    within = float(ks_2samp(alike[True], alike[False]).statistic)
    middle = [sorted(times[which])[pairs // 2] for which in (True, False)]
    print(f"{pairs} pairs on {len(ways)} routes: {differ} routes with different bytes or status")
    print(f"median hidden {middle[0]:.2f} ms, absent {middle[1]:.2f} ms; Kolmogorov-Smirnov {statistic:.4f}")
    print(f"each time over the median of its route: Kolmogorov-Smirnov {within:.4f}")
    return not differ and max(statistic, within) < KS_MOST


def main() -> int:
    """Find the routes and measure."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("--port", type=int, default=8115)
    reader.add_argument("--pairs", type=int, default=2_000)
    reader.add_argument("--seed", type=int, default=7)
    asked = reader.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
    import django

    django.setup()
    ways = list(routes())
    if not ways:
        reader.error("no record here is hidden from any of these roles: serve a filled demo")
    return 0 if measure(ways, asked.pairs, asked.port, random.Random(asked.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
