"""What schemathesis is told about this site: ids of records that exist, to come past "no such record".

Loaded by SCHEMATHESIS_HOOKS; ATTACK_IDS names a JSON file {parameter or field: [ids]}. Three of four ids that
are asked for are real, drawn from the case's own data, so that a finding can be repeated.
"""

import json
import os
from pathlib import Path
from zlib import crc32

import schemathesis

IDS = json.loads(Path(os.environ["ATTACK_IDS"]).read_text("utf-8")) if "ATTACK_IDS" in os.environ else {}


def real(name: str, value: object) -> object:
    """An id that exists, for a parameter or field of this name; the value as it was in one case of four."""
    known = IDS.get(name.removesuffix("_id"))
    drawn = crc32(str(value).encode())
    return known[drawn % len(known)] if known and drawn % 4 else value


def with_ids(value: object, name: str = "") -> object:
    """The same body with ids that exist."""
    if isinstance(value, dict):
        return {key: with_ids(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_ids(inner, name.removesuffix("s")) for inner in value]
    return real(name, value) if isinstance(value, str) else value


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Ids in addresses."""
    return {name: real(name, value) for name, value in (path_parameters or {}).items()}


@schemathesis.hook
def map_query(context, query):
    """Ids in questions."""
    return {name: real(name, value) for name, value in (query or {}).items()}


@schemathesis.hook
def map_body(context, body):
    """Ids in bodies."""
    return with_ids(body)
