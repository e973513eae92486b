"""Draw lots: which area begins when. The seed is the system's, so that nobody draws until it pleases."""

import secrets
from collections.abc import Sequence
from datetime import date

from django.db import transaction

from commonweal.engines.effects import drawing
from commonweal.evaluation import events
from commonweal.evaluation.models import Draw
from commonweal.evaluation.opening import may_evaluate
from commonweal.evaluation.plans import Plan
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid

MOST_STEPS = 12


@transaction.atomic
def draw_lots(
    *, by: Actor, areas: Sequence[str], days: Sequence[date], compared: int = 0, title: str = ""
) -> Draw:
    """Which of the areas begin on which days, `compared` of them on none: kept with its seed, journalled.

    Days are shared out as evenly as can be. Invalid where the days are not ahead or there are too few areas.
    """
    may_evaluate(by)
    units, places = list(areas), checked(areas, days, compared)
    seed = secrets.token_hex(16)
    made = Draw.objects.create(
        title=title.strip()[:160], areas=sorted(units), places=[list(place) for place in places], seed=seed,
        fingerprint=drawing.seal(units, places, seed), result=drawing.drawn(units, places, seed), by=by.id,
        agency_id=by.agency,
    )  # fmt: skip
    journal.write(by=by, event=events.LotsDrawn(draw=made.id, fingerprint=made.fingerprint))
    return made


def checked(areas: Sequence[str], days: Sequence[date], compared: int) -> list[tuple[str, int]]:
    """The places to be drawn for, in the order of the days; Invalid names what cannot be."""
    if len(set(areas)) < 2:
        raise Invalid("areas", len(set(areas)), "Choose two areas or more to draw among.")
    if not days or len(days) > MOST_STEPS:
        raise Invalid("days", len(days), "Give one to twelve days on which areas begin.")
    early = [day for day in days if day <= clock.today()]
    if early:
        raise Invalid("days", early[0], "Choose days to come: a lot is drawn before anybody begins.")
    if len(set(days)) < len(days):
        raise Invalid("days", max(days, key=list(days).count), "Give each day once.")
    if compared < 0 or len(areas) - compared < len(days):
        says = "Leave at least one area for each day on which areas begin."
        raise Invalid("compared", compared, says)
    if compared == 0 and len(days) == 1:
        says = "Give a second day, or leave areas that never begin: else there is nobody to compare with."
        raise Invalid("compared", compared, says)
    begun = drawing.evenly([day.isoformat() for day in sorted(days)], len(areas) - compared)
    return [*begun, *([("", compared)] if compared else [])]


def is_true(found: Draw) -> bool:
    """Whether drawing again gives the same result, under the same seal."""
    places = [(str(name), int(count)) for name, count in found.places]
    return (
        drawing.seal(found.areas, places, found.seed) == found.fingerprint
        and drawing.drawn(found.areas, places, found.seed) == found.result
    )


def follows(plan: Plan) -> None:
    """Invalid where a plan names a draw that is not on file, is broken, or says otherwise."""
    found = Draw.objects.filter(fingerprint=plan.draw).first()
    if found is None or not is_true(found):
        raise Invalid("draw", plan.draw, "Name a draw that is on file and fits its seal.")
    days = {area: day and day.isoformat() or "" for area, day in plan.starts.items() if area in found.result}
    if days != found.result or any(plan.starts[area] for area in plan.starts.keys() - days.keys()):
        raise Invalid("draw", found.title, "Keep to the days that were drawn, or register without the draw.")
    if plan.rollout != "lot":
        says = "Say that areas were drawn by lot, or register without the draw."
        raise Invalid("rollout", plan.rollout, says)
