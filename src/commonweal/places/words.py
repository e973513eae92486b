"""How typed words and addresses are brought to one form before they are compared."""

import re
import unicodedata

_KINDS = {
    "street": "st", "avenue": "ave", "road": "rd", "boulevard": "blvd", "drive": "dr", "lane": "ln",
    "court": "ct", "place": "pl", "highway": "hwy", "parkway": "pkwy", "terrace": "ter", "circle": "cir",
    "north": "n", "south": "s", "east": "e", "west": "w", "saint": "st", "and": "&", "apartment": "apt",
}  # fmt: skip
_HOUSE = re.compile(r"^(\d+)\s+(.+)$")


def searchable(text: str) -> str:
    """Lower case, no accents, one space, usual abbreviations: `Calle Olmo 3` and `CALLE OLMO  3` are one."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9& ]+", " ", bare).split()
    return " ".join(_KINDS.get(word, word) for word in words)


def house_and_street(text: str) -> tuple[int, str] | None:
    """House number and the rest of an address, or None where it does not begin with a number."""
    found = _HOUSE.match(text.strip())
    return (int(found[1]), found[2]) if found else None


def to_block(address: str) -> str:
    """The address to its block: `412 Cedar Ave, Apt 3` becomes `400 block of Cedar Ave`.

    An address without a house number is returned without what follows the first comma.
    """
    street = address.split(",")[0].strip()
    parts = house_and_street(street)
    return f"{parts[0] // 100 * 100} block of {parts[1]}" if parts else street
