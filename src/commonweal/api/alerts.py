"""Public alerts (OASIS CAP 1.2): what stands now, for anybody; drafting, approving and sending with a scope.

The messages themselves and their feed stand at /community/alerts/feed.xml.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonweal.api.entry import Number, Size, actor_of, page_of
from commonweal.community import actions, queries

router = Router(tags=["alerts"])
Status = Literal["Actual", "Exercise", "Test"]


class AlertIn(Schema):
    """What an alert says: in both languages, naming nobody. `outline` is a closed ring of [lat, lon]."""

    event_en: str = Field(max_length=80)
    event_es: str = Field("", max_length=80)
    headline_en: str = Field(max_length=160)
    headline_es: str = Field("", max_length=160)
    description_en: str = Field("", max_length=2_000)
    description_es: str = Field("", max_length=2_000)
    instruction_en: str = Field("", max_length=2_000)
    instruction_es: str = Field("", max_length=2_000)
    area_en: str = Field("", max_length=300)
    area_es: str = Field("", max_length=300)
    status: Status = "Actual"
    category: str = Field("Safety", max_length=9)
    response: str = Field("Monitor", max_length=8)
    urgency: str = Field("Immediate", max_length=9)
    severity: str = Field("Severe", max_length=8)
    certainty: str = Field("Observed", max_length=8)
    outline: list[tuple[float, float]] = Field([], max_length=5_000)
    lat: float | None = None
    lon: float | None = None
    km: float | None = None
    onset: datetime | None = None
    expires: datetime
    web: str = Field("", max_length=200)
    contact: str = Field("", max_length=160)


class AlertOut(AlertIn):
    """An alert, and how far it is."""

    id: UUID
    kind: Literal["Alert", "Update", "Cancel"]
    state: str
    sent_at: datetime | None


class Approval(Schema):
    """The second person has read both languages, and nobody is named in them."""

    names_nobody: bool


class Reasons(Schema):
    """Why an alert ends."""

    reason_en: str = Field(max_length=500)
    reason_es: str = Field(max_length=500)


def _told(row: queries.Alert) -> AlertOut:
    return AlertOut.model_validate({name: getattr(row, name) for name in AlertOut.model_fields})


@router.get("", response=list[AlertOut], auth=None, summary="Alerts that stand now")
def standing(
    request: HttpRequest, response: HttpResponse,
    page: Number = 1, limit: Size = 50,
) -> list[AlertOut]:  # fmt: skip
    """The newest first; an alert whose time has run out is not among them."""
    return [_told(row) for row in page_of(request, response, queries.alerts_standing(), page, limit)]


@router.post("", response={201: AlertOut}, summary="Draft an alert")
def draft(request: HttpRequest, body: AlertIn) -> tuple[int, AlertOut]:
    """Scope publish; nobody outside sees it until another person has approved it and it is sent."""
    by = actor_of(request, "publish")
    return 201, _told(actions.draft_alert(by=by, said=_wording(body)))


@router.post("/{uuid:alert}/update", response={201: AlertOut}, summary="Draft what replaces an alert")
def update(request: HttpRequest, alert: UUID, body: AlertIn) -> tuple[int, AlertOut]:
    """Scope publish; the alert stands until the update is sent."""
    by = actor_of(request, "publish")
    return 201, _told(actions.draft_alert(by=by, said=_wording(body), follows=alert))


@router.post("/{uuid:alert}/approve", response=AlertOut, summary="Approve an alert")
def approve(request: HttpRequest, alert: UUID, body: Approval) -> AlertOut:
    """Scope publish; whoever wrote it cannot."""
    by = actor_of(request, "publish")
    return _told(actions.approve_alert(by=by, alert=alert, names_nobody=body.names_nobody))


@router.post("/{uuid:alert}/issue", response=AlertOut, summary="Send an alert")
def issue(request: HttpRequest, alert: UUID) -> AlertOut:
    """Scope publish; approved ones alone."""
    return _told(actions.issue_alert(by=actor_of(request, "publish"), alert=alert))


@router.post("/{uuid:alert}/cancel", response=AlertOut, summary="Call an alert off")
def cancel(request: HttpRequest, alert: UUID, body: Reasons) -> AlertOut:
    """Scope publish; gives the message that says so."""
    by = actor_of(request, "publish")
    return _told(actions.cancel_alert(by=by, alert=alert, **body.model_dump()))


def _wording(body: AlertIn) -> actions.Wording:
    return actions.Wording(**{**body.model_dump(), "outline": tuple(body.outline)})
