"""What leaves the product about a notice: that something waits, a neutral reason, and where to sign in."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

REASONS = {
    "safety": gettext_noop("safety"),
    "duty": gettext_noop("your duty"),
    "work": gettext_noop("your work list"),
    "papers": gettext_noop("papers to read"),
    "account": gettext_noop("your account"),
    "talk": gettext_noop("a message from a colleague"),
    "drill": gettext_noop("a communication test (drill)"),
}
BODY = gettext_noop(
    "%(waits)s\nReason: %(reasons)s.\nSign in to read: %(link)s\n\nThis message says no more on purpose."
)
SHORT = gettext_noop("%(waits)s Reason: %(reasons)s. Sign in: %(link)s")
SHAPES = {"mail": BODY}


def subject(language: str) -> str:
    """The subject line of a mail."""
    with translation.override(language):
        return _("Something waits for you")


def told(channel: str, groups: Sequence[str], count: int, link: str, language: str) -> str:
    """The whole text for a channel (`mail` or `text`) in its reader's language: no person, place or kind.

    `groups` are codes of REASONS, said in their order, each once.
    """
    with translation.override(language):
        waits = ngettext("%(n)s notice waits for you.", "%(n)s notices wait for you.", count) % {"n": count}
        reasons = ", ".join(_(REASONS[code]) for code in dict.fromkeys(groups))
        said = _(SHAPES.get(channel, SHORT))
        return said % {"waits": waits, "reasons": reasons, "link": link}
