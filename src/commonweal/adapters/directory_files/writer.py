"""A service of the room as an HSDS 3.0 object, whole or as lists show it; what is not known is absent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from commonweal.adapters.directory_files.contacts import MAIL

if TYPE_CHECKING:
    from commonweal.directory.queries import Need, Offer, Provider, Schedule, Service

SPACE = UUID("1f6f1f0e-8f0c-5d0f-9a52-6f1d2f6f3a77")
URI = re.compile(r"https?://[^\s<>\"{}|\\^`\[\]]+")
Json = dict[str, object]


def organization(row: Provider) -> Json:
    """An organization as lists and services show it."""
    return _said({
        "id": str(row.id), "name": row.name, "alternate_name": row.alternate_name,
        "email": _email(row.email), "website": _uri(row.website),
    }) | {"description": row.description or row.name}  # fmt: skip


def brief(row: Service) -> Json:
    """A service as a list shows it, its organization inside."""
    return _said({
        "id": str(row.id), "name": row.name, "alternate_name": row.alternate_name,
        "description": row.description, "url": _uri(row.url), "email": _email(row.email),
        "status": row.status,
        "interpretation_services": row.interpretation, "application_process": row.application_process,
        "fees_description": row.fees, "wait_time": row.wait_time, "eligibility_description": row.eligibility,
        "minimum_age": row.minimum_age, "maximum_age": row.maximum_age,
        "assured_date": row.assured_at.isoformat() if row.assured_at else "",
        "assurer_email": _email(row.assurer), "alert": row.alert,
        "last_modified": row.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "organization": organization(row.provider),
    })  # fmt: skip


def service(row: Service, needs: dict[str, Need]) -> Json:
    """A service with everything that is said of it; `needs` name the terms of its topics.

    Expects the row of `whole_services`, which leaves confidential places out.
    """
    phones = [
        _said({"id": str(p.id), "number": p.number or "-", "extension": _number(p.extension), "type": p.kind,
               "description": p.description})
        for p in row.phones.all()
    ]  # fmt: skip
    own = str(row.id)
    return brief(row) | _said({
        "phones": phones,
        "schedules": [_schedule(s) for s in row.schedules.all()],
        "service_areas": [{"id": _key(own, "area"), "name": row.area}] if row.area else [],
        "service_at_locations": [_place(offer) for offer in row.offers.all()],
        "languages": [_said({"id": str(x.id), "name": x.name, "code": x.code}) for x in row.languages.all()],
        "cost_options": [
            _said({"id": str(c.id), "option": c.option, "currency": c.currency.lower(),
                   "amount": float(c.amount) if c.amount is not None else None})
            for c in row.costs.all()
        ],
        "required_documents": [{"id": str(d.id), "document": d.document} for d in row.documents.all()],
        "attributes": [_attribute(own, t.code, t.word, needs) for t in row.topics.all()],
    })  # fmt: skip


def _said(found: Json) -> Json:
    """What has a value; blanks and empty lists say nothing."""
    return {name: value for name, value in found.items() if value not in ("", None, [])}


def _schedule(row: Schedule) -> Json:
    times = [at.strftime("%H:%M") if at else "" for at in (row.opens_at, row.closes_at)]
    return _said({
        "id": str(row.id), "freq": "WEEKLY" if row.byday else "", "byday": row.byday, "opens_at": times[0],
        "closes_at": times[1], "description": row.description,
    })  # fmt: skip


def _place(offer: Offer) -> Json:
    site = offer.site
    own = str(site.id)
    address = {
        "id": _key(own, "address"), "address_1": site.address, "city": site.city,
        "state_province": site.state,
        "postal_code": site.postal, "country": "US", "address_type": "physical",
    }  # fmt: skip
    location = _said({
        "id": own, "location_type": "physical", "name": site.name, "transportation": site.transportation,
        "latitude": site.lat, "longitude": site.lon, "addresses": [address] if site.address else [],
        "accessibility": [{"id": _key(own, "access"), "description": site.accessibility}]
        if site.accessibility else [],
    })  # fmt: skip
    return _said({"id": str(offer.id), "description": offer.description, "location": location})


def _attribute(own: str, code: str, word: str, needs: dict[str, Need]) -> Json:
    name = needs[code].en if code in needs else code
    term = {"id": term_id(code), "code": code, "name": name, "description": name, "language": "en"}
    return _said({
        "id": _key(own, code), "link_id": own, "link_entity": "service", "value": word, "taxonomy_term": term,
    })  # fmt: skip


def term_id(code: str) -> str:
    """The id of the taxonomy term that stands for a need."""
    return _key("need", code)


def _key(*words: str) -> str:
    return str(uuid5(SPACE, "\x1f".join(words)))


def _uri(text: str) -> str:
    return text if URI.fullmatch(text) else ""


def _email(text: str) -> str:
    return text if MAIL.fullmatch(text) and text.isascii() else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
