"""A document against the published schema, which a site lays in its home (it states no licence)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from commonweal.kernel.errors import Invalid, NotFound

NAME = "eido.schema.json"


def check(made: Mapping[str, Any], schema: Path) -> None:
    """Invalid names the first fault and where it stands; NotFound where the schema cannot be read."""
    fault = best_match(_rules(schema, _changed(schema)).iter_errors(made))
    if fault is not None:
        where = ".".join(map(str, fault.absolute_path)) or "document"
        raise Invalid(where, "", f"The document would not be valid: {fault.message[:200]}")


def check_by_site(made: Mapping[str, Any]) -> None:
    """The same by the copy in the instance's home; a site without one checks by the reader's own rules."""
    schema = Path(settings.COMMONWEAL_HOME) / NAME
    if schema.exists():
        check(made, schema)


def _changed(schema: Path) -> int:
    try:
        return schema.stat().st_mtime_ns
    except OSError as fault:
        raise NotFound("schema") from fault


@lru_cache(maxsize=4)
def _rules(schema: Path, changed: int) -> Draft202012Validator:
    try:
        rules = json.loads(schema.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise NotFound("schema") from fault
    return Draft202012Validator(rules, format_checker=FormatChecker())
