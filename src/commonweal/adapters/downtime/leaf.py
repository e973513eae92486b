"""A pack as bytes: its record, its name, what a browser may do with it."""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass

from commonweal.calls import queries

_STYLE = re.compile(r"<style>(.*?)</style>", re.S)


@dataclass(frozen=True, slots=True)
class Page:
    """A pack as it leaves: its record, a name for its file, its bytes."""

    pack: queries.Pack
    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, as the record keeps it."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def policy(self) -> str:
        """The content policy under which a browser shows it: its own style sheet, and nothing else at all."""
        style = _STYLE.search(self.content.decode())
        mark = b64encode(hashlib.sha256(style[1].encode()).digest()).decode() if style else ""
        return f"default-src 'none'; style-src 'sha256-{mark}'; frame-ancestors 'none'; base-uri 'none'"
