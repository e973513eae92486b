"""A pack as one page: every style in it, no script, no other file."""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify

from commonweal.adapters.downtime.contents import collect
from commonweal.agencies import queries as agencies
from commonweal.calls import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions as sharing

TEMPLATE = "downtime/pack.html"
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


def write_pack(*, by: Actor, reason: str, language: str = "en", sheets: int | None = None) -> Page:
    """Collect, reserve numbers, draw. The record and the gate's lines are committed before bytes exist.

    Invalid where the actor takes no calls; the page carries the notice that its permits owe.
    """
    if by.agency is None:
        raise Invalid("by", by.id, "Sign in with an account of an agency.")
    home = agencies.agency(by.agency)
    zone = ZoneInfo(home.time_zone)
    with sharing.accompanied(sharing.here()) as owed, translation.override(language), timezone.override(zone):
        contents = collect(by)
        pack = actions.open_pack(
            by=by, reason=reason, calls=len(contents.calls), withheld=contents.withheld, language=language,
            sheets=sheets,
        )  # fmt: skip
        call_sheets, encounter_sheets = queries.numbers(pack)
        told = {
            "pack": pack, "centre": home, "contents": contents, "call_sheets": call_sheets,
            "encounter_sheets": encounter_sheets, "language": language,
            "other": "en" if language == "es" else "es", "notice": owed.says,
            "consents": owed.in_a_line(), "made": clock.now(),
        }  # fmt: skip
        content = render_to_string(TEMPLATE, told).encode()
    made = timezone.localtime(pack.created_at, zone)
    name = f"downtime-{slugify(home.short or home.name)}-{made:%Y%m%d-%H%M}-{call_sheets[0]}.html"
    page = Page(pack, name, content)
    actions.note_file(by=by, pack=pack.id, file="", digest=page.digest)
    return page
