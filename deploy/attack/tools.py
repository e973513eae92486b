"""Three tools that others made, each run from an environment of its own, their reports read into findings."""

import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PLACE = HERE.parents[1] / "build" / "attack"
MODULES = "cookieflags,csp,crlf,csrf,exec,file,http_headers,methods,permanentxss,redirect,sql,xss"
HIGH = re.compile(
    r"sql|xss|cross site scripting|traversal|execution|redirect|crlf|server error|injectable", re.I
)
CHECKS_LEFT_OUT = "ignored_auth,positive_data_acceptance"
"""Public routes take any token; a well-formed body may still name a record that is not there."""


@dataclass(frozen=True)
class Finding:
    """What a tool reported, where, in its own words."""

    tool: str
    what: str
    where: str

    @property
    def is_high(self) -> bool:
        """Whether anybody could use it."""
        return bool(HIGH.search(self.what))


@dataclass(frozen=True)
class Question:
    """An address with a parameter in the hand of whoever asks: as sqlmap takes it."""

    path: str
    parameters: str
    role: str
    data: str = ""
    by_token: bool = False


def environment(name: str) -> Path:
    """The folder of commands of `requirements-NAME.txt`, installed on first use."""
    folder, wanted = PLACE / name, HERE / f"requirements-{name}.txt"
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text("utf-8") != wanted.read_text("utf-8"):
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", "-r", wanted], check=True)
        stamp.write_text(wanted.read_text("utf-8"), "utf-8")
    return folder / "bin"


def _run(command: Sequence[object], log: str, seconds: int, **more: str) -> str:
    """Run a tool until it ends or its time is over; what it said, which stays in build/attack."""
    said = PLACE / log
    with said.open("w", encoding="utf-8") as out:
        try:
            subprocess.run(
                [str(part) for part in command], stdout=out, stderr=out, timeout=seconds, check=False,
                cwd=PLACE, env={**os.environ, **more}, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            print(f"  {log}: stopped after {seconds} s", file=sys.stderr)
    return said.read_text("utf-8", "replace")


def schemathesis(url: str, name: str, token: str, examples: int, seconds: int) -> Iterable[Finding]:
    """Every operation of /api/openapi.json, with valid and invalid bodies, as one role."""
    _run(
        [
            environment("api") / "st", "--no-color", "run", f"{url}/api/openapi.json",
            "-H", f"Authorization: Bearer {token}", "--phases", "examples,coverage,fuzzing", "-c", "all",
            "--exclude-checks", CHECKS_LEFT_OUT, "-n", examples, "--seed", 1, "--request-timeout", 30,
            "--no-shrink", "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off",
            "--generation-database", "none", "--max-time", seconds,
        ],
        f"schemathesis-{name}.log", seconds + 120, SCHEMATHESIS_HOOKS="hooks", PYTHONPATH=str(HERE),
        ATTACK_IDS=str(PLACE / "ids.json"),
    )  # fmt: skip
    operation = ""
    for line in (PLACE / f"schemathesis-{name}.log").read_text("utf-8", "replace").splitlines():
        if found := re.match(r"_+ ([A-Z]+ /\S+) _+$", line):
            operation = found[1]
        elif found := re.match(r"- ST\d+ (.+)$", line):
            yield Finding("schemathesis", found[1], f"{name}: {operation}")


def wapiti(url: str, name: str, cookie: str, starts: Sequence[str], seconds: int) -> Iterable[Finding]:
    """Pages as one role, crawled from its own desk; forms are sent."""
    report = PLACE / f"wapiti-{name}.json"
    report.unlink(missing_ok=True)
    command: list[object] = [environment("web") / "wapiti", "-u", f"{url}/", "--scope", "domain"]
    for start in starts:
        command += ["-s", f"{url}{start}"]
    for left_out in (
        "account/logout*",
        "account/login*",
        "static/*",
        "live/*",
        "demo/*",
        "language/*",
        "api/*",
    ):
        command += ["-x", f"{url}/{left_out}"] if cookie else []
    command += ["-H", f"Cookie: {cookie}"] if cookie else []
    command += [
        "-m", MODULES, "-d", 3, "--max-links-per-page", 15, "--max-files-per-dir", 15, "--max-parameters", 12,
        "--max-scan-time", max(60, seconds // 3), "--max-attack-time", max(20, seconds // 18), "--tasks", 4,
        "--flush-session", "--no-bugreport", "-t", 20, "-v", 0,
        "--store-session", PLACE / "sessions", "-f", "json", "-o", report,
    ]  # fmt: skip
    _run(command, f"wapiti-{name}.log", 2 * seconds + 180)
    told = json.loads(report.read_text("utf-8")) if report.exists() else {}
    for kind in ("vulnerabilities", "anomalies"):
        for what, rows in told.get(kind, {}).items():
            for row in rows:
                if "timeout" not in what.lower() and "consumption" not in what.lower():
                    yield Finding("wapiti", what, f"{name}: {row['method']} {row['path']} {row['parameter']}")


def sqlmap(url: str, asked: Question, heads: Sequence[str], database: str, seconds: int) -> Iterable[Finding]:
    """One address, each of its parameters, by every technique that needs no second query."""
    name = re.sub(r"\W+", "-", asked.path).strip("-")
    command: list[object] = [
        environment("web") / "sqlmap", "-u", f"{url}{asked.path}", "--batch", "--level", 3, "--risk", 2,
        "-p", asked.parameters, "--dbms", database, "--technique", "BEUST", "--time-sec", 3,
        "--flush-session", "--output-dir", PLACE / "sqlmap", "--disable-coloring",
        "--ignore-code", "400,401,403,404",
    ]  # fmt: skip
    for head in heads:
        command += ["-H", head]
    if asked.data:
        command += ["--data", asked.data]
    said = _run(command, f"sqlmap-{name}.log", seconds)
    if re.search(r"is vulnerable|sqlmap identified the following injection", said):
        yield Finding("sqlmap", "injectable", asked.path)
    elif "do not appear to be injectable" not in said:
        yield Finding("sqlmap", "did not finish", asked.path)
