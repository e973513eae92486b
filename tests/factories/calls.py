"""A centre at work: a protocol in force, units on duty with crews, places; calls made through doors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from commonweal import packs
from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.training import actions as training

from .cast import SETUP, Cast, gather, worker

OFFICERS = {"patrol_officer", "cit_officer"}
HERE = (-121.60, 38.50)
CALM = {  # answers that establish a civilian team, by harlow's own questions
    "life": "none", "violence": "none", "weapon": "none", "suicide": "none", "crime": "none",
    "dependents": "none", "distress": "severe", "care": "able", "substance": "none", "contact": "visit",
    "timing": "now",
}  # fmt: skip
TROUBLED = {**CALM, "suicide": "plan"}  # co-response
GRAVE = {"life": "medical"}


@dataclass
class Centre:
    """The cast with units on duty, by call sign, and who crews them."""

    cast: Cast
    units: dict[str, UUID] = field(default_factory=dict)
    crews: dict[str, list[Actor]] = field(default_factory=dict)

    @property
    def desk(self) -> Actor:
        """The call taker."""
        return self.cast["call_taker"]

    def unit(self, sign: str, kind: str, agency: str, roles: str, *, east: float = 0.0) -> UUID:
        """A unit on duty with one worker of each role, `east` degrees from where calls come from."""
        homes = {r: self.cast.agency["police" if r in OFFICERS else agency] for r in roles.split()}
        crew = [worker(homes[r], r, f"{sign}.{r}{n}".lower()) for n, r in enumerate(roles.split())]
        unit = agencies.open_unit(
            by=SETUP, agency=self.cast.agency[agency], call_sign=sign, kind=kind,
            base_lon=HERE[0] + east, base_lat=HERE[1],
        )  # fmt: skip
        now = clock.now()
        agencies.set_shift(
            by=SETUP, unit=unit.id, starts=now - timedelta(hours=2), ends=now + timedelta(hours=6),
            crew=[UUID(actor.id) for actor in crew],
        )  # fmt: skip
        self.units[sign], self.crews[sign] = unit.id, crew
        return unit.id

    def call(self, answers: Mapping[str, str] | None = None, **facts: Any) -> UUID:
        """A call from the corner of Cedar, answered as given."""
        where = calls.Where(address="412 Cedar Ave", extra="Apt 3", lon=HERE[0], lat=HERE[1])
        caller = calls.Caller(name="Ana Torres", phone="555-0199", role="family")
        given: dict[str, Any] = {"source": "911", "where": where, "caller": caller, "nature": "welfare_check"}
        call = calls.receive(by=self.desk, **{**given, **facts})
        if answers:
            calls.answer(by=self.desk, call=call.id, answers=dict(answers))
        return call.id


def open_centre(*, protocol: str = "harlow", staffed: bool = True) -> Centre:
    """A centre that works by `protocol`, with one unit of each kind where `staffed`."""
    centre = Centre(gather())
    adopt(centre.cast, protocol)
    if staffed:
        centre.unit("P1", "patrol", "police", "patrol_officer", east=0.01)
        centre.unit("C1", "cit", "police", "cit_officer", east=0.02)
        centre.unit("CO1", "co_response", "health", "cit_officer clinician", east=0.03)
        centre.unit("T1", "crisis_team", "health", "crisis_worker medic", east=0.02)
        centre.unit("M1", "ems", "ems", "medic medic", east=0.01)
        centre.unit("TEL", "tele", "health", "clinician")
    return centre


def adopt(cast: Cast, code: str) -> None:
    """Draft a shipped protocol, have two supervisors sign it, and adopt it."""
    first, second = cast["supervisor"], worker(cast.agency["ecc"], "supervisor", f"second.{code}")
    body: Any = packs.read(f"protocols/{code}.yaml")
    version = calls.draft_protocol(by=SETUP, body=body)
    calls.approve_protocol(by=first, version=version.id)
    calls.approve_protocol(by=second, version=version.id)
    calls.adopt_protocol(by=first, agency=cast.agency["ecc"], code=code)


def demand(role: str, certificate: str) -> None:
    """A role must hold a certificate to be sent."""
    training.require(by=SETUP, role=role, certificate=certificate, settle=False)
