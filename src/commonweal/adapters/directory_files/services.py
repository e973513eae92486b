"""The services of a record: what is offered, to whom, when, and in which languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from commonweal.adapters.directory_files.contacts import read_email, read_url
from commonweal.adapters.directory_files.days import read_day
from commonweal.adapters.directory_files.hours import read_hours, read_row, read_week
from commonweal.adapters.directory_files.languages import read_languages
from commonweal.adapters.directory_files.profile import Part
from commonweal.adapters.directory_files.reading import Reading
from commonweal.adapters.directory_files.records import pick, walk
from commonweal.adapters.directory_files.rows import LocationRow, OrganizationRow, Schedule, ServiceRow
from commonweal.adapters.files.answers import Finding

OLDEST = 120
EXTRA = ("alternate_name", "wait_time", "alert", "assured", "assurer", "area")
STATUSES = frozenset(["active", "inactive", "defunct", "temporarily closed"])
SAID = {
    "yes": "active", "y": "active", "true": "active", "1": "active", "open": "active", "current": "active",
    "no": "inactive", "n": "inactive", "false": "inactive", "0": "inactive", "suspended": "inactive",
    "archived": "inactive", "closed": "defunct", "deleted": "defunct", "discontinued": "defunct",
}  # fmt: skip


def read_service(
    reading: Reading, item: object, organization: OrganizationRow, locations: tuple[LocationRow, ...]
) -> ServiceRow:
    """Return one service of a record; it takes the organization's name where it has none of its own."""
    part, findings = reading.profile.service, reading.findings
    name = reading.text(part, "name", item)
    if not name:
        findings.append(Finding("service name", "", f"is missing; {organization.name!r} was used"))
    own = [text for path in part.identity for text in pick(item, path)]
    words = {
        key: reading.text(part, key, item) for key in ("description", "eligibility", "fees", "application")
    }
    youngest, oldest, audience = read_ages(reading, part, item)
    flags = [flag for flag in part.language_flags if _is_flagged(part, item, flag)]
    languages, interpretation = read_languages([*flags, *reading.texts(part, "languages", item)], findings)
    extra = {key: reading.text(part, key, item) for key in EXTRA}
    extra["assured"] = read_day(extra["assured"], reading.profile.region, findings)
    return ServiceRow(
        id=reading.key("service", *reading.identity, *(own or [name])),
        organization_id=organization.id,
        location_ids=tuple(place.id for place in locations),
        name=name or organization.name,
        description=words["description"],
        eligibility=words["eligibility"] or audience,
        minimum_age=youngest,
        maximum_age=oldest,
        fees=words["fees"],
        application=words["application"],
        keywords=_keywords(reading.texts(part, "keywords", item)),
        url=read_url(reading.texts(part, "url", item), findings),
        email=read_email(reading.texts(part, "email", item), findings),
        phones=reading.phones(part, item),
        schedules=_schedules(reading, part, item),
        languages=languages,
        interpretation=reading.text(part, "interpretation", item) or interpretation,
        status=_status(reading.text(part, "status", item), findings),
        documents=tuple(dict.fromkeys(reading.texts(part, "documents", item))),
        **extra,
    )


def _schedules(reading: Reading, part: Part, item: object) -> tuple[Schedule, ...]:
    weeks = [week for path in part.paths.get("week", ()) for week in walk(item, path)]
    read = [day for week in weeks for day in read_week(week, reading.findings)]
    rows = [row for path in part.paths.get("schedules", ()) for row in walk(item, path)]
    read += [day for row in rows if isinstance(row, Mapping) for day in read_row(row, reading.findings)]
    texts = reading.texts(part, "hours", item)
    return tuple(
        dict.fromkeys([*read, *(day for text in texts for day in read_hours(text, reading.findings))])
    )


def read_ages(reading: Reading, part: Part, item: object) -> tuple[int | None, int | None, str]:
    """Return the youngest and oldest age served, None where open, and the flagged groups in words."""
    flags = part.age_flags or {}
    raised = {flag: years for flag, years in flags.items() if _is_flagged(part, item, flag)}
    spans = [years for years in raised.values() if years is not None]
    if spans:
        audience = ", ".join(flag.lstrip("'") for flag in raised)
        return (
            min(years[0] for years in spans),
            max(years[1] for years in spans),
            f"Ages or groups: {audience}",
        )
    stated = [_age(reading, reading.text(part, key, item)) for key in ("minimum_age", "maximum_age")]
    return stated[0], stated[1], ", ".join(raised)


def _age(reading: Reading, text: str) -> int | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,3})(?:\.0+)?", text)
    if match is None or int(match.group(1)) > OLDEST:
        reading.findings.append(Finding("age", text, f"is not an age from 0 to {OLDEST}: not used"))
        return None
    return int(match.group(1))


def _is_flagged(part: Part, item: object, column: str) -> bool:
    return isinstance(item, Mapping) and part.flagged.casefold() in [
        text.casefold() for text in pick(item, column)
    ]


def _keywords(texts: list[str]) -> tuple[str, ...]:
    words = [word.strip() for text in texts for word in re.split(r"[,;]", text)]
    return tuple(dict.fromkeys(word for word in words if word))


def _status(text: str, findings: list[Finding]) -> str:
    text = SAID.get(text.casefold(), text)
    if text and text.casefold() not in STATUSES:
        findings.append(Finding("status", text, f"is none of {', '.join(sorted(STATUSES))}; read as active"))
    return text.casefold() if text.casefold() in STATUSES else "active"
