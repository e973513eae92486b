"""How alike two entries are: each field compared, weighed, and said."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from rapidfuzz import fuzz

WEIGHTS = {"name": 4.0, "organization": 2.0, "phone": 2.0, "address": 2.0, "url": 1.0}
NEAR_NAME, ENOUGH = 0.8, 0.7
BESIDES = frozenset({"phone", "address", "organization"})
WHOLE = 0.9  # what words shared by name and organisation together count at most
LEGAL = frozenset("inc llc ltd co corp corporation incorporated the of and".split())
STREETS: Mapping[str, str] = {
    "street": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "road": "rd", "drive": "dr",
    "lane": "ln", "court": "ct", "place": "pl", "highway": "hwy", "north": "n", "south": "s", "east": "e",
    "west": "w",
}  # fmt: skip
UNITS = frozenset("apt suite ste unit floor fl room rm bldg building #".split())


@dataclass(frozen=True, slots=True)
class Listing:
    """One entry: `phones` in one form, `addresses` as written, `url` as written; empty where unknown."""

    id: str
    name: str
    provider: str = ""
    phones: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One field compared: `same`, `close`, `different` or `unknown`, from -1 (against) to 1 (for)."""

    field: str
    level: str
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Twins:
    """Two entries that may be one service; `score` from 0 to 1, the evidence field by field."""

    left: str
    right: str
    score: float
    evidence: tuple[Point, ...]


def words(text: str) -> list[str]:
    """Lower-case words without accents and marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[a-z0-9#]+", "".join(c for c in plain if not unicodedata.combining(c)))


def organization_key(name: str) -> str:
    """An organisation's name without its legal form."""
    return " ".join(word for word in words(name) if word not in LEGAL)


def address_key(text: str) -> str:
    """House number and street in one spelling, without the unit; empty where there is no number."""
    found = [STREETS.get(word, word) for word in words(text)]
    cut = next((i for i, word in enumerate(found) if i and (word in UNITS or word[0] == "#")), len(found))
    return " ".join(found[:cut]) if found and found[0].isdigit() and cut > 1 else ""


def page_key(url: str) -> str:
    """Host and path in one spelling; empty where there is neither, and for the front page of a host."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    host, path = parts.netloc.casefold().removeprefix("www."), parts.path.rstrip("/").casefold()
    return f"{host}{path}" if host and path else ""


def name_key(name: str) -> str:
    """The words of a name in one order."""
    return " ".join(sorted(words(name)))


def compare(left: Listing, right: Listing) -> Twins | None:
    """The pair with its evidence where it may be one service, else None; the order does not matter."""
    others = (_organization(left, right), _phone(left, right), _address(left, right), _page(left, right))
    agreeing = {point.field for point in others if point.level == "same"}
    name = _name(left, right)
    if name.value < NEAR_NAME and agreeing & BESIDES == {"phone", "address"}:
        name = _whole_name(left, right)
    if name.value < NEAR_NAME or not agreeing:
        return None
    points = (name, *others)
    known = [point for point in points if point.level != "unknown"]
    score = sum(WEIGHTS[p.field] * p.value for p in known) / sum(WEIGHTS[p.field] for p in known)
    first, second = sorted((left.id, right.id))
    return Twins(first, second, round(score, 3), points) if score >= ENOUGH else None


def _name(left: Listing, right: Listing) -> Point:
    """Names without the organisation's own in front; what they number must agree."""
    a, b = (_own_name(one) for one in (left, right))
    if sorted(w for w in a if w.isdigit()) != sorted(w for w in b if w.isdigit()):
        return Point("name", "different", 0.0)
    alike = fuzz.token_sort_ratio(" ".join(a), " ".join(b)) / 100
    return Point("name", "same" if alike == 1 else "close" if alike >= NEAR_NAME else "different", alike)


def _whole_name(left: Listing, right: Listing) -> Point:
    """One directory's organisation is another's service: name and organisation together, words shared."""
    a, b = (" ".join(words(f"{one.name} {one.provider}")) for one in (left, right))
    alike = WHOLE * fuzz.token_set_ratio(a, b) / 100
    return Point("name", "close" if alike >= NEAR_NAME else "different", alike)


def _own_name(listing: Listing) -> list[str]:
    whole, owner = words(listing.name), words(listing.provider)
    is_led = bool(owner) and whole[: len(owner)] == owner and len(whole) > len(owner)
    return whole[len(owner) :] if is_led else whole


def _organization(left: Listing, right: Listing) -> Point:
    a, b = organization_key(left.provider), organization_key(right.provider)
    if not a or not b:
        return Point("organization", "unknown")
    if a == b:
        return Point("organization", "same", 1.0)
    alike = fuzz.token_set_ratio(a, b) / 100
    return Point("organization", "close", 0.5) if alike >= 0.9 else Point("organization", "different")


def _shared(field: str, a: frozenset[str], b: frozenset[str], against: float) -> Point:
    if not a or not b:
        return Point(field, "unknown")
    return Point(field, "same", 1.0) if a & b else Point(field, "different", against)


def _phone(left: Listing, right: Listing) -> Point:
    return _shared("phone", left.phones, right.phones, 0.0)


def _address(left: Listing, right: Listing) -> Point:
    a, b = (frozenset(filter(None, map(address_key, one.addresses))) for one in (left, right))
    return _shared("address", a, b, -1.0)


def _page(left: Listing, right: Listing) -> Point:
    a, b = (frozenset(filter(None, [page_key(one.url)])) for one in (left, right))
    return _shared("url", a, b, 0.0)
