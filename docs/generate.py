"""Write the generated reference: what the program itself knows, as Markdown and JSON.

    python docs/generate.py TARGET-FOLDER

Pages: commands, openapi.json, roles, labels, metrics, protocols, and an index of them.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django

ROWS = Iterable[Iterable[object]]


def table(heads: Iterable[str], rows: ROWS) -> str:
    """A Markdown table; line breaks and bars inside cells are made harmless."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines) + "\n"


def cell(value: object) -> str:
    """One value as it may stand in a table."""
    return " ".join(str(value).split()).replace("|", "\\|")


def commands() -> str:
    """The help of `commonweal`, of every command and of what stands below it."""
    from commonweal.cli.main import COMMANDS

    parts, waiting = (
        ["# Commands\n", said([])],
        [[name] for name in COMMANDS if find_spec(COMMANDS[name].module)],
    )
    while waiting:
        words = waiting.pop(0)
        parts.append(said(words))
        waiting[:0] = [[*words, name] for name in below(words, parts[-1])]
    return "\n".join(parts)


def below(words: list[str], text: str) -> list[str]:
    """What stands below a command: as its help lists it, or the engines of the lab."""
    if words == ["lab"]:
        from commonweal.cli.lab import modules

        return sorted(modules())
    listed = text.split("positional arguments:")[-1].split("options:")[0]
    return re.findall(r"^    ([a-z][\w-]*)(?: |$)", listed, re.MULTILINE)


def said(words: list[str]) -> str:
    """The help of one command, under its name."""
    run = [sys.executable, "-m", "commonweal", *words, "--help"]
    text = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    return f"## commonweal {' '.join(words)}".rstrip() + f"\n\n```\n{text.rstrip()}\n```\n"


def openapi() -> str:
    """The description of the API, as served at /api/openapi.json."""
    from commonweal.api.v1 import api

    return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, default=str)


def roles() -> str:
    """Permissions with a sentence each, and which role has which."""
    from commonweal.agencies.roles import PERMISSIONS, ROLES

    held = [
        (role.name, f"`{role.code}`", f"`{role.policy_role}`", role.home, ", ".join(sorted(role.permissions)))
        for role in ROLES.values()
    ]
    return (
        "# Roles and permissions\n\nA permission opens a screen or an act; personal data is the gate's.\n\n"
        + table(["permission", "what it allows"], sorted(PERMISSIONS.items()))
        + "\n"
        + table(["role", "code", "actor for the gate", "first screen", "permissions"], held)
    )


def labels() -> str:
    """Every field of every table with its personal-data label."""
    from django.apps import apps

    from commonweal.kernel.labels import labels_of

    parts = [
        "# Personal-data labels\n\n`category.field` of the gate's vocabulary, staff, operational, public.\n"
    ]
    for model in apps.get_models():
        if model.__module__.startswith("commonweal."):
            parts.append(f"## {model._meta.label}\n\n{(model.__doc__ or '').strip()}\n")
            parts.append(table(["field", "label"], sorted(labels_of(model).items())))
    return "\n".join(parts)


def each_pack(folder: str) -> list[dict[str, Any]]:
    """The packs of a folder that are mappings."""
    from commonweal import packs

    return [value for name in packs.names(folder) if isinstance(value := packs.read(name), dict)]


def metrics() -> str:
    """Every metric: sentence, numerator, denominator, exclusions, source, dispute."""
    rows = [
        [
            f"`{one['id']}`",
            *(one[name]["en"] for name in ("title", "sentence", "numerator", "denominator", "exclusions")),
        ]
        + [one["citation"]["en"], one["dispute"]["en"], ", ".join(f"`{field}`" for field in one["sources"])]
        + ["; ".join(f"{told['said']['en']} ({told['citation']})" for told in one.get("benchmarks", ()))]
        for one in each_pack("metrics")
    ]
    heads = [
        "id",
        "title",
        "what it says",
        "numerator",
        "denominator",
        "exclusions",
        "source",
        "what may be said against it",
        "made of",
        "what others published",
    ]
    return "# Metrics\n\n" + table(heads, rows)


def protocols() -> str:
    """Every triage protocol that ships: source, levels, questions."""
    parts = ["# Triage protocols\n"]
    for one in each_pack("protocols"):
        parts.append(
            f"## {one['title']['en']} (`{one['protocol']}`, version {one['version']})\n\n{one['source']}\n"
        )
        levels = [(tier, level["label"]["en"], level["response"]) for tier, level in one["levels"].items()]
        parts.append(table(["tier", "local level", "response"], levels))
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "openapi.json": openapi,
    "roles.md": roles,
    "labels.md": labels,
    "metrics.md": metrics,
    "protocols.md": protocols,
}


def main(target: Path) -> None:
    """Write every page and the index; say what was written."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
    django.setup()
    target.mkdir(parents=True, exist_ok=True)
    index = ["# Generated reference\n"]
    for name, page in PAGES.items():
        (target / name).write_text(page(), "utf-8")
        index.append(f"- [{name}]({name}): {(page.__doc__ or '').strip()}")
    (target / "README.md").write_text("\n".join(index) + "\n", "utf-8")
    print(f"docs: {len(PAGES)} pages in {target}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python docs/generate.py TARGET-FOLDER")
    main(Path(sys.argv[1]))
