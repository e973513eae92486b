"""One person as an agency's list tells of them, with its doubts beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from commonweal.adapters.files.answers import Finding


class PersonRow(NamedTuple):
    """One accepted row: `values` are those of the room people, as the file's columns gave them.

    A field whose column the file lacks is absent, so that it takes nothing away; one that is blank is blank.
    `title` is the column of the id, for messages.
    """

    source_file: str
    line: int
    title: str
    external_id: str
    values: Mapping[str, object]
    findings: tuple[Finding, ...]
