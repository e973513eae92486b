"""Run the measures named on the command line, or all; print and keep them; exit 1 on a missed target."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
django.setup()

from django.db import connection  # noqa: E402

from bench.figures import Figure, machine  # noqa: E402
from bench.measures import MEASURES  # noqa: E402


def line(figure: Figure) -> str:
    """One figure as a line of text, with its target and peer."""
    targets = [f"at most {figure.at_most:g}"] if figure.at_most is not None else []
    targets += [f"at least {figure.at_least:g}"] if figure.at_least is not None else []
    said = "; ".join([*targets, *([f"peer: {figure.peer}"] if figure.peer else [])])
    mark = "" if figure.is_met else "  MISSED"
    return f"  {figure.name:<34} {figure.value:>12,.2f} {figure.unit:<6} {said}{mark}"


def main(names: list[str]) -> int:
    """Measure in a throw-away database beside the configured one."""
    if unknown := set(names) - set(MEASURES):
        print(f"unknown measures {sorted(unknown)}; there are {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    here = machine()
    print("  ".join(f"{name}: {value}" for name, value in here.items()), f" database: {connection.vendor}")
    connection.creation.create_test_db(verbosity=0)
    results: dict[str, list[Figure]] = {}
    try:
        for name in names or MEASURES:
            print(f"{name}: {(MEASURES[name].__doc__ or '').strip()}")
            results[name] = MEASURES[name]()
            print("\n".join(line(figure) for figure in results[name]), flush=True)
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)
    Path("build").mkdir(exist_ok=True)
    told = {name: [asdict(figure) for figure in figures] for name, figures in results.items()}
    Path("build/bench.json").write_text(json.dumps({"machine": here, "figures": told}, indent=1))
    return 0 if all(figure.is_met for figures in results.values() for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
