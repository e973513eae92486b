"""The coded words of one record (agency, nature, priority, source, dispositions), by the profile's maps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from commonweal.adapters.cad_csv.profile import Profile
from commonweal.adapters.files.answers import Finding

MEMORY = 20_000
Meaning = TypeVar("Meaning")
Say = Callable[[list[str], list[Finding]], Meaning]


class Words(NamedTuple):
    """What the coded columns of a record say."""

    agency: str
    reasons: tuple[str, ...]
    priority: tuple[int | None, str]
    call_source: str
    dispositions: tuple[str, ...]


class Coded(Generic[Meaning]):
    """One coded field: what its cells say is worked out once for each content, findings included."""

    def __init__(self, columns: Sequence[int], values: Say[list[str]], say: Say[Meaning]) -> None:
        self._columns = columns
        self._only = columns[0] if len(columns) == 1 else None
        self._values, self._say = values, say
        self._known: dict[object, tuple[Meaning, list[Finding]]] = {}

    def read(self, cells: Sequence[str], findings: list[Finding]) -> Meaning:
        """Return the meaning of a record's cells, adding the findings on them."""
        only = self._only
        key: object = cells[only] if only is not None else tuple([cells[where] for where in self._columns])
        known = self._known.get(key)
        if known is None:
            known = self._learn(key, [cells[where] for where in self._columns])
        if known[1]:
            findings += known[1]
        return known[0]

    def _learn(self, key: object, content: list[str]) -> tuple[Meaning, list[Finding]]:
        if len(self._known) >= MEMORY:
            self._known.clear()
        findings: list[Finding] = []
        meaning = self._say(self._values(content, findings), findings)
        self._known[key] = (meaning, findings)
        return meaning, findings


class WordReader:
    """Reads the coded columns of a profile, each by its map."""

    def __init__(self, profile: Profile, fields: dict[str, tuple[int, ...]]) -> None:
        self._profile = profile
        self._fields = fields
        self._agency = self._coded("agency", self._mapped("agency", "agencies"))
        self._reasons = self._coded("nature", self._say_reasons)
        self._priority = self._coded("priority", self._say_priority)
        self._source = self._coded("call_source", self._mapped("call_source", "sources"))
        self._dispositions = self._coded("dispositions", self._say_dispositions)

    def read(self, cells: Sequence[str], findings: list[Finding]) -> Words:
        """Return the words of a record, adding the findings on them."""
        return Words(
            self._agency.read(cells, findings),
            self._reasons.read(cells, findings),
            self._priority.read(cells, findings),
            self._source.read(cells, findings),
            self._dispositions.read(cells, findings),
        )

    def _coded(self, key: str, say: Say[Meaning]) -> Coded[Meaning]:
        def values(content: list[str], findings: list[Finding]) -> list[str]:
            said = [value for cell in content if (value := self._profile.said(cell))]
            odd = [value for value in said if value in self._profile.sentinels]
            findings += [Finding(key, value, "a sentinel, read as not recorded") for value in odd]
            constant = self._profile.constants.get(key)
            return [value for value in said if value not in odd] or ([constant] if constant else [])

        return Coded(self._fields.get(key, ()), values, say)

    def _mapped(self, key: str, table: str) -> Say[str]:
        known = self._profile.maps[table] if key in self._fields else {}
        kept = f"not in the profile's {table}; kept as it stands"

        def say(values: list[str], findings: list[Finding]) -> str:
            value = values[0] if values else ""
            if value and known and value.casefold() not in known:
                findings.append(Finding(key, value, kept))
            return known.get(value.casefold(), value)

        return say

    def _say_reasons(self, values: list[str], findings: list[Finding]) -> tuple[str, ...]:
        names = self._profile.maps["natures"]
        if not values and "nature" in self._fields:
            findings.append(Finding("nature", "", "not recorded"))
        return tuple(dict.fromkeys(names.get(value.casefold(), value) for value in values))

    def _say_dispositions(self, values: list[str], findings: list[Finding]) -> tuple[str, ...]:
        names, split = self._profile.maps["dispositions"], self._profile.disposition_split
        parts = [part.strip() for value in values for part in (value.split(split) if split else (value,))]
        return tuple(dict.fromkeys(names.get(part.casefold(), part) for part in parts if part))

    def _say_priority(self, values: list[str], findings: list[Finding]) -> tuple[int | None, str]:
        """The priority as a number, 1 the most urgent, by the profile's map or its own digits."""
        label = values[0] if values else ""
        text = self._profile.maps["priorities"].get(label.casefold(), label)
        if text.isascii() and text.isdigit() and len(text) < 5:
            return int(text), label
        if label:
            findings.append(Finding("priority", label, "not a number and not in the profile's priorities"))
        return None, label
