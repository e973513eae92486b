"""Diversion as the site agreed on it: doors, what bars, states, targets, what the prosecutor sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml
from django.conf import settings

from commonweal import packs
from commonweal.kernel.errors import Invalid

NAME = "diversion.yaml"
ANSWERS = ("yes", "no", "unknown")
TABLES = ("doors", "ineligible", "states", "charges")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of it; `tables` by name, code and then `en`, `es` (and `by`, who can answer)."""

    version: str
    targets: Mapping[str, int]
    tables: Mapping[str, Mapping[str, Mapping[str, str]]]
    prosecutor_sees: frozenset[str]

    def words(self, table: str, language: str) -> dict[str, str]:
        """Codes of one table with their words in `en` or `es`."""
        spoken = "es" if language.startswith("es") else "en"
        return {code: row[spoken] for code, row in self.tables[table].items()}

    def checked(self, field: str, table: str, code: str) -> str:
        """A code of a table; Invalid names those there are."""
        if code not in self.tables[table]:
            raise Invalid(field, code, f"Use one of: {', '.join(self.tables[table])}.")
        return code

    def weighed(self, answers: Mapping[str, str]) -> str:
        """`ineligible` where anything bars, `screened` while something is unknown, else `eligible`.

        What nobody answered is unknown: it never makes anybody eligible, nor ineligible.
        """
        for question, answer in answers.items():
            self.checked("question", "ineligible", question)
            if answer not in ANSWERS:
                raise Invalid(question, answer, f"Use one of: {', '.join(ANSWERS)}.")
        said = [answers.get(question, "unknown") for question in self.tables["ineligible"]]
        return "ineligible" if "yes" in said else "screened" if "unknown" in said else "eligible"


def agreement() -> Agreement:
    """The site's own file in its home, else the one that ships."""
    own = Path(settings.COMMONWEAL_HOME) / NAME
    read = yaml.safe_load(own.read_text("utf-8")) if own.is_file() else packs.read(NAME)
    try:
        return _read(cast("dict[str, Any]", read))
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Invalid(
            NAME,
            str(wrong),
            "Write version, targets, doors, what bars, states and charges as the file that ships.",
        ) from wrong


def _read(found: Mapping[str, Any]) -> Agreement:
    return Agreement(
        version=str(found["version"]),
        targets={name: int(value) for name, value in found["targets"].items()},
        tables={name: found[name] for name in TABLES},
        prosecutor_sees=frozenset(found["prosecutor_sees"]),
    )
