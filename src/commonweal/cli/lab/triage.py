"""``commonweal lab triage``: a triage protocol over a file of calls."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

import yaml

from commonweal import packs
from commonweal.engines.triage import Outcome, Protocol, ProtocolError, triage

NAME = "triage"
HELP = """Triage calls by a protocol: JSON lines in, JSON lines out.

  echo '{"id": 1, "answers": {"weapon": "none", "suicide": "plan"}}' | commonweal lab triage --protocol harlow

A protocol is the name of one that ships (denver, eugene, harlow, harris_county, illinois, los_angeles) or a
YAML or JSON file. Each line: {"id", "answers": {question: answer or "unknown"}, "context": {...}}. A question
left out has not been asked; like an unknown one it counts as the worst it could be."""


class BadLine(ValueError):
    """A line that cannot be used; the message names file, line, field and remedy."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--protocol", required=True, metavar="NAME_OR_FILE", help="which protocol decides")


def run(args: argparse.Namespace) -> int:
    """Triage standard input to standard output; 2 with a message where the input cannot be used."""
    try:
        protocol = load(args.protocol)
        for line in decide(protocol, sys.stdin):
            print(line)
    except (BadLine, ProtocolError, packs.PackError) as error:
        print(f"commonweal lab triage: {error}", file=sys.stderr)
        return 2
    return 0


def load(name: str) -> Protocol:
    """The protocol of a shipped name or a file; raises ProtocolError or PackError with the remedy."""
    path = Path(name)
    if path.suffix not in packs.SUFFIXES:
        value = packs.read(f"protocols/{name}.yaml")
    else:
        try:
            text = path.read_text(encoding="utf-8")
            value = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise ProtocolError(
                f"{name}: cannot be read as {path.suffix[1:]}: {error}; correct the file"
            ) from error
    return Protocol.read(cast(Mapping[str, object], value))


def decide(protocol: Protocol, lines: Iterable[str], file: str = "standard input") -> Iterator[str]:
    """One JSON line out for each JSON line in; blank lines are passed over. Raises BadLine."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{file}, line {number}"
        call = _parsed(line, place)
        answers, context = _mapping(call, "answers", place), _mapping(call, "context", place)
        try:
            outcome = triage(protocol, _texts(answers, place), context)
        except ProtocolError as error:
            raise BadLine(f"{place}, {error}") from error
        yield json.dumps({"id": call["id"], **shown(outcome)}, ensure_ascii=False)


def shown(outcome: Outcome) -> dict[str, object]:
    """An outcome as plain values."""
    return {
        "tier": outcome.tier,
        "local_label": outcome.local_label,
        "response": outcome.response,
        "fired": [rule.id for rule in outcome.fired],
        "explain": outcome.explain,
        "missing": list(outcome.missing),
        "floor": outcome.floor,
        "settled": outcome.settled,
        "assumed": [rule.id for rule in outcome.fired if rule.assumed],
        "would_change": list(outcome.would_change),
        "requires": list(outcome.requires),
        "protocol": f"{outcome.protocol} {outcome.version}",
    }


def _parsed(line: str, place: str) -> dict[str, object]:
    try:
        call = json.loads(line)
    except ValueError as error:
        raise BadLine(f"{place}: is not JSON ({error}); write one object a line") from error
    if not isinstance(call, dict):
        raise BadLine(f'{place}: {line.strip()[:60]!r} is not an object; write {{"id": ..., "answers": ...}}')
    if "id" not in call:
        raise BadLine(f"{place}, field id: is missing; give each call an id")
    return call


def _mapping(call: Mapping[str, object], field: str, place: str) -> dict[str, object]:
    value = call.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadLine(f"{place}, field {field}: {value!r} is not an object; write {{name: value}}")
    return value


def _texts(answers: Mapping[str, object], place: str) -> dict[str, str]:
    for name, value in answers.items():
        if not isinstance(value, str):
            raise BadLine(
                f'{place}, field answers.{name}: {value!r} is not text; give an answer id or "unknown"'
            )
    return cast(dict[str, str], answers)
