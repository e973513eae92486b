"""Where an incident is: PIDF-LO (RFC 4119, 5139, 5491) in its civic and its geodetic form, and plainer ones.

The XML is read without entities, network or DTD; what is no XML is taken as an address in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from lxml import etree

from commonweal.adapters.eido.nodes import part, text_of, words
from commonweal.adapters.eido.opening import Node
from commonweal.adapters.files.answers import Finding, shown

STREET = ("HNO", "HNS", "PRD", "RD", "A6", "STS", "POD", "POM")  # in the order an address is written
INSIDE = ("BLD", "UNIT", "FLR", "ROOM", "SEAT", "LOC")
LONGEST = 200_000  # characters of one location
NUMBERS = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
FIELD = "locationByValue"


@dataclass(frozen=True, slots=True)
class Spot:
    """One place: street, what is inside, city, and WGS 84 degrees (both or neither)."""

    address: str = ""
    extra: str = ""
    city: str = ""
    lon: float | None = None
    lat: float | None = None

    def __bool__(self) -> bool:
        return bool(self.address or self.city or self.lon is not None)

    def over(self, other: Spot) -> Spot:
        """This one, with what it lacks from the other."""
        point = (self.lon, self.lat) if self.lon is not None else (other.lon, other.lat)
        return Spot(self.address or other.address, self.extra or other.extra, self.city or other.city, *point)


def spot_of(node: Node, findings: list[Finding]) -> Spot:
    """The place that a location component tells; what cannot be read is a finding."""
    value = part(node, FIELD, "location", "civicAddress", "geodetic")
    told = Spot()
    if isinstance(value, dict):
        told = _of_object(value, findings)
    elif said := words(value):
        told = _of_text(said, findings)
    if url := text_of(node, "locationByReferenceUrl"):
        findings.append(Finding("locationByReferenceUrl", shown(url), "a place elsewhere: kept, not fetched"))
    if not told and (said := text_of(node, "locationDescriptionText")):
        return Spot(address=said)
    return told


def _of_text(text: str, findings: list[Finding]) -> Spot:
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return Spot(address=text)
    if len(text) > LONGEST or "<!DOCTYPE" in text or "<!ENTITY" in text:
        findings.append(Finding(FIELD, shown(text), "is no PIDF-LO that is read: too long, or with entities"))
        return Spot()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1).encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        findings.append(Finding(FIELD, shown(text), f"is no XML: {shown(error)[:80]}"))
        return Spot()
    return _of_tree(root, findings)


def _of_tree(root: etree._Element, findings: list[Finding]) -> Spot:
    civic: dict[str, str] = {}
    point: tuple[float, float] | None = None
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        name = etree.QName(node).localname
        if name in ("pos", "posList", "coordinates") and point is None:
            point = _point(node.text or "", _reference(node), findings)
        elif node.text and node.text.strip() and (name.isupper() or name == "country"):
            civic.setdefault(name, node.text.strip())
    found = _civic(civic)
    if not civic and point is None:
        findings.append(Finding(FIELD, "", "holds neither a civic address nor a point"))
    return Spot(found.address, found.extra, found.city, *(point or (None, None)))


def _reference(node: etree._Element) -> str:
    """The name of the reference system that holds for a position: its own, or that of what surrounds it."""
    at: etree._Element | None = node
    while at is not None:
        if name := at.get("srsName"):
            return str(name)
        at = at.getparent()
    return ""


def _point(text: str, system: str, findings: list[Finding]) -> tuple[float, float] | None:
    """Longitude and latitude of a position, or the middle of a ring; None where they are on no globe."""
    numbers = [float(one) for one in NUMBERS.findall(text[:20_000])]
    step = 3 if system.endswith("4979") else 2
    pairs = [(numbers[at], numbers[at + 1]) for at in range(0, len(numbers) - step + 1, step)]
    if not pairs:
        findings.append(Finding(FIELD, shown(text), "is no position"))
        return None
    if len(pairs) > 1 and pairs[0] == pairs[-1]:
        pairs = pairs[:-1]
    lat = sum(one[0] for one in pairs) / len(pairs)
    lon = sum(one[1] for one in pairs) / len(pairs)
    if system.upper().endswith("CRS84"):
        lon, lat = lat, lon
    return _on_globe(lon, lat, findings)


def _on_globe(lon: float, lat: float, findings: list[Finding]) -> tuple[float, float] | None:
    if not (isfinite(lon) and isfinite(lat)) or abs(lon) > 180 or abs(lat) > 90:
        hint = ": latitude and longitude may be swapped" if abs(lon) <= 90 and abs(lat) <= 180 else ""
        findings.append(Finding(FIELD, f"{lat} {lon}", f"is outside the globe and not used{hint}"))
        return None
    return lon, lat


def _of_object(value: Node, findings: list[Finding]) -> Spot:
    """A place as members: a civic address, a GeoJSON point, or latitude and longitude."""
    flat: dict[str, object] = {}
    waiting: list[tuple[Node, int]] = [(value, 0)]
    while waiting:
        node, depth = waiting.pop()
        for key, one in node.items():
            if isinstance(one, dict) and depth < 8:
                waiting.append((one, depth + 1))
            else:
                flat.setdefault(key.rpartition(":")[2], one)
    civic = _civic({key.upper(): words(one) for key, one in flat.items() if words(one)})
    return Spot(civic.address, civic.extra, civic.city, *(_point_in(flat, findings) or (None, None)))


def _point_in(flat: Mapping[str, object], findings: list[Finding]) -> tuple[float, float] | None:
    pair = flat.get("coordinates")
    if isinstance(pair, list) and len(pair) > 1 and all(isinstance(one, int | float) for one in pair[:2]):
        return _on_globe(float(pair[0]), float(pair[1]), findings)
    if pos := words(flat.get("pos")):
        return _point(pos, "", findings)
    lat = words(flat.get("latitude", flat.get("lat")))
    lon = words(flat.get("longitude", flat.get("lon", flat.get("lng"))))
    if NUMBERS.fullmatch(lat) and NUMBERS.fullmatch(lon):
        return _on_globe(float(lon), float(lat), findings)
    return None


def _civic(said: Mapping[str, str]) -> Spot:
    """RFC 5139 members to an address as it is written."""
    street = " ".join(said[name] for name in STREET if said.get(name))
    name = said.get("NAM", "") or said.get("LMK", "")
    inside = ", ".join(said[name] for name in INSIDE if said.get(name))
    plain = said.get("ADDRESS") or said.get("STREETADDRESS") or said.get("FULLADDRESS") or ""
    city = said.get("A3") or said.get("CITY") or said.get("PCN") or said.get("A2") or ""
    return Spot(street or plain or name, ", ".join(x for x in (name if street else "", inside) if x), city)
