"""Referrals for tests, made through the room's doors."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commonweal.kernel.actors import Actor, Subject
from commonweal.referrals import actions
from commonweal.sharing import actions as sharing
from factories import directory
from factories.cast import Cast, gather, someone


@dataclass
class Loop:
    """A case manager, a shelter's night worker, its beds, and a person the case manager knows."""

    cast: Cast
    person: UUID
    record: Subject
    beds: UUID
    sender: Actor
    night: Actor

    def refer(self, **details: Any) -> UUID:
        """Refer the person to the beds; returns the referral's id."""
        given = {"service": self.beds, "person": self.person, "needs": ["shelter"], **details}
        return actions.make(by=self.sender, **given).id


def loop(*, partners: bool = True) -> Loop:
    """The usual loop: Open Door refers to the Lantern shelter."""
    cast = gather(partners=partners)
    person, record = someone(cast, "social_service")
    beds = directory.service("Lantern night beds", agency=cast.agency["hmis_shelter"])
    return Loop(cast, person, record, beds, cast["case_manager"], cast["shelter_worker"])


def ask(by: Actor, category: str, about: Subject) -> "sharing.Answer":
    """One question for care coordination."""
    return sharing.ask(by=by, category=category, purpose="care_coordination", about=about)
