"""Whose voices are heard: who lives here, cards handed out, what workers think, what many speak of."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from commonweal.community import actions as community
from commonweal.community import queries as heard
from commonweal.community.queries import Line
from commonweal.demo import pack
from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.learning import AGES, Feedback
from commonweal.demo.organization import Organization
from commonweal.kernel import clock

UNANSWERED = 3  # cards handed out for each that was answered
SPANISH = {"18 to 24": "18 a 24", "25 to 44": "25 a 44", "45 to 64": "45 a 64", "65 or older": "65 o más"}
WORK = {
    "call_taker": "calls", "dispatcher": "calls", "supervisor": "calls", "patrol_officer": "police",
    "cit_officer": "police", "clinician": "clinical", "paramedic": "clinical", "peer": "peer",
    "shelter_worker": "services", "provider_staff": "services", "case_manager": "services",
}  # fmt: skip
THEMES = (
    ("Waiting", "La espera", ("long", "time", "tardaron", "called", "llamar")),
    ("Being listened to", "Ser escuchado", ("listen*", "explained", "escucha*", "apura*")),
)


@transaction.atomic
def fill(organization: Organization, ids: Ids) -> None:
    """The population, the workers' answers of four quarters, two themes."""
    evaluator, liaison = ids.actor("evaluation.evaluator.1"), ids.actor("council.community_liaison.1")
    towns = [Line(town["name"], "", town["residents"]) for town in pack.county()["towns"]]
    by_margin = {
        "age": [Line(age, SPANISH[age], people) for age, people in AGES.items()],
        "area": towns,
        "language": [Line("en", "", 198_000), Line("es", "", 52_000)],
    }
    year = clock.today().year - 1
    for margin, lines in by_margin.items():
        community.set_population(by=evaluator, margin=margin, lines=lines, source="Harlow County", year=year)
    for english, spanish, words in THEMES:
        community.name_theme(by=liaison, name_en=english, name_es=spanish, words=words)
    _workers(organization, ids)


def _workers(organization: Organization, ids: Ids) -> None:
    """About four in ten answer, most in each quarter; who works with the crisis team is gladder."""
    random = pack.stream(1, "workers")
    for first in heard.quarters():
        with clock.at(timezone.make_aware(datetime.combine(first, time(12)))):
            for worker in organization.workers:
                if random.random() > 0.42:
                    continue
                glad = 0.5 if worker.role in ("clinician", "peer", "cit_officer") else 0.0
                low, middle, high = (
                    int(min(5, max(1, round(random.normal(3.3 + glad, 1))))) for _ in range(3)
                )
                scores: dict[str, int | None] = {"fitting": middle, "safety": high, "partners": low}
                work = WORK.get(worker.role, "other")
                community.answer_as_worker(by=ids.actor(worker.key), work=work, scores=scores)


def card(voice: Feedback, ids: Ids) -> str:
    """The card that an answer came by, handed over some days before, with those that nobody answered."""
    if voice.source != "card" or voice.agency not in ids.agency:
        return ""
    codes = []
    with clock.at(voice.received_at - timedelta(days=4)):
        for _ in range(1 + UNANSWERED):
            codes.append(community.hand_card(by=CLERK, agency=ids.agency[voice.agency]))
    return codes[0]
