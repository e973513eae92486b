"""`commonweal triage replay --protocol X`: what a protocol would have made of the stored calls."""

import argparse
import json
from datetime import UTC, datetime

from commonweal.calls import queries
from commonweal.calls.queries import Replay
from commonweal.kernel.errors import Invalid

MOST_PRINTED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """replay --protocol X [--since DAY] [--until DAY] [--json]."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="replay")
    child = acts.add_parser("replay", help="triage every stored call by a protocol; nothing is changed")
    child.add_argument("--home", metavar="DIR", help=argparse.SUPPRESS)
    child.add_argument("--protocol", required=True, help="its code (los_angeles, harlow ...) or a file")
    child.add_argument("--since", type=_day, metavar="YYYY-MM-DD")
    child.add_argument("--until", type=_day, metavar="YYYY-MM-DD")
    child.add_argument("--risks", type=int, default=200, help="how many missed risks to list at most")
    child.add_argument("--json", action="store_true")


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as fault:
        raise Invalid("day", text, "Write a day as 2025-08-24.") from fault


def run(args: argparse.Namespace) -> int:
    """Print load by tier, changes against what was recorded, and calls that would be met later."""
    protocol = queries.find_protocol(args.protocol)
    found = queries.replay(protocol, args.since, args.until, most_risks=args.risks)
    print(json.dumps(as_json(found), indent=1) if args.json else in_words(found))
    return 0


def as_json(found: Replay) -> dict[str, object]:
    """The replay as plain values; calls by opaque id."""
    return {
        "protocol": found.protocol,
        "version": found.version,
        "calls": found.calls,
        "behavioural_health_calls": found.behavioural,
        "tiers": dict(sorted(found.tiers.items())),
        "behavioural_health_tiers": dict(sorted(found.behavioural_tiers.items())),
        "unsettled": found.unsettled,
        "changes": [
            {"recorded": was, "replayed": now, "calls": n} for (was, now), n in sorted(found.changes.items())
        ],
        "missed": found.missed,
        "missed_risks": [
            {"call": str(r.call), "tier": r.tier, "recorded": r.recorded, "rule": r.why} for r in found.risks
        ],
    }


def in_words(found: Replay) -> str:
    """The same for a person."""
    lines = [
        f"{found.protocol} {found.version} over {found.calls:,} calls ({found.behavioural:,} behavioural)"
    ]
    for tier, count in sorted(found.tiers.items()):
        share = count / found.calls if found.calls else 0
        lines.append(f"  {tier}  {count:>8,}  {share:6.1%}  {'#' * round(share * 40)}")
    if found.unsettled:
        lines.append(f"{found.unsettled:,} calls rest on an answer nobody gave: it counts as the worst.")
    changed = {key: n for key, n in found.changes.items() if key[0] != key[1]}
    lines += [f"  recorded {was}, now {now}: {n:,}" for (was, now), n in sorted(changed.items())]
    lines.append(
        f"{found.missed:,} urgent calls would have been met later than they were" + ":" * bool(found.risks)
    )
    lines += [f"  {r.call}  {r.recorded} -> {r.tier}  ({r.why})" for r in found.risks[:MOST_PRINTED]]
    return "\n".join(lines)
