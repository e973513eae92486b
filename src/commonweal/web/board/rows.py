"""One line of the board: what names nobody, and what the gate opened of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from commonweal.calls import queries as calls
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown
from commonweal.sharing.actions import Permit, Refusal, ask_many, permitted
from commonweal.web.cells import dots


@dataclass(frozen=True, slots=True)
class Row:
    """A call on the board."""

    id: UUID
    tier: str
    view: calls.CallView | None
    shown: Shown | None
    derived: calls.Derived | None = None

    @property
    def any_tier(self) -> str:
        """The tier given, else the one derived afterwards."""
        return self.tier or (self.derived.tier if self.derived else "")

    @property
    def received(self) -> datetime | None:
        """When it came in, where that may be shown."""
        times = self.shown.get("time") if self.shown else None
        return times.get("received") if isinstance(times, dict) else None

    @property
    def spot(self) -> calls.Spot | None:
        """Where, as near as the gate allows."""
        for name in ("exact_address", "block_address"):
            found = self.shown.get(name) if self.shown else None
            if isinstance(found, calls.Spot) and found.lon is not None:
                return found
        return None


def asked(
    actor: Actor, views: Sequence[calls.CallView], *, redraws: bool = False
) -> dict[Subject, Permit | Refusal]:
    """What the gate says to this viewer of the calls on the board; `redraws` as the gate has it."""
    about = [Subject("call", view.id) for view in views]
    return ask_many(by=actor, category="call_facts", purpose="emergency", about=about, redraws=redraws)


def open_rows(views: Sequence[calls.CallView], answers: Mapping[Subject, Permit | Refusal]) -> list[Row]:
    """Calls of the own centre that have not ended; what must not be acknowledged is left out."""
    shown = {one.subject.id: one for one in calls.facts(permitted(answers))}
    seen = {s.id for s, a in answers.items() if isinstance(a, Permit) or a.acknowledged}
    return [Row(view.id, view.tier, view, shown.get(view.id)) for view in views if view.id in seen]


def as_anyone(actor: Actor) -> Actor:
    """The same account asking for no more than anyone may see: older calls show kind, time and block."""
    return replace(actor, policy_role="public")


def past_rows(actor: Actor, found: Sequence[calls.Past]) -> list[Row]:
    """Past calls: in full while the centre is tied to them, else what anyone may see: general, delayed."""
    about = [Subject("call", one.id) for one in found]
    own = permitted(ask_many(by=actor, category="call_facts", purpose="emergency", about=about))
    old = calls.for_public(one.id for one in about if one not in own)
    rest = [subject for subject in about if subject.id in old]
    anyone = ask_many(by=as_anyone(actor), category="call_facts", purpose="public_reporting", about=rest)
    opened = [*calls.facts(own), *calls.public_facts(permitted(anyone))]
    shown = {one.subject.id: one for one in opened}
    seen = [one for one in found if one.id in shown]
    derived = calls.afterwards([one.id for one in seen if not one.tier])
    return [Row(one.id, one.tier, None, shown[one.id], derived.get(one.id)) for one in seen]


def points(rows: Iterable[Row]) -> dict[str, Any]:
    """Rows as map points, by tier, each leading to its drawer."""
    return dots(
        {
            "lon": spot.lon,
            "lat": spot.lat,
            "tier": row.any_tier,
            "href": reverse("board:call", args=[row.id]),
        }
        for row in rows
        if (spot := row.spot) is not None
    )
