"""Sheets of a public-records request: the fields of each record, or black bars with their exemption."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from commonweal.calls import queries as calls
from commonweal.kernel import codes, days
from commonweal.kernel.shown import Shown
from commonweal.sharing import actions, queries


@dataclass(frozen=True, slots=True)
class Sheet:
    """One record on paper: its number there, and for each field its value or the exemption's label."""

    place: int
    fields: list[tuple[str, object, str]]


def sheets(release: actions.Release) -> list[Sheet]:
    """One sheet a record, in the order of the log.

    It is headed by its number in the log: an incident's number that is withheld stands nowhere on them.
    """
    listed, found = queries.rights.exemptions(), []
    opened = {shown.subject: shown for shown in calls.public_facts(release.permits)}
    for subject, place in release.places.items():
        if subject in opened:
            bars = {f: listed[code].label for (s, f), code in release.bars.items() if s == subject}
            fields = sorted(queries.CATEGORIES["call_facts"])
            shown = opened[subject]
            found.append(Sheet(place, [(f, _printed(shown, f), bars.get(f, "")) for f in fields]))
    return found


def log_lines(release: actions.Release) -> list[tuple[str, str, str, str]]:
    """The redaction log as it is handed out: number on the sheets, field, exemption, law."""
    listed = queries.rights.exemptions()
    lines = [
        (release.places[subject], field, listed[code].label, listed[code].citation)
        for (subject, field), code in release.bars.items()
        if subject in release.places
    ]
    return [(f"{_('Call')} {place}", field, label, law) for place, field, label, law in sorted(lines)]


def _printed(shown: Shown, field: str) -> object:
    """A value as a line of print; times by their stage."""
    value = shown.get(field, "")
    if isinstance(value, Mapping):
        return "; ".join(f"{codes.in_sentence(str(k))} {days.at(v)}" for k, v in value.items())
    return ", ".join(str(v) for v in value) if isinstance(value, list) else value
