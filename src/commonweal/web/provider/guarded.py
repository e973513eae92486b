"""Where a receiver's law keeps from the sender how a referral stands: the words, and what opens it."""

from uuid import UUID

from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import Invalid
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.web.session import Request

TREATMENT = "part2_program"


def shown(row: referrals.Row, side: str) -> dict[str, object]:
    """What `guarded.html` shows on one side's card: nothing where no law keeps anything."""
    if not row.guard:
        return {}
    return {
        "guard": {
            "is_treatment": row.guard == TREATMENT,
            "is_receiver": side == "receiver",
            "may_record": side == "receiver" or row.guard == TREATMENT,
            "teller": agencies.agency(row.to_agency).name if row.to_agency else row.provider_name,
            "told": row.from_name,
            "days": actions.DAYS,
            "target": "provider:act" if side == "receiver" else "provider:sent_act",
        }
    }


def record(request: Request, referral: UUID) -> None:
    """What the person signed, as the form says it."""
    posted = request.POST
    way, name = posted.get("way", ""), posted.get("signer", "").strip()
    if way == "typed" and posted.get("adopted") != "yes":
        raise Invalid(
            "signature", "", _("Ask the person to confirm that their typed name is their signature.")
        )
    written: actions.Written = {"way": way, "days": _number("days", posted.get("days", ""))}
    if age := posted.get("age", "").strip():
        written["age"] = _number("age", age)
    written["guardian"] = posted.get("guardian", "")
    actions.let_sender_know(by=request.actor, referral=referral, signer=name, **written)


def _number(field: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise Invalid(field, text, _("Give a whole number."))
    return int(text)
