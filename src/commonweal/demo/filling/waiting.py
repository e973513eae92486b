"""What waits on the desks of providers today: a few new referrals each, the oldest of them overdue."""

from collections.abc import Iterator, Sequence
from itertools import cycle

from commonweal.demo.filling.names import Ids
from commonweal.demo.services import Service
from commonweal.demo.values import Case
from commonweal.directory import queries as directory
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.referrals import actions as referrals
from commonweal.referrals import queries as pathways

AGES = (1.3, 0.5, 0.1)  # as shares of the time that its pathway allows for an answer
NOTES = (
    "Prefers to be called in the morning.",
    "Spoke with the team today and would like to hear soon.",
    "Knows the place and was glad of it last winter.",
)


def fill(cases: Sequence[Case], services: Sequence[Service], ids: Ids) -> int:
    """Managers of open cases asked every provider for somebody they help; returns how many wait."""
    known = [c for c in cases if c.closed_at is None and c.person in ids.person]
    if not known:
        return 0
    helped, made = cycle(known), 0
    for provider in sorted({service.provider for service in services}):
        wanted = cycle(_open_to_many(provider, services))
        made += sum(_sent(age, wanted, helped, provider, ids) for age in zip(AGES, NOTES, strict=True))
    return made


def _open_to_many(provider: str, services: Sequence[Service]) -> list[Service]:
    """Its services for grown people of every sex: whom a manager helps is seldom a child."""
    own = (one for one in services if one.provider == provider)
    return [one for one in own if not one.sexes and (one.maximum_age or 120) >= 100]


def _sent(
    told: tuple[float, str], wanted: Iterator[Service], helped: Iterator[Case], provider: str, ids: Ids
) -> bool:
    """One referral of its age to the next service that is open; False where a dozen tries found none."""
    for service, case in zip(wanted, (next(helped) for _try in range(12)), strict=False):
        if not case.manager.startswith(f"{provider}.") and _made(told, service, case, ids):
            return True
    return False


def _made(told: tuple[float, str], service: Service, case: Case, ids: Ids) -> bool:
    (share, note), target = told, ids.service[service.key]
    allowed = pathways.pathways()[directory.receiver(target).pathway].within("answer")
    with clock.at(max(case.opened_at, clock.now() - share * allowed)):
        try:
            referrals.make(
                by=ids.actor(case.manager), service=target, person=ids.person[case.person],
                needs=list(service.needs[:1]), note=note,
            )  # fmt: skip
        except (Conflict, Invalid, NotFound):
            return False
    return True
