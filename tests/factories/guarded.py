"""A referral to a receiver whose law keeps from the sender how it stands, brought to every state there is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, system
from commonweal.referrals import actions
from commonweal.sharing import actions as sharing
from factories import directory
from factories.referrals import Loop, loop

PRODUCT = system("worker")
RECEIVERS = {
    "part2_program": ("sud_counselor", "part2"),
    "victim_service_provider": ("victim_advocate", "vawa"),
}


@dataclass
class Guarded:
    """Open Door refers Rosa to Cedar or Safe Harbor, whose worker answers."""

    it: Loop
    kind: str
    service: UUID
    receiver: Actor
    form: str

    @property
    def sender(self) -> Actor:
        """The case manager who sent it."""
        return self.it.sender

    def refer(self, **details: object) -> UUID:
        """Refer Rosa there."""
        return self.it.refer(service=self.service, needs=["substance_use"], **details)

    def agree(self) -> UUID:
        """Rosa signs that Open Door may be told."""
        consent = sharing.record_consent(
            by=self.receiver, person=self.it.person, form=self.form, recipients=[self.sender.agency],
            categories=["referral_status"], purposes=["care_coordination"], signer="Rosa Delgado",
            signature="Rosa Delgado", method="typed",
        )  # fmt: skip
        return consent.id


def guarded(kind: str = "part2_program") -> Guarded:
    """The usual loop, with a receiver of that kind."""
    return guarded_at(loop(), kind)


def guarded_at(it: Loop, kind: str) -> Guarded:
    """The same beside what is there."""
    role, form = RECEIVERS[kind]
    service = directory.service("Cedar intake", agency=it.cast.agency[kind], keywords="detox")
    return Guarded(it, kind, service, it.cast[role], form)


def _soon() -> object:
    return clock.now() + timedelta(hours=3)


Path_ = tuple[Callable[[Actor, UUID], object], ...]
VIEW: Path_ = (lambda by, r: actions.view(by=by, referral=r),)
ACCEPT: Path_ = (lambda by, r: actions.accept(by=by, referral=r, note="Bed 4"),)
TIME: Path_ = (lambda by, r: actions.schedule(by=by, referral=r, at=_soon()),)  # type: ignore[arg-type]
COME: Path_ = (lambda by, r: actions.attended(by=by, referral=r),)
END: Path_ = (lambda by, r: actions.outcome(by=by, referral=r, result="resolved", note="Well"),)
DOOR: Path_ = (lambda by, r: actions.reach(by=by, referral=r),)


def _expired(by: Actor, referral: UUID) -> None:
    with clock.at(clock.now() + timedelta(days=60)):
        actions.sweep(by=PRODUCT)


def _late(by: Actor, referral: UUID) -> None:
    with clock.at(clock.now() + timedelta(days=8)):
        actions.sweep(by=PRODUCT)


# Every state that the receiver, or time, can bring about, and the acts that lead there
WAYS: Mapping[str, Path_] = {
    "sent": (),
    "viewed": VIEW,
    "info_requested": (*VIEW, lambda by, r: actions.ask_info(by=by, referral=r, note="Any pets?")),
    "accepted": (*VIEW, *ACCEPT),
    "waitlisted": (*VIEW, lambda by, r: actions.waitlist(by=by, referral=r)),
    "declined": (*VIEW, lambda by, r: actions.decline(by=by, referral=r, reason="ineligible", note="No")),
    "scheduled": (*ACCEPT, *TIME),
    "no_show": (*ACCEPT, *TIME, lambda by, r: actions.no_show(by=by, referral=r)),
    "attended": (*ACCEPT, *COME),
    "started": (*ACCEPT, *COME, lambda by, r: actions.start(by=by, referral=r)),
    "resolved": (*ACCEPT, *COME, *END),
    "closed": (*ACCEPT, *COME, *END, lambda by, r: actions.close(by=by, referral=r)),
    "expired": (_expired,),
    "at the door": (*ACCEPT, *DOOR),
    "handed over": (*ACCEPT, *DOOR, lambda by, r: actions.hand_off(by=by, referral=r)),
    "overdue": (_late,),
    "answer taken back": (*VIEW, *ACCEPT, lambda by, r: actions.take_back(by=by, referral=r)),
    "said": (*ACCEPT, lambda by, r: actions.say(by=by, referral=r, text="Kind people", helped=True)),
}  # fmt: skip


def bring(it: Guarded, referral: UUID, way: str) -> None:
    """Let the receiver, or time, bring it there."""
    for act in WAYS[way]:
        act(it.receiver, referral)
