"""Where a referral goes when a service says no: what the person agreed to, and the way it has gone."""

from uuid import UUID

from django.utils.translation import gettext as _

from commonweal.directory import queries as directory
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.web import offers
from commonweal.web.pages import id_of
from commonweal.web.provider import reading, words
from commonweal.web.session import Request

OFFERED = 6


def shown(by: Actor, row: referrals.Row, card: reading.Card) -> dict[str, object]:
    """The section of the sender's card: nothing can be agreed where the referral's needs are not open."""
    way, codes = referrals.onward(by, row.id), card.need_codes
    known = directory.vocabulary()
    may = bool(codes) and row.state not in referrals.SETTLED and not row.is_withheld
    nearby = offers.offers(offers.Wish(needs=tuple(codes)), {}, but=row.service)[:OFFERED] if may else []
    agreed = way.agreed
    return {
        "onward": way,
        "onward_needs": words.needs(agreed.needs) if agreed else [],
        "onward_stopped": words.STOPS.get(agreed.stopped, "") if agreed else "",
        "onward_chain": [(one, *words.state(one)) for one in way.chain],
        "onward_choices": [(c, known[c].name(words.language())) for c in codes if c in known] if may else [],
        "onward_services": [(fit.summary.id, fit.summary.name) for fit in nearby if fit.fits],
    }


def agree(request: Request, referral: UUID) -> object:
    """Record what was ticked; the worker says that the person was asked."""
    posted = request.POST
    if posted.get("asked") != "yes":
        raise Invalid("asked", "", _("Ask the person first, and tick that they agree."))
    services = [id_of("service", one) for one in posted.getlist("onward_service")]
    return actions.agree_onward(
        by=request.actor, referral=referral, needs=posted.getlist("onward_need"), services=services
    )
