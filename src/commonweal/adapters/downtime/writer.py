"""A pack as one page: every style in it, no script, no other file."""

from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify

from commonweal.adapters.downtime.contents import collect
from commonweal.adapters.downtime.leaf import Page
from commonweal.adapters.downtime.sealing import sealed, strong
from commonweal.agencies import queries as agencies
from commonweal.calls import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions as sharing

__all__ = ["Page", "sealed", "strong", "write_pack"]
TEMPLATE = "downtime/pack.html"


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
