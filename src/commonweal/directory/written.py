"""An entry as rows hold it, and the parts of it that somebody wrote here by hand.

What a site corrects stands over what its source says, field by field, until the site says otherwise: an
import brings everything else. Corrections are kept as plain values, so that a row can hold them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import time
from typing import Any

import phonenumbers
from django.conf import settings

from commonweal.directory.entries import DAYS, Entry, Hours, Organisation, Place, Telephone
from commonweal.directory.models import Service, Site
from commonweal.kernel.errors import Invalid

HERE = "here"  # the source of what was entered by hand
SCALARS = (
    "name alternate_name description url email application_process fees wait_time eligibility minimum_age "
    "maximum_age alert interpretation area capacity_unit capacity_total accepts_involuntary accepts_drop_off "
    "pathway"
).split()
LISTS = "topics sexes documents languages hours phones places".split()
# digits and what is written between them; words beside a number are somebody's, and stay
_NUMBER = re.compile(r"[\d\s()+./-]+((ext\.?|x)\s*\d{1,6})?", re.IGNORECASE)
WRITABLE = frozenset([*SCALARS, *LISTS])
Plain = Mapping[str, Any]


def entry_of(service: Service) -> Entry:
    """What is said of a service now. A place keeps the id under which its source has it."""
    owner, rows = service.provider, service
    return Entry(
        source=service.source, external_id=service.external_id,
        provider=Organisation(name=owner.name, external_id=owner.external_id),
        topics=tuple(sorted(t.code for t in rows.topics.all())),
        sexes=tuple(service.sexes), requirements=tuple(service.requirements),
        exclusions=tuple(service.exclusions),
        status=service.status, assured_at=service.assured_at, assurer=service.assurer,
        places=tuple(_place(o.site) for o in rows.offers.select_related("site").order_by("id")),
        hours=tuple(
            Hours(
                days=tuple(d for d in s.byday.split(",") if d), opens=s.opens_at, closes=s.closes_at,
                text=s.description,
            )
            for s in rows.schedules.order_by("id")
        ),
        phones=tuple(
            Telephone(number=p.number, extension=p.extension, kind=p.kind, text=p.description)
            for p in rows.phones.order_by("id")
        ),
        languages=tuple((x.code, x.name) for x in rows.languages.order_by("id")),
        documents=tuple(d.document for d in rows.documents.order_by("id")),
        costs=tuple((c.option, c.amount) for c in rows.costs.order_by("id")),
        original=service.original,
        **{name: getattr(service, name) for name in SCALARS},
    )  # fmt: skip


def _place(row: Site) -> Place:
    return Place(**{part.name: getattr(row, part.name) for part in fields(Place)})


def with_changes(entry: Entry, changes: Plain) -> Entry:
    """The entry with these fields as plain values say; Invalid names what cannot be read."""
    if unknown := set(changes) - WRITABLE:
        raise Invalid("facts", ", ".join(sorted(unknown)), f"Use: {', '.join(sorted(WRITABLE))}.")
    return replace(entry, **{name: _READERS.get(name, _as_it_is)(value) for name, value in changes.items()})


def plainly(entry: Entry, names: Sequence[str]) -> dict[str, Any]:
    """These fields as plain values: `with_changes` gives the same entry back."""
    return {name: _WRITERS.get(name, _as_it_is)(getattr(entry, name)) for name in names}


def _as_it_is(value: Any) -> Any:
    return value


def _hours(rows: Sequence[Plain]) -> tuple[Hours, ...]:
    return tuple(
        Hours(
            days=tuple(sorted(row["days"], key=lambda d: DAYS.index(d) if d in DAYS else -1)),
            opens=_time(row["opens"]), closes=_time(row["closes"]), text=row["text"],
        )
        for row in rows
    )  # fmt: skip


def _telephone(row: Plain) -> Telephone:
    """The number as an import reads it (E.164, its extension apart); what is none, as 211, as typed."""
    typed = Telephone(**row)
    try:
        found = phonenumbers.parse(typed.number, "GB" if settings.JURISDICTION in ("UK", "GB") else "US")
    except phonenumbers.NumberParseException:
        return typed
    if not _NUMBER.fullmatch(typed.number) or not phonenumbers.is_valid_number(found):
        return typed
    plain = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return replace(typed, number=plain, extension=typed.extension or found.extension or "")


def _time(text: str) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("hours", text, "Write a time of day like 08:30.") from wrong


def _times(row: Hours) -> dict[str, Any]:
    said = {"opens": row.opens, "closes": row.closes}
    return {"days": list(row.days), "text": row.text} | {
        k: f"{v:%H:%M}" if v else "" for k, v in said.items()
    }


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "topics": lambda codes: tuple(sorted(codes)),
    "sexes": tuple,
    "documents": tuple,
    "languages": lambda pairs: tuple((code, name) for code, name in pairs),
    "hours": _hours,
    "phones": lambda rows: tuple(_telephone(row) for row in rows),
    "places": lambda rows: tuple(Place(**row) for row in rows),
}
_WRITERS: Mapping[str, Callable[[Any], Any]] = {
    "topics": list,
    "sexes": list,
    "documents": list,
    "languages": lambda pairs: [list(pair) for pair in pairs],
    "hours": lambda rows: [_times(row) for row in rows],
    "phones": lambda rows: [asdict(row) for row in rows],
    "places": lambda rows: [asdict(row) for row in rows],
}
