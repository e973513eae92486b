"""The timestamps of one record: read, put in order, doubted. Nothing is corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from commonweal.adapters.cad_csv.moments import HOUR, Clock
from commonweal.adapters.cad_csv.profile import STAGES, Check, Profile
from commonweal.adapters.cad_csv.rows import Chain
from commonweal.adapters.files.answers import Finding

RECEIVED = STAGES.index("received")
NONE: list[datetime | None] = [None] * len(STAGES)


class Unfit(Exception):
    """A value that cannot stand: the field, the value, the reason. Becomes a Reject."""


class ChainReader:
    """Reads the timestamp chain by a profile; `at` gives a column's position, None where it is absent."""

    def __init__(self, profile: Profile, at: Callable[[str], int | None]) -> None:
        self._clock = Clock(profile.zone, profile.time_formats)
        self._silent = profile.silent
        self._longest = max(map(len, profile.silent))
        self._slack = profile.order_tolerance
        self._suspect = profile.suspect_clock
        self._columns = profile.times
        self._needed = [STAGES.index(key) for key in profile.required if key in STAGES]
        self._times = [
            (index, where, stage)
            for index, stage in enumerate(STAGES)
            if (where := at(profile.times.get(stage, ""))) is not None
        ]
        self._checks = [
            (where, check.start, check.end, check.unit, check.tolerance, check)
            for check in profile.checks
            if (where := at(check.column)) is not None
        ]

    def read(self, cells: Sequence[str], findings: list[Finding]) -> Chain:
        """Return the chain in UTC, adding a finding for each order that cannot have been.

        Raises Unfit for a time that is no time, or a required stage that is missing. The loop is written
        for speed: a plain ISO time in an hour already met takes no call of ours.
        """
        times, silent, offsets = NONE.copy(), self._silent, self._clock.offsets
        parse, suspect, longest = datetime.fromisoformat, self._suspect, self._longest
        latest: datetime | None = None
        latest_stage = ""
        for index, where, stage in self._times:
            text = cells[where]
            if len(text) <= longest and text in silent:
                continue
            try:
                moment = parse(text + "+00:00") - offsets[text[:HOUR]]
            except (KeyError, ValueError):
                read = self._slow(stage, text.strip(), findings)
                if read is None:
                    continue
                moment = read
            times[index] = moment
            if suspect and text.endswith(suspect):
                findings.append(Finding(stage, text, f"{suspect} may stand for a time that was not recorded"))
            if latest is None or moment >= latest:
                latest, latest_stage = moment, stage
            elif (gap := (latest - moment).total_seconds()) > self._slack:
                findings.append(Finding(stage, text, f"{span(gap)} before {latest_stage}"))
        self._demand(times)
        self._check(cells, times, findings)
        return Chain._make(times)

    def _slow(self, stage: str, text: str, findings: list[Finding]) -> datetime | None:
        """Read what the loop cannot: other formats, offsets, hours of doubt, words for nothing."""
        if text in self._silent or text.casefold() in self._silent:
            return None
        try:
            moment = self._clock.read(text)
        except (ValueError, OverflowError) as error:
            raise Unfit(self._columns[stage], text, str(error)) from error
        if self._clock.doubt:
            findings.append(Finding(stage, text, self._clock.doubt))
        return moment

    def _demand(self, times: list[datetime | None]) -> None:
        for index in self._needed:
            if times[index] is None:
                raise Unfit(self._columns[STAGES[index]], "", "is missing, and the profile requires it")

    def _check(self, cells: Sequence[str], times: list[datetime | None], findings: list[Finding]) -> None:
        """Set each duration that the export states beside the one its own times give."""
        silent = self._silent
        for where, first, last, unit, tolerance, check in self._checks:
            stated = cells[where]
            if stated in silent:
                continue
            start, end = times[first], times[last]
            try:
                seconds = float(stated) * unit
            except ValueError:
                findings.append(Finding(check.column, stated, "is not a number"))
                continue
            if start is None or end is None:
                findings.append(Finding(check.column, stated, "a duration is given where a time is missing"))
                continue
            measured = (end - start).total_seconds()
            if not -tolerance <= measured - seconds <= tolerance:
                findings.append(_disagreement(check, stated, measured))


def _disagreement(check: Check, stated: str, measured: float) -> Finding:
    between = f"{STAGES[check.start]} to {STAGES[check.end]}"
    return Finding(check.column, stated, f"the times say {span(measured)} from {between}")


def span(seconds: float) -> str:
    """Return a duration in words that stay short: ``14 s``, ``3 min``, ``21.9 h``."""
    if abs(seconds) < 120:
        return f"{seconds:.0f} s"
    if abs(seconds) < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
