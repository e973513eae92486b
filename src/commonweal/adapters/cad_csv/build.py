"""Cells to a call: the profile compiled against one header, then applied to each record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from commonweal.adapters.cad_csv.chain import ChainReader, Unfit
from commonweal.adapters.cad_csv.place import NOWHERE, PlaceReader
from commonweal.adapters.cad_csv.profile import Profile
from commonweal.adapters.cad_csv.rows import CallRow
from commonweal.adapters.cad_csv.words import WordReader
from commonweal.adapters.files.answers import FileRefused, Finding, Reject, lacking, shown
from commonweal.adapters.files.tables import Record

LONGEST_ID = 64
FIX_ROW = "Correct the value in the source system, or this line, and import the file again"


class Builder:
    """Builds calls from the records of one file; made once a file. Raises FileRefused for missing columns."""

    def __init__(self, profile: Profile, file: str, header: Sequence[str]) -> None:
        self._profile, self._file = profile, file
        position = locate(profile, file, header)
        fields = {
            key: tuple(position[name] for name in names if name in position)
            for key, names in profile.columns.items()
        }
        self._ids = fields["external_id"]
        self._chain = ChainReader(profile, position.get)
        self._words = WordReader(profile, fields)
        self._places = PlaceReader(profile, fields)
        self._keep = [(name, position[name]) for name in profile.keep if name in position]
        self._covered = [position[name] for name in profile.used_columns if name in position]
        self._needed = [_ATTRIBUTES[key] for key in sorted(profile.required) if key in _ATTRIBUTES]
        self.unused = len(header) - len(set(position.values()))

    def build(self, record: Record) -> CallRow | Reject:
        """Return the call, or a Reject where a required or impossible value spoils it."""
        try:
            return self._call(record)
        except Unfit as error:
            field, value, reason = error.args
            return Reject(self._file, record.line, field, shown(value), reason, FIX_ROW)

    def _call(self, record: Record) -> CallRow:
        cells, profile = record.cells, self._profile
        findings: list[Finding] = []
        external_id = self._identify(cells)
        times = self._chain.read(cells, findings)
        words = self._words.read(cells, findings)
        place = NOWHERE if self._places.silent else self._places.read(cells, findings)
        if record.odd:
            findings.append(Finding("line", record.odd, f"not UTF-8; read as {record.odd}"))
        call = CallRow(
            source_system=profile.source_system,
            external_id=external_id,
            source_file=self._file,
            line=record.line,
            agency=words.agency,
            nature_label=words.reasons[0] if words.reasons else "",
            reasons=words.reasons[1:],
            priority=words.priority[0],
            priority_label=words.priority[1],
            call_source=words.call_source,
            dispositions=words.dispositions,
            times=times,
            place=place,
            kept=self._kept(cells),
            findings=tuple(findings),
            fingerprint=self._fingerprint(cells),
        )
        for key, attribute in self._needed:
            if not getattr(call, attribute):
                raise Unfit(profile.title(key), "", "is missing, and the profile requires it")
        return call

    def _identify(self, cells: Sequence[str]) -> str:
        for where in self._ids:
            if value := self._profile.said(cells[where]):
                return value if len(value) <= LONGEST_ID else self._too_long(value)
        title = self._profile.title("external_id")
        raise Unfit(title, "", "is missing: the call could not be recognised again")

    def _too_long(self, value: str) -> str:
        reason = f"has {len(value)} characters, and a number of a call has {LONGEST_ID} at most"
        raise Unfit(self._profile.title("external_id"), value, reason)

    def _fingerprint(self, cells: Sequence[str]) -> str:
        content = "\x1f".join([cells[where] for where in self._covered])
        return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def _kept(self, cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
        silent = self._profile.silent
        return tuple([(name, cells[at]) for name, at in self._keep if cells[at] not in silent])


_ATTRIBUTES = {
    "agency": ("agency", "agency"),
    "nature": ("nature", "nature_label"),
    "priority": ("priority", "priority_label"),
    "call_source": ("call_source", "call_source"),
    "dispositions": ("dispositions", "dispositions"),
}


def doubled(profile: Profile, header: Sequence[str]) -> list[str]:
    """Columns that the profile reads and the header names twice, letter case apart: the first is read."""
    used = {" ".join(name.casefold().split()) for name in profile.used_columns}
    counts = Counter(" ".join(title.casefold().split()) for title in header)
    return sorted(name for name, number in counts.items() if number > 1 and name in used)


def locate(profile: Profile, file: str, header: Sequence[str]) -> dict[str, int]:
    """Return the position of each column that the profile reads and the file has, letter case apart.

    Raises FileRefused, naming what is missing and what was found, where a needed column is absent.
    """
    exact: dict[str, int] = {}
    folded: dict[str, int] = {}
    for index, title in enumerate(header):
        exact.setdefault(title, index)
        folded.setdefault(" ".join(title.casefold().split()), index)
    wanted = dict.fromkeys([*profile.used_columns, *(check.column for check in profile.checks)])
    position = {}
    for name in wanted:
        found = exact.get(name, folded.get(" ".join(name.casefold().split())))
        if found is not None:
            position[name] = found
    missing = sorted(profile.needed_columns - position.keys())
    if missing:
        remedy = f"Check that {profile.name!r} is the profile of this export, or write one for it"
        raise FileRefused(file, "header", ", ".join(header), lacking(missing), remedy)
    return position
