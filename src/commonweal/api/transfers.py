"""Callers between centres over the API: offered, read as EIDO, answered, taken back (NENA-STA-021).

The token says whose centre speaks. Either side sees how a transfer stands; what the call says goes to its
receiver alone, as far as its own permit opens it, journalled before it is sent.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from commonweal.adapters.eido.reader import single
from commonweal.adapters.eido.writer import check_by_site, document
from commonweal.api.entry import actor_of
from commonweal.calls import actions, queries
from commonweal.kernel.errors import Invalid

router = Router(tags=["transfers"])
SCOPE = "take_calls"


class TransferOut(Schema):
    """How one transfer stands: offered, taken, refused or taken_back."""

    id: UUID
    state: str
    from_agency: UUID
    from_name: str
    to_agency: UUID
    to_name: str
    is_warm: bool
    is_late: bool
    offered: datetime
    due: datetime
    answered: datetime | None
    refusal: str
    sent: list[str]


class CentreOut(Schema):
    """A centre that a call may be handed to."""

    id: UUID
    name: str


class TransferIn(Schema):
    """A call that the token's centre hands over: to which centre of this site, how, and the EIDO document."""

    to: UUID
    is_warm: bool = True
    document: dict[str, Any]


class OfferIn(Schema):
    """A call of the token's own centre at this site, offered to another centre of it."""

    to: UUID
    is_warm: bool = True
    is_threat: bool = False


class AnswerIn(Schema):
    """Taken or not; where not: no_capacity, wrong_centre, caller_gone, other."""

    is_accepted: bool
    refusal: str = ""


def _out(view: queries.TransferView) -> TransferOut:
    return TransferOut(
        id=view.id, state=view.state, from_agency=view.from_agency, from_name=view.from_name,
        to_agency=view.to_agency, to_name=view.to_name, is_warm=view.is_warm, is_late=view.is_late,
        offered=view.offered, due=view.due, answered=view.answered, refusal=view.refusal,
        sent=list(view.sent),
    )  # fmt: skip


@router.get("/", response=list[TransferOut], summary="Callers between your centre and others")
def every(request: HttpRequest) -> list[TransferOut]:
    """Those that wait for your answer, then those you handed over: waiting, or answered within the hour."""
    by = actor_of(request, SCOPE)
    return [_out(one) for one in [*queries.arriving(by.agency), *queries.sent_over(by.agency)]]


@router.get("/centres", response=list[CentreOut], summary="Centres a call may be handed to")
def centres(request: HttpRequest) -> list[CentreOut]:
    """Every 911 and 988 centre of this site but your own."""
    by = actor_of(request, SCOPE)
    return [CentreOut(id=key, name=name) for key, name in queries.centres(by.agency)]


@router.post("/", response={200: TransferOut, 201: TransferOut}, summary="Hand over a call as EIDO 1.0")
def send(request: HttpRequest, body: TransferIn) -> tuple[int, TransferOut]:
    """One incident of your centre to a centre of this site, where it waits at the desk until it is answered.

    The same incident (its tracking id) sent to the same centre again is the same transfer (200), and a newer
    document is kept with the call. The document is checked by our reader, and by the published schema
    where the site has laid it in its home as eido.schema.json.
    """
    by = actor_of(request, SCOPE)
    check_by_site(body.document)
    found = single(body.document)
    if queries.own_call(found.told.tracking):
        raise Invalid("document", found.told.tracking, "This is a call of this site already.")
    row, is_new = actions.take_in(by=by, found=found, to=body.to, is_warm=body.is_warm)
    return (201 if is_new else 200), _out(queries.transfer_of(by, row.id))


@router.post("/calls/{call}", response={201: TransferOut}, summary="Offer a call that is at this site")
def offer(request: HttpRequest, call: UUID, body: OfferIn) -> tuple[int, TransferOut]:
    """A call of your own centre to another; nothing of it leaves until the receiver reads it."""
    by = actor_of(request, SCOPE)
    row = actions.offer(by=by, call=call, to=body.to, is_warm=body.is_warm, is_threat=body.is_threat)
    return 201, _out(queries.transfer_of(by, row.id))


@router.get("/{uuid:transfer}", response=TransferOut, summary="How one transfer stands")
def one(request: HttpRequest, transfer: UUID) -> TransferOut:
    """For either side."""
    return _out(queries.transfer_of(actor_of(request, SCOPE), transfer))


@router.get("/{uuid:transfer}/document", summary="The call as EIDO 1.0, for its receiver")
def read(request: HttpRequest, transfer: UUID) -> HttpResponse:
    """What your permit opens of it at this moment; journalled, and registered where a row is owed."""
    by = actor_of(request, SCOPE)
    made = document(actions.read_transfer(by=by, transfer=transfer))
    check_by_site(made)
    return HttpResponse(json.dumps(made, ensure_ascii=False), content_type="application/json")


@router.post("/{uuid:transfer}/answer", response=TransferOut, summary="Take the caller, or say why not")
def answer(request: HttpRequest, transfer: UUID, body: AnswerIn) -> TransferOut:
    """The receiver's alone. The same answer again changes nothing."""
    by = actor_of(request, SCOPE)
    actions.answer_transfer(by=by, transfer=transfer, is_accepted=body.is_accepted, refusal=body.refusal)
    return _out(queries.transfer_of(by, transfer))


@router.post("/{uuid:transfer}/take-back", response=TransferOut, summary="Keep the caller after all")
def take_back(request: HttpRequest, transfer: UUID) -> TransferOut:
    """The sender's alone, while nobody has answered."""
    by = actor_of(request, SCOPE)
    actions.take_back_transfer(by=by, transfer=transfer)
    return _out(queries.transfer_of(by, transfer))
