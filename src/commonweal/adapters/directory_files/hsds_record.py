"""A whole HSDS service to the record that the profile `directory_hsds` maps: lists gathered, tidied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite

from commonweal.adapters.directory_files.hsds_rows import Cell, Cells, Stray

LIMITS = {"latitude": 90.0, "longitude": 180.0}
NOTHING = frozenset(["", "null", "none", "nan", "n/a", "nil"])


def record(cell: Cell, strays: list[Stray]) -> Cells:
    """The service as it came, with what the profile reads beside it: voices, faxes, hours, places, terms."""
    service = cell.cells
    places = [_place(cell, link, strays) for link in _listed(service, "service_at_locations")]
    phones = [*_listed(service, "phones"), *_deep(service, "phones")]
    phones = phones or _listed(_inside(service, "organization"), "phones")
    return {
        **service,
        "places": places,
        "voices": [_phone(one) for one in phones if "fax" not in _text(one, "type").casefold()],
        "faxes": [_phone(one) for one in phones if "fax" in _text(one, "type").casefold()],
        "hours": [*_listed(service, "schedules"), *_deep(service, "schedules")],
        "spoken": [_text(one, "name") or _text(one, "language") or _text(one, "code")
                   for one in (*_listed(service, "languages"), *_deep(service, "languages"))],
        "terms": [name for one in _listed(service, "attributes") if (name := _term(one))],
        "eligible": [_text(one, "eligibility") for one in _listed(service, "eligibility")],
        "papers": [_text(one, "document") for one in _listed(service, "required_documents")],
        "areas": [_text(one, "name") or _text(one, "service_area") or _text(one, "description")
                  for one in _listed(service, "service_areas")],
        "prices": [" ".join(x for x in (_text(one, "option"), _text(one, "amount"), _text(one, "currency"),
                                        _text(one, "amount_description")) if x)
                   for one in _listed(service, "cost_options")],
    }  # fmt: skip


def _listed(found: Mapping[str, object], name: str) -> list[Cells]:
    """A list of objects under a name; none where there is none."""
    value = found.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _inside(found: Mapping[str, object], name: str) -> Cells:
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    text = "" if value is None or isinstance(value, (dict, list)) else str(value).strip()
    return "" if text.casefold() in NOTHING else text


def _deep(service: Mapping[str, object], name: str) -> Iterator[Cells]:
    """What stands at the service's places, and at the link to them."""
    for link in _listed(service, "service_at_locations"):
        yield from _listed(link, name)
        yield from _listed(_inside(link, "location"), name)


def _phone(one: Cells) -> str:
    number, extension = _text(one, "number").strip("\"' "), _text(one, "extension")
    return f"{number} x{extension}" if extension and number else number or (extension and f"x{extension}")


def _term(one: Cells) -> str:
    term = _inside(one, "taxonomy_term")
    return _text(term, "name") or _text(one, "value") or _text(term, "code") or _text(one, "taxonomy_detail")


def _place(cell: Cell, link: Cells, strays: list[Stray]) -> Cells:
    place = _inside(link, "location")
    addresses = _listed(place, "addresses") or _listed(place, "physical_addresses")
    physical = [one for one in addresses if "postal" not in _text(one, "address_type").casefold()]
    at = (physical or addresses or [{}])[0]
    address = " ".join(_text(at, name) for name in ("address_1", "address_2") if _text(at, name))
    point = _point(cell, place, strays)
    said = [_text(one, name) for one in _listed(place, "accessibility")
            for name in ("accessibility", "description", "details")]  # fmt: skip
    return {
        "id": _text(place, "id"), "name": _text(place, "name"), "address": address,
        "city": _text(at, "city"), "state": _text(at, "state_province"), "postal": _text(at, "postal_code"),
        "transportation": _text(place, "transportation"), **point,
        "accessibility": list(dict.fromkeys(text for text in said if text)),
    }  # fmt: skip


def _point(cell: Cell, place: Cells, strays: list[Stray]) -> dict[str, str]:
    """Latitude and longitude where both lie on the globe; otherwise neither, with a finding."""
    found: dict[str, str] = {}
    for name, limit in LIMITS.items():
        text = _text(place, name)
        if not text:
            continue
        try:
            degrees = float(text)
        except ValueError:
            degrees = float("nan")
        if isfinite(degrees) and abs(degrees) <= limit:
            found[name] = text
        else:
            said = f"is no {name} from -{limit:.0f} to {limit:.0f}: the place was kept without its point"
            strays.append(Stray(cell.file, cell.line, f"location.{name}", text, said))
    return found if len(found) == 2 else {}
