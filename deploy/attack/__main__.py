"""Attack the running product with wapiti, sqlmap and schemathesis, and a faulty application with the same.

    python -m deploy.attack [--home COPY] [--port 8113] [--quick]

Serves a filled demo (made in build/attack unless --home names one, which is written to), runs the tools as
several roles, and prints a table. Ends with 1 where a high finding or a 500 was met in the product, or where
a planted flaw was not found. The tools' own words stay in build/attack/*.log.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.attack import planted
from deploy.attack.tools import PLACE, Finding, Question, schemathesis, sqlmap, wapiti

ROOT = Path(__file__).parents[2]
TOKENS = ("call_taker", "clinician", "case_manager", "records_steward", "privacy_officer", "program_manager")
DESKS = {
    "stranger": ("/community/", "/community/find/", "/account/login/"),
    "case_manager": ("/cases/", "/referrals/", "/referrals/sent/"),
    "privacy_officer": ("/trust/", "/trust/reviews/", "/trust/register/"),
    "analyst": ("/insight/", "/evaluation/"),
    "administrator": ("/setup/",),
}
SECRET = "a" * 32  # what the sessions' CSRF cookie holds
FORM = f"csrfmiddlewaretoken={SECRET}&given=Rosa&family=Delgado"
QUESTIONS = (
    Question("/community/find/?q=bed", "q", "stranger"),
    Question("/referrals/?folder=new", "folder", "shelter_worker"),
    Question("/cases/?list=mine&page=1", "list,page", "case_manager"),
    Question("/insight/?part=week&about=behavioural&weeks=13", "part,about,weeks", "analyst"),
    Question("/trust/register/?category=identity&purpose=emergency", "category,purpose", "privacy_officer"),
    Question("/setup/people/?q=a&role=clinician&agency=", "q,role", "administrator"),
    Question("/people/", "given,family", "records_steward", FORM),
    Question("/api/v1/directory/services?language=en&page=1", "language,page", "case_manager", "", True),
    Question("/api/v1/trust/register?category=identity&page=1", "category,page", "privacy_officer", "", True),
    Question("/api/v1/people/search", "given,family", "records_steward",
             '{"given": "Rosa", "family": "Delgado", "purpose": "administration"}', True),
)  # fmt: skip


def wait_for(port: int, seconds: float = 120) -> None:
    """Until something listens there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit(f"Nothing listens on port {port}; see build/attack/served.log.")


@contextmanager
def serving(command: list[object], port: int, log: Path, **more: str) -> Iterator[str]:
    """A server of ours on this machine, ended afterwards; its address."""
    with log.open("w", encoding="utf-8") as out:
        served = subprocess.Popen(
            [str(part) for part in command], stdout=out, stderr=out, cwd=ROOT, env={**os.environ, **more}
        )
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            served.terminate()
            served.wait(30)


def product(home: Path, port: int, scale: float) -> tuple[list[Finding], int]:
    """What the tools find in the product, and how many faults its own log tells."""
    env = {"COMMONWEAL_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    keys = json.loads(
        subprocess.run(
            [sys.executable, "-m", "deploy.attack.keys"], cwd=ROOT, env={**os.environ, **env},
            capture_output=True, check=True,
        ).stdout
    )  # fmt: skip
    (PLACE / "ids.json").write_text(json.dumps(keys["ids"]), "utf-8")
    log, found = PLACE / "served.log", []
    serve = [sys.executable, "-m", "commonweal", "serve", "--home", home, "--port", port]
    with serving(serve, port, log, **env) as url:
        for asked in QUESTIONS:
            token, session = (
                keys["tokens"].get(asked.role),
                keys["sessions"].get(asked.role, f"csrftoken={SECRET}"),
            )
            heads = [f"Authorization: Bearer {token}"] if asked.by_token else [f"Cookie: {session}"]
            found += sqlmap(url, asked, heads, "SQLite", int(max(240, 600 * scale)))
        for role, starts in DESKS.items():
            found += wapiti(url, role, keys["sessions"].get(role, ""), starts, int(600 * scale))
        for role in TOKENS:
            found += schemathesis(url, role, keys["tokens"][role], int(300 * scale), int(900 * scale))
    return found, log.read_text("utf-8", "replace").count("Traceback")


def faulty(port: int) -> list[Finding]:
    """What the same tools find in the planted application."""
    with serving([sys.executable, planted.__file__, port], port, PLACE / "planted.log") as url:
        found = list(sqlmap(url, Question("/search?q=bed", "q", ""), [], "SQLite", 300))
        found += wapiti(
            url, "planted", "", ("/search?q=bed", "/read?file=a.txt", "/go?to=/", "/set?lang=en"), 300
        )
        return [*found, *schemathesis(url, "planted", "none", 50, 60)]


def table(title: str, found: list[Finding]) -> None:
    """One line a tool and kind, with how often and where first."""
    print(f"\n{title}")
    firsts = {(f.tool, f.what): f.where for f in reversed(found)}
    for (tool, what), times in sorted(Counter((f.tool, f.what) for f in found).items()):
        high = "high" if Finding(tool, what, "").is_high else "low"
        print(f"  {tool:<13} {high:<5} {times:>4}  {what[:44]:<45} {firsts[tool, what][:70]}")
    if not found:
        print("  nothing")


def missed(found: list[Finding]) -> list[str]:
    """Planted flaws that no finding names."""
    return [
        f"{tool}: {words}"
        for tool, flaws in planted.FLAWS.items()
        for words in flaws
        if not any(f.tool == tool and words.lower() in f.what.lower() for f in found)
    ]


def main() -> int:
    """Both runs and the verdict."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("--home", type=Path, help="a filled instance that may be written to")
    reader.add_argument("--port", type=int, default=8113)
    reader.add_argument("--quick", action="store_true", help="a tenth of the time")
    chosen = reader.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    (PLACE / "ids.json").write_text("{}", "utf-8")
    flaws = faulty(chosen.port)
    table("Planted application", flaws)
    home = chosen.home
    if home is None:
        home = PLACE / "home"
        shutil.rmtree(home, ignore_errors=True)
        command = [sys.executable, "-m", "commonweal", "demo", "--home", str(home), "--fill-only"]
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    found, faults = product(home, chosen.port, 0.1 if chosen.quick else 1.0)
    table("Commonweal", found)
    unseen, high = missed(flaws), [f for f in found if f.is_high]
    print(
        f"\nplanted flaws missed: {unseen or 'none'}; high findings: {len(high)}; faults in the log: {faults}"
    )
    return int(bool(unseen or high or faults))


if __name__ == "__main__":
    sys.exit(main())
