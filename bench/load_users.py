"""Fifty people at work over HTTP, in a process of their own: what `bench/load.py` starts against its server.

    python bench/load_users.py PLAN.json FOUND.json

PLAN names the port, the seconds, and each user's kind and session. Each user is a thread with one connection
for acts and, where the page of that kind holds one, a second for the live stream. They pause as people do.
FOUND gets every request's kind, status and milliseconds, and every event's sequence and moment of arrival.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from random import Random
from typing import NamedTuple, TypedDict
from urllib.parse import urlencode

QUESTION = re.compile(r'name="question" value="([^"]+)"')
REPLY = re.compile(r'name="answer" value="([^"]+)"')
PLACES = ("-122.05|38.02|1200 Main St", "-122.03|38.01|88 River Rd", "-122.06|38.03|410 Oak Ave")
KEPT = 4.0  # seconds of rest after which a new connection is made
SOON, APART, REST = 0.1, 0.4, 1.5  # seconds, as in live.js: after an event, and between two drawings
BY_ITSELF = frozenset(["board drawn again"])  # what a page asks without a person
THINK = (2.0, 5.0)  # seconds between two acts of one person


class User(TypedDict):
    """One user of the plan; `cookie` holds session and CSRF token."""

    kind: str
    cookie: str
    token: str


class Seen(NamedTuple):
    """One request: what it was for, the status, when it began, how long it took."""

    what: str
    status: int
    at: float
    milliseconds: float


class Heard(NamedTuple):
    """One event of the live stream at one watcher."""

    user: int
    kind: str
    sequence: int
    at: float


class Ended(Exception):
    """The time is over."""


class Desk:
    """One user's browser: acts, pauses, and remembers how long each answer took."""

    def __init__(self, port: int, number: int, user: User, until: float) -> None:
        self.port, self.number, self.user, self.until = port, number, user, until
        self.seen: list[Seen] = []
        self.heard: list[Heard] = []
        self.random = Random(number)
        self.changed = threading.Event()
        self.last_heard, self.drawn_at = 0, 0.0
        self._used = 0.0
        self._line = HTTPConnection("127.0.0.1", port, timeout=30)

    def think(self, least: float = THINK[0], most: float = THINK[1]) -> None:
        """Pause as a person does; Ended where the time is over."""
        pause = self.random.uniform(least, most)
        if time.time() + pause >= self.until:
            raise Ended
        time.sleep(pause)

    def ask(
        self, what: str, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """One request; its status, where it points to, and its text. A broken line counts as status 0."""
        headers = {"Cookie": self.user["cookie"], "X-CSRFToken": self.user["token"]}
        if what in BY_ITSELF:
            headers |= {"HX-Request": "true", "X-Background": "1", "X-Heard": str(self.last_heard)}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        if time.time() - self._used > KEPT:
            self._line.close()  # as a browser does, before the server hangs up
        begun, at = time.perf_counter(), time.time()
        try:
            self._line.request(method, path, urlencode(form) if form is not None else None, headers)
            answer = self._line.getresponse()
            text = answer.read().decode("utf-8", "replace")
            status, where = answer.status, answer.headers.get("Location", "")
        except (OSError, HTTPException):
            self._line.close()
            status, where, text = 0, "", ""
        self._used = time.time()
        self.seen.append(Seen(what, status, at, (time.perf_counter() - begun) * 1000))
        return status, where, text

    def listen(self) -> None:
        """Hold the live stream open, and note when each change arrives."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request("GET", "/live/", headers={"Cookie": self.user["cookie"]})
            self._follow(line.getresponse())
        except (OSError, HTTPException):
            if time.time() < self.until:
                self.seen.append(Seen("live stream", 0, time.time(), 0))
        finally:
            line.close()

    def _follow(self, stream: HTTPResponse) -> None:
        if stream.status != 200:
            self.seen.append(Seen("live stream", stream.status, time.time(), 0))
            return
        while time.time() < self.until and (text := stream.readline()):
            if text.startswith(b"data: {") and b"sequence" in text:
                said = json.loads(text[6:])
                self.heard.append(Heard(self.number, said["kind"], said["sequence"], time.time()))
                self.last_heard = max(self.last_heard, said["sequence"])
                self.changed.set()


def take_calls(desk: Desk) -> None:
    """A dispatcher: take a call, place it, answer what is asked, send somebody, end it."""
    desk.ask("desk page", "GET", "/desk/")
    desk.think()
    _, where, _ = desk.ask("receive a call", "POST", "/desk/new/", {"source": "911"})
    if not where:
        return
    _, _, text = desk.ask("call page", "GET", where)
    desk.think()
    desk.ask("place the call", "POST", f"{where}place/", {"pick": desk.random.choice(PLACES)})
    for _ in range(6):
        question, replies = QUESTION.search(text), REPLY.findall(text)
        if question is None or not replies:
            break
        desk.think()
        reply = desk.random.choice(replies)
        _, _, text = desk.ask(
            "triage step", "POST", f"{where}answer/", {"question": question[1], "answer": reply}
        )
    desk.think()
    status, _, _ = desk.ask("dispatch", "POST", f"{where}dispatch/", {})
    desk.think()
    how = {"how": "clear" if status == 200 else "cancel", "behavioural": "yes", "reason": "Spoke; went home."}
    desk.ask("end the call", "POST", f"{where}end/", how)


def watch(desk: Desk) -> None:
    """A supervisor before the board: it is drawn again when something changed, as live.js does it."""
    if not desk.seen:
        desk.ask("board page", "GET", "/board/")
    if desk.changed.wait(timeout=1.0):
        rest = desk.drawn_at + REST - time.time()
        again = rest + desk.random.uniform(0, 0.3) if rest > 0 else 0.0
        time.sleep(max(SOON + desk.random.uniform(0, APART), again))
        desk.changed.clear()
        desk.drawn_at = time.time()
        desk.ask("board drawn again", "GET", "/board/now/")
    if time.time() >= desk.until:
        raise Ended


def answer_referrals(desk: Desk) -> None:
    """A provider looks into the inbox."""
    desk.ask("inbox", "GET", "/referrals/")
    desk.think()


def go_out(desk: Desk) -> None:
    """A field worker: what is in hand, and the record of a contact on the street."""
    desk.ask("field page", "GET", "/field/")
    desk.think()
    said = {"description": "a person in a red coat"}
    desk.ask("open an encounter", "POST", "/field/encounter/open/", said)
    desk.think(8, 15)


KINDS: dict[str, Callable[[Desk], None]] = {
    "dispatcher": take_calls, "watcher": watch, "provider": answer_referrals, "field": go_out,
}  # fmt: skip
LISTENING = ("dispatcher", "watcher")


def work(desk: Desk) -> None:
    """Act until the time is over, beginning at a moment of one's own."""
    try:
        desk.think(0, 4)
        while True:
            KINDS[desk.user["kind"]](desk)
    except Ended:
        return


def main(plan: Path, found: Path) -> None:
    """Let everybody work, then write down what was seen and heard."""
    said = json.loads(plan.read_text())
    until = time.time() + said["seconds"]
    desks = [Desk(said["port"], number, user, until) for number, user in enumerate(said["users"])]
    acting = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for desk in desks:
        if desk.user["kind"] in LISTENING:
            threading.Thread(target=desk.listen, daemon=True).start()
    for thread in acting:
        thread.start()
    for thread in acting:
        thread.join()
    told = {"seen": [s for d in desks for s in d.seen], "heard": [h for d in desks for h in d.heard]}
    found.write_text(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
