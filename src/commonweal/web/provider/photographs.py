"""Photographs of the encounter behind a referral, for its receiver, where the gate opens them."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from commonweal.kernel.errors import NotFound
from commonweal.referrals import queries as referrals
from commonweal.web import photographs
from commonweal.web.pages import desk, page
from commonweal.web.provider.reading import PURPOSE
from commonweal.web.session import Request


def _seen(request: Request, referral: UUID) -> list[UUID]:
    """The encounter that the referral carries, for its receiver; NotFound to everyone else."""
    if "receiver" not in referrals.parties_of(request.actor, referral):
        raise NotFound("referral")
    carried = referrals.about(request.actor, referral).by_category
    return [one.id for one in carried.get("encounter_narrative", ())]


@desk("answer_referrals")
def every(request: Request, referral: UUID) -> HttpResponse:
    """What each shows, by whom and when; the pictures wait until they are asked for."""
    rows, hidden = photographs.standing(request.actor, _seen(request, referral), PURPOSE)
    for row in rows:
        row["href"] = reverse("provider:photograph", args=[referral, row["id"]])
    context = {"row": referrals.row(request.actor, referral), "rows": rows, "hidden": hidden}
    return page(request, "provider/photographs.html", context)


@desk("answer_referrals")
def one(request: Request, referral: UUID, photograph_id: UUID) -> HttpResponse:
    """The picture; with `?small=1` the small one."""
    allowed = photographs.permit(request.actor, _seen(request, referral), photograph_id, PURPOSE)
    return photographs.picture(request, photograph_id, allowed)
