"""Public alerts: what stands now, for everybody, as a page, as a feed and as CAP messages."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonweal.adapters.cap import writer
from commonweal.community import queries
from commonweal.kernel import clock
from commonweal.web.pages import page, paged
from commonweal.web.resident.alert_words import CODED, STATES, TONES, Words, said
from commonweal.web.session import Request


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert in the reader's language."""

    row: queries.Alert
    tongue: str

    def __getattr__(self, name: str) -> str:
        """A text of the alert; English stands where the other language is still empty."""
        return str(getattr(self.row, f"{name}_{self.tongue}") or getattr(self.row, f"{name}_en"))

    @property
    def tone(self) -> str:
        """How loud its box is: by gravity, and quiet for an exercise."""
        return TONES.get(self.row.severity, "info") if self.row.status == "Actual" else "info"

    @property
    def codes(self) -> list[Words]:
        """Its codes in words."""
        return [said(name, getattr(self.row, name)) for name in CODED]

    @property
    def state(self) -> Words:
        """How far it is."""
        return STATES[self.row.state]

    @property
    def status(self) -> Words:
        """Whether it is for real."""
        return said("status", self.row.status)


def tongue() -> str:
    """The language of the two that the reader has."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def standing() -> list[Shown]:
    """What stands now, for any public page."""
    return [Shown(row, tongue()) for row in queries.alerts_standing()]


@require_safe
def public(request: Request) -> HttpResponse:
    """Alerts that stand, and those that are over. What has expired leaves the first list by itself."""
    over = paged(request, queries.alerts_over(), 10).map(lambda rows: [Shown(row, tongue()) for row in rows])
    return page(request, "resident/alerts.html", {"alerts": standing(), "over": over})


@require_safe
def feed(request: Request) -> HttpResponse:
    """Every message whose time has not run out, as an Atom feed that leads to CAP messages."""
    made = writer.feed(
        queries.alerts_told(), page=f"{settings.BASE_URL}{reverse('resident:alerts')}", language=tongue(),
        title=_("Public alerts"), now=clock.now(),
    )  # fmt: skip
    return HttpResponse(made, content_type="application/atom+xml; charset=utf-8")


@require_safe
def cap(request: Request, alert_id: UUID) -> HttpResponse:
    """One message that was sent, as CAP 1.2."""
    made = writer.document(queries.sent_alert(alert_id))
    return HttpResponse(made, content_type=f"{writer.CAP_TYPE}; charset=utf-8")
