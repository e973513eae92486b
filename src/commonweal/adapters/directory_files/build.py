"""A record to an entry: its organization, its places, its services, by a profile's paths."""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from math import isfinite

from commonweal.adapters.directory_files.contacts import read_email, read_url
from commonweal.adapters.directory_files.profile import Part, Profile
from commonweal.adapters.directory_files.reading import Reading, Unfit
from commonweal.adapters.directory_files.records import Raw
from commonweal.adapters.directory_files.rows import Entry, LocationRow, OrganizationRow
from commonweal.adapters.directory_files.services import read_service
from commonweal.adapters.files.answers import Finding, Reject, shown

TEXTS = ("name", "address", "address_2", "city", "state", "postal_code")
US_SOUTHMOST = -15.0  # degrees; American Samoa lies at 14 degrees south, and west of Greenwich
ZIP = re.compile(r"\d{5}([- ]?\d{4})?")
FIX = "Correct the record at its source, or in this file, and import it again"


def build(profile: Profile, file: str, raw: Raw) -> Entry | Reject:
    """Return the entry of one record, or a Reject where it names no organization or an impossible place."""
    reading = Reading(profile, raw)
    if raw.odd:
        reading.findings.append(Finding("record", raw.odd, f"not UTF-8; read as {raw.odd}"))
    try:
        return _entry(reading, file)
    except Unfit as error:
        field, value, reason = error.args
        return Reject(file, raw.line, field, shown(value), reason, FIX)


def _entry(reading: Reading, file: str) -> Entry:
    raw, profile = reading.raw, reading.profile
    identity = reading.identity
    if not any(identity):
        names = ", ".join(profile.identity)
        raise Unfit(names, "", "is missing: the record could not be recognised again")
    organization = _organization(reading)
    locations = _locations(reading, organization)
    parts = [read_service(reading, item, organization, locations) for item in reading.items(profile.service)]
    original = json.dumps(dict(raw.content), ensure_ascii=True, sort_keys=True)
    return Entry(
        id=reading.key("entry", *identity),
        source_system=profile.source_system,
        source_file=file,
        line=raw.line,
        original_id=" / ".join(text for text in identity if text),
        organization=organization,
        locations=locations,
        services=tuple({service.id: service for service in parts}.values()),
        findings=tuple(dict.fromkeys(reading.findings)),
        original=original,
        fingerprint=blake2b(original.encode("ascii"), digest_size=16).hexdigest(),
    )


def _organization(reading: Reading) -> OrganizationRow:
    part, content = reading.profile.organization, reading.raw.content
    name = reading.text(part, "name", content)
    if not name:
        raise Unfit(part.paths["name"][0], "", "is missing: a service without an organization is an orphan")
    return OrganizationRow(
        id=reading.key("organization", *(reading.texts(part, "identity", content) or [name])),
        name=name,
        description=reading.text(part, "description", content),
        url=read_url(reading.texts(part, "url", content), reading.findings),
        email=read_email(reading.texts(part, "email", content), reading.findings),
        alternate_name=reading.text(part, "alternate_name", content),
    )


def _locations(reading: Reading, organization: OrganizationRow) -> tuple[LocationRow, ...]:
    part = reading.profile.location
    found = [_location(reading, part, item, organization) for item in reading.items(part)]
    known = [place for place in found if place is not None]
    if not known:
        reading.findings.append(Finding("location", "", "no address and no coordinates are given"))
    return tuple({place.id: place for place in known}.values())


def _location(
    reading: Reading, part: Part, item: object, organization: OrganizationRow
) -> LocationRow | None:
    texts = {key: reading.text(part, key, item) for key in TEXTS}
    if texts["address_2"] and texts["address_2"].casefold() not in texts["address"].casefold():
        texts["address"] = ", ".join(filter(None, (texts["address"], texts["address_2"])))
    if reading.profile.region == "US" and texts["postal_code"] and not ZIP.fullmatch(texts["postal_code"]):
        reading.findings.append(Finding("postal_code", texts["postal_code"], "is no ZIP code; kept as it is"))
    latitude, longitude = _coordinates(reading, part, item)
    if not texts["address"] and latitude is None:
        return None
    name = texts["name"] or texts["address"] or organization.name
    own = reading.texts(part, "identity", item)
    words = own or [organization.name, name, texts["address"], texts["postal_code"]]
    return LocationRow(
        id=reading.key("location", *words),
        organization_id=organization.id,
        name=name,
        address=texts["address"],
        city=texts["city"],
        state=texts["state"],
        postal_code=texts["postal_code"],
        latitude=latitude,
        longitude=longitude,
        accessibility=". ".join(text.rstrip(".") for text in reading.texts(part, "accessibility", item)),
        phones=reading.phones(part, item),
        transportation=reading.text(part, "transportation", item),
    )


def _coordinates(reading: Reading, part: Part, item: object) -> tuple[float | None, float | None]:
    latitude = _degrees(part, "latitude", reading.text(part, "latitude", item), 90.0)
    longitude = _degrees(part, "longitude", reading.text(part, "longitude", item), 180.0)
    if latitude is None or longitude is None:
        if latitude is not None or longitude is not None:
            reading.findings.append(
                Finding("latitude, longitude", "", "only one of the two is given: not used")
            )
        return None, None
    if latitude == 0 and longitude == 0:
        reading.findings.append(Finding("latitude, longitude", "0, 0", "is a point in the sea: not used"))
        return None, None
    if reading.profile.region == "US" and latitude < US_SOUTHMOST and longitude > 0:
        given = f"{latitude:g}, {longitude:g}"
        reading.findings.append(
            Finding("latitude, longitude", given, "is far from the United States: swapped? Not used")
        )
        return None, None
    return latitude, longitude


def _degrees(part: Part, key: str, text: str, limit: float) -> float | None:
    if not text:
        return None
    field = part.paths[key][0]
    try:
        value = float(text)
    except ValueError as error:
        raise Unfit(field, text, "is not a number of degrees") from error
    if not isfinite(value) or abs(value) > limit:
        raise Unfit(field, text, f"is outside -{limit:.0f} to {limit:.0f} degrees")
    return value
