"""On the way: a place held for a referral, and the clock at the receiver's door, for either side's page."""

from collections.abc import Callable
from uuid import UUID

from commonweal.directory import queries as directory
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.web.session import Request


def shown(by: Actor, row: referrals.Row, base: str) -> dict[str, object]:
    """What the component `coming.html` shows; its forms post to `base` and the act."""
    way = referrals.coming(by, row)
    minutes = directory.hold_minutes(row.service)
    is_coming = row.state in referrals.COMING and way.arrived_at is None
    stands = way.hold is not None and way.hold.stands
    return {
        "way": way,
        "way_base": base,
        "is_coming": is_coming,
        "may_hold": is_coming and not stands and minutes > 0,
        "hold_span": minutes,
        "is_held": stands,
    }


def _minutes(request: Request) -> int | None:
    text = request.POST.get("minutes", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise Invalid("minutes", text, "Give a whole number, such as 4.")
    return int(text)


Act = Callable[[Request, UUID], object]
ACTS: dict[str, Act] = {
    "hold": lambda q, r: actions.hold(by=q.actor, referral=r, minutes=_minutes(q)),
    "extend": lambda q, r: actions.extend(by=q.actor, referral=r),
    "release": lambda q, r: actions.release(by=q.actor, referral=r),
    "reach": lambda q, r: actions.reach(by=q.actor, referral=r),
    "hand-off": lambda q, r: actions.hand_off(by=q.actor, referral=r),
}


def act(request: Request, referral: UUID, act: str) -> None:
    """Do one of them."""
    ACTS[act](request, referral)
