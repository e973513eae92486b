"""What is told to everybody: alerts that stand, are over, or wait for a second person."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from commonweal.community import actions as community
from commonweal.community import queries as told
from commonweal.demo import pack
from commonweal.demo.filling.names import Ids
from commonweal.demo.organization import Organization
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor

HEAT: dict[str, Any] = {
    "event_en": "Extreme heat", "event_es": "Calor extremo",
    "headline_en": "Very hot today and tomorrow", "headline_es": "Mucho calor hoy y mañana",
    "instruction_en": "Drink water, stay in the shade, look after those who live alone. Libraries are cool.",
    "instruction_es": "Beba agua, quédese a la sombra, acompañe a quien vive solo. Hay bibliotecas frescas.",
    "area_en": "All of Harlow County", "area_es": "Todo el condado de Harlow", "category": "Met",
    "response": "Prepare", "urgency": "Expected", "severity": "Moderate", "certainty": "Likely",
    "contact": "311",
}  # fmt: skip
WATER: dict[str, Any] = {
    "event_en": "Water main break", "event_es": "Rotura de una tubería de agua",
    "headline_en": "Boil water on the east side", "headline_es": "Hierva el agua en la zona este",
    "instruction_en": "Boil water for one minute before you drink it or cook with it.",
    "instruction_es": "Hierva el agua un minuto antes de beberla o cocinar con ella.",
    "area_en": "East side", "area_es": "Zona este", "category": "Infra", "severity": "Severe",
}  # fmt: skip
SMOKE: dict[str, Any] = {
    "event_en": "Smoke", "headline_en": "Smoke from a grass fire", "area_en": "North of the river",
    "instruction_en": "Close windows; run a fan that filters.", "category": "Fire", "severity": "Moderate",
}  # fmt: skip


@transaction.atomic
def fill(organization: Organization, ids: Ids) -> None:
    """An alert that stands, one that is over, a draft that lacks its Spanish; two months of counts."""
    liaison = ids.actor("council.community_liaison.1")
    second = next(ids.actor(w.key) for w in organization.workers if w.role == "supervisor")
    now = clock.now()
    _alert(liaison, second, now - timedelta(days=9), timedelta(hours=20), WATER)
    _alert(liaison, second, now - timedelta(hours=2), timedelta(hours=30), HEAT)
    expires = now + timedelta(hours=12)
    community.draft_alert(by=second, said=community.Wording(**SMOKE, expires=_round(expires)))
    for month in told.months()[1:3]:  # the newest waits for the liaison
        seen = community.foreseen_month(by=liaison, month=month).mark
        community.publish_month(by=liaison, month=month, seen=seen)


def _alert(writer: Actor, second: Actor, at: datetime, lasts: timedelta, words: dict[str, Any]) -> None:
    with clock.at(at):
        made = community.draft_alert(by=writer, said=community.Wording(**words, expires=_round(at + lasts)))
        community.approve_alert(by=second, alert=made.id, names_nobody=True)
        community.issue_alert(by=writer, alert=made.id)


def _round(moment: datetime) -> datetime:
    """The whole hour, as somebody would say it."""
    zone = ZoneInfo(pack.county()["time_zone"])
    return moment.astimezone(zone).replace(minute=0, second=0, microsecond=0)
