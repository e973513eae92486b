"""What the demonstration county is modelled on: figures of real exports, written as a pack of facts.

    PYTHONPATH=src python bench/county_figures.py FOLDER_OF_REAL_FILES > src/commonweal/packs/demo/harlow.yaml

FOLDER holds `calls_alexandria/*.csv` and `mobile_crisis_lane/*.csv`. Shares and quantiles only: no row, no
number and no worker of the real files leaves by this door. Run again when the exports or the vocabulary
change.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import yaml

from commonweal import packs
from commonweal.adapters.cad_csv.reader import CallRow, load_profile, read
from commonweal.engines.terms import Vocabulary, suggest

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
FEWEST = 30  # a nature met less often than this shares the figures of its discipline
SPANS = {
    "queue": ("received", "queued"), "dispatch": ("queued", "dispatched"),
    "rollout": ("dispatched", "enroute"),
    "travel": ("enroute", "on_scene"), "scene": ("on_scene", "cleared"),
}  # fmt: skip
CRISIS_SPANS = {
    "dispatch": ("received", "dispatched"), "travel": ("dispatched", "on_scene"),
    "scene": ("on_scene", "cleared"),
}  # fmt: skip


def calls(folder: Path, pattern: str, profile: str) -> list[CallRow]:
    """Return the accepted calls of some real files; ends with a message where there are none."""
    found = [
        item
        for item in read(sorted(folder.glob(pattern)), load_profile(profile))
        if isinstance(item, CallRow)
    ]
    if not found:
        sys.exit(f"no calls under {folder / pattern}: give the folder that holds the real files")
    return found


def shares(values: Iterable[str], least: float = 0.002) -> dict[str, float]:
    """Return the share of each value, those below `least` left out and the rest made to sum to one."""
    counts = Counter(values)
    total = sum(counts.values())
    kept = {value: count for value, count in counts.most_common() if count / total >= least}
    return {value: round(count / sum(kept.values()), 4) for value, count in kept.items()}


def spans(rows: Sequence[CallRow], pairs: dict[str, tuple[str, str]]) -> dict[str, list[int]]:
    """Return quantiles (at LEVELS) of each span in whole seconds; impossible ones do not count."""
    found = {}
    for name, (start, end) in pairs.items():
        seconds = [
            (after - before).total_seconds()
            for row in rows
            if (before := getattr(row.times, start))
            and (after := getattr(row.times, end))
            and after >= before
        ]
        if len(seconds) >= FEWEST:
            found[name] = [round(value) for value in np.quantile(seconds, LEVELS)]
    return found


def week(rows: Sequence[CallRow], zone: str) -> list[list[float]]:
    """Return the share of calls by weekday (Monday first) and local hour, as 7 rows of 24, per thousand."""
    grid = np.zeros((7, 24))
    for row in rows:
        local: datetime = row.received.astimezone(ZoneInfo(zone))
        grid[local.weekday(), local.hour] += 1
    smooth = (grid + np.roll(grid, 1, 1) + np.roll(grid, -1, 1)) / 3
    return [[round(float(value), 2) for value in day] for day in 1000 * smooth / smooth.sum()]


def by_nature(rows: Sequence[CallRow], vocabulary: Vocabulary) -> dict[str, dict[str, object]]:
    """Return for each neutral nature its share, its disciplines, priorities, endings and spans."""
    grouped: dict[str, list[CallRow]] = defaultdict(list)
    for row in rows:
        grouped[suggest(row.nature_label, vocabulary).nature].append(row)
    found: dict[str, dict[str, object]] = {}
    for code, members in sorted(grouped.items(), key=lambda pair: -len(pair[1])):
        figures: dict[str, object] = {
            "share": round(len(members) / len(rows), 5),
            "disciplines": shares((row.agency for row in members), 0.02),
            "priorities": shares((str(row.priority) for row in members if row.priority), 0.02),
            "arrived": round(sum(row.times.on_scene is not None for row in members) / len(members), 3),
        }
        if len(members) >= FEWEST:
            figures["endings"] = shares((end for row in members for end in row.dispositions), 0.02)
            figures["spans"] = spans(members, {"travel": SPANS["travel"], "scene": SPANS["scene"]})
        found[code] = figures
    return found


def alexandria(rows: list[CallRow]) -> dict[str, object]:
    """Return the figures of a dispatch centre."""
    vocabulary = Vocabulary.read(packs.read("natures.yaml"), packs.read("abbreviations.yaml"))
    disciplines = sorted({row.agency for row in rows})
    return {
        "calls": len(rows),
        "week": week(rows, "America/New_York"),
        "sources": {
            name: shares(row.call_source or "other" for row in rows if row.agency == name)
            for name in disciplines
        },
        "spans": {name: spans([row for row in rows if row.agency == name], SPANS) for name in disciplines},
        "urgent_spans": spans([row for row in rows if row.priority == 1], SPANS),
        "reopened": round(sum(("Call_Reopened", "1") in row.kept for row in rows) / len(rows), 4),
        "natures": by_nature(rows, vocabulary),
    }


def lane(rows: list[CallRow]) -> dict[str, object]:
    """Return the figures of a mobile crisis service."""
    ends = (
        "Remained in community",
        "Emergency department",
        "Sobering or detox facility",
        "Arrest",
        "Respite",
        "Other",
    )
    plain = [row for row in rows if not any("may stand for" in finding.problem for finding in row.findings)]
    return {
        "calls": len(rows),
        "week": week(rows, "America/Los_Angeles"),
        "reasons": shares(row.nature_label for row in rows if row.nature_label),
        "further_reasons": shares((reason for row in rows for reason in row.reasons), 0.005),
        "reasons_per_call": shares(str(1 + len(row.reasons)) for row in rows if row.nature_label),
        "contact": shares(end for row in rows for end in row.dispositions if end not in ends),
        "dispositions": shares((end for row in rows for end in row.dispositions if end in ends), 0.0005),
        "spans": spans(plain, CRISIS_SPANS),
        "impossible_order": round(
            sum(any(" before " in f.problem for f in row.findings) for row in rows) / len(rows), 3
        ),
    }


def main() -> None:
    """Print the pack."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    figures = {
        "about": "Shares and quantiles of real exports; written by bench/county_figures.py, never by hand.",
        "levels": list(LEVELS),
        "centre": alexandria(calls(folder, "calls_alexandria/*.csv", "alexandria")),
        "crisis": lane(calls(folder, "mobile_crisis_lane/*.csv", "lane_mobile_crisis")),
    }
    print(
        "# Facts that the demonstration county is modelled on. Spans are seconds at `levels`; `week` is per"
    )
    print(
        "# thousand calls, Monday first, by local hour; shares sum to one. No row of the real files is here."
    )
    print(
        yaml.safe_dump(figures, sort_keys=False, width=110, default_flow_style=None, allow_unicode=True),
        end="",
    )


if __name__ == "__main__":
    main()
