"""A private PostgreSQL for tests, benchmarks and a first look; never for a site's own data.

    python deploy/postgres.py run [--durable] -- COMMAND...   start, run COMMAND with DATABASE_URL set, stop
    python deploy/postgres.py start [--durable] HOME          start in the new folder HOME, print DATABASE_URL
    python deploy/postgres.py stop HOME                       stop what `start` started and remove HOME

It listens on 127.0.0.1, on a free port, with a random password. PostgreSQL refuses to run as root, so root
starts it as the system's `postgres` user. Where no PostgreSQL is installed and root runs this on Debian, the
package is installed first. Without --durable the cluster does not wait for the disk: a power cut loses it.
"""

import argparse
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

NAME = "commonweal"
FAST = ["-c", "fsync=off", "-c", "full_page_writes=off"]


def binaries() -> Path:
    """The folder of `initdb` and `pg_ctl`, newest version first; installs Debian's package if it must."""
    for attempt in ("look", "install"):
        on_path = shutil.which("initdb")
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if on_path or found:
            return Path(on_path or found[-1]).resolve().parent
        if attempt == "look" and os.geteuid() == 0 and shutil.which("apt-get"):
            print("postgres: not installed; installing Debian's package", file=sys.stderr)
            for words in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
                subprocess.run(["apt-get", "-qq", *words], check=True, stdout=sys.stderr)
    raise FileNotFoundError("PostgreSQL's initdb is missing: install the package `postgresql` (15 or later)")


def owner() -> str | None:
    """The user to run as: None for an ordinary user, `postgres` for root."""
    return "postgres" if os.geteuid() == 0 else None


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def execute(home: Path, *words: str) -> None:
    """Run a PostgreSQL program as its owner, inside `home`; show its words only when it fails."""
    user = owner()
    who = {"user": user, "group": user, "extra_groups": []} if user else {}
    log = home / "program.log"
    with log.open("ab") as sink:
        code = subprocess.run(words, cwd=home, stdout=sink, stderr=sink, **who).returncode  # type: ignore[call-overload]
    if code:
        raise RuntimeError(f"{' '.join(words[:2])} failed with {code}:\n{log.read_text()[-2000:]}")


def start(home: Path, durable: bool) -> str:
    """Create and start a cluster in `home` (must not exist, or be empty); give its DATABASE_URL."""
    home.mkdir(parents=True, exist_ok=True)
    password, port, folder = secrets.token_urlsafe(18), free_port(), binaries()
    (home / "password").write_text(password)
    (home / "binaries").write_text(str(folder))
    if user := owner():
        for path in (home, *home.iterdir()):
            shutil.chown(path, user, user)
    home.chmod(0o700)
    data = str(home / "data")
    execute(home, str(folder / "initdb"), "-D", data, "-U", NAME, "--auth=scram-sha-256", "--encoding=UTF8",
            "--locale=C.UTF-8", f"--pwfile={home / 'password'}")  # fmt: skip
    settings = ["-p", str(port), "-k", str(home), "-c", "listen_addresses=127.0.0.1"]
    settings += ["-c", "max_connections=200", "-c", "shared_buffers=256MB", *([] if durable else FAST)]
    execute(home, str(folder / "pg_ctl"), "start", "-w", "-D", data, "-l", str(home / "server.log"), "-o",
            " ".join(settings))  # fmt: skip
    return f"postgresql://{NAME}:{password}@127.0.0.1:{port}/postgres"


def stop(home: Path) -> None:
    """Stop the cluster of `home` and remove the folder."""
    folder = (home / "binaries").read_text()
    execute(home, f"{folder}/pg_ctl", "stop", "-w", "-m", "fast", "-D", str(home / "data"))
    shutil.rmtree(home)


def run(command: list[str], durable: bool) -> int:
    """Start a cluster, run `command` with DATABASE_URL pointing at it, stop it, give the command's code."""
    home = Path(tempfile.mkdtemp(prefix="commonweal-postgres-"))
    url = start(home, durable)
    try:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode
    finally:
        stop(home)


def main() -> int:
    """Read the command line; see the text at the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("verb", choices=["run", "start", "stop"])
    parser.add_argument("--durable", action="store_true")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    words = [word for word in given.words if word not in ("--", "--durable")]
    durable = given.durable or "--durable" in given.words[:1]
    if not words:
        parser.error(f"{given.verb} needs a command or a folder")
    if given.verb == "run":
        return run(words, durable)
    if given.verb == "start":
        print(f"DATABASE_URL={start(Path(words[0]).resolve(), durable)}")
    else:
        stop(Path(words[0]).resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
