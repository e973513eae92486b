"""``commonweal lab policy``: the disclosure engine on JSON lines, no database, no account, no network."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import TextIO

from commonweal import packs
from commonweal.engines.disclosure import Facts, Permit, Policy, PolicyError, Question, Refusal, decide

NAME = "policy"
HELP = """Decide who may see what, one JSON line a question.

Reads {"id", "request": {"actor", "category", "purpose", "facts"}} lines and writes {"id", "decision",
"fields", "obligations", "basis", "why", "unlock", "rules", "expires_hours"} lines. Facts that are not given
take their published defaults; a word that is not known is a denial, not an error. The rules are recommended
readings of the law, for counsel to review.

Example:
  echo '{"id": 1, "request": {"actor": "patrol_officer", "category": "call_facts", "purpose": "emergency",
  "facts": {"assigned_to_incident": true, "incident_active": true}}}' | tr -d '\\n' | commonweal lab policy
"""
BASE = ("policy/us_federal.yaml", "policy/uk.yaml")


class BadLine(ValueError):
    """A line that is not a request. The message names the field and the remedy."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--state",
        metavar="PACK",
        help="lay a state pack over the federal base, such as us_california (see packs/policy)",
    )


def run(args: argparse.Namespace) -> int:
    """Answer every line of standard input. Returns 0, or 2 after naming a bad line or pack."""
    state = getattr(args, "state", None)
    chosen = [*BASE, f"policy/{state}.yaml"] if state else list(BASE)
    try:
        policy = Policy.compile([packs.read(name) for name in chosen])
    except (packs.PackError, PolicyError) as error:
        print(f"commonweal lab policy: {error}", file=sys.stderr)
        return 2
    return answer(sys.stdin, sys.stdout, sys.stderr, policy)


def answer(requests: TextIO, answers: TextIO, complaints: TextIO, policy: Policy) -> int:
    """Write one answer line for each request line, in order; stop with 2 at the first bad line."""
    for number, line in enumerate(requests, start=1):
        if not line.strip():
            continue
        try:
            reply = answer_line(line, policy)
        except BadLine as error:
            print(f"commonweal lab policy: standard input, line {number}: {error}", file=complaints)
            return 2
        answers.write(json.dumps(reply, ensure_ascii=False) + "\n")
    return 0


def answer_line(line: str, policy: Policy) -> dict[str, object]:
    """Return the answer to one request line. Raises BadLine where it is not a request at all."""
    try:
        parsed: object = json.loads(line)
    except ValueError as error:
        raise BadLine(f"not JSON ({error}); write one request a line") from error
    if not isinstance(parsed, Mapping) or "id" not in parsed:
        raise BadLine('field "id" is missing; write {"id": ..., "request": {...}}')
    request = parsed.get("request")
    if not isinstance(request, Mapping):
        raise BadLine('field "request" is not an object; write {"actor", "category", "purpose", "facts"}')
    facts = request.get("facts", {})
    if not isinstance(facts, Mapping):
        raise BadLine('field "request.facts" is not an object; write {"fact": value, ...} or leave it out')
    return {"id": parsed["id"], **_reply(decide(_question(request), Facts.read(facts), policy), policy)}


def _question(request: Mapping[str, object]) -> Question:
    return Question(_word(request, "actor"), _word(request, "category"), _word(request, "purpose"))


def _word(request: Mapping[str, object], name: str) -> str:
    if name not in request:
        raise BadLine(f'field "request.{name}" is missing; name one of the published vocabulary')
    value = request[name]
    # Anything but a word is a value that nobody knows: a denial, as for any other unknown word.
    return value if isinstance(value, str) else ""


def _reply(verdict: Permit | Refusal, policy: Policy) -> dict[str, object]:
    return {
        "decision": verdict.decision,
        "fields": sorted(verdict.fields),
        "obligations": sorted(verdict.obligations),
        "basis": list(verdict.basis),
        "why": verdict.why,
        "unlock": list(verdict.unlock) if isinstance(verdict, Refusal) else [],
        "rules": [
            {"id": rule, "says": policy.sentence(rule), "citation": policy.citation(rule)}
            for rule in verdict.rules
        ],
        "expires_hours": verdict.expires_hours if isinstance(verdict, Permit) else None,
    }
