"""Events that other systems may ask for: queued for the parties to each, as ids and codes alone."""

from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls import events as calls
from commonweal.calls import queries as call_queries
from commonweal.directory import events as listed
from commonweal.kernel import relay
from commonweal.kernel.actors import Subject
from commonweal.kernel.events import Event
from commonweal.messages import actions as messages
from commonweal.messages import queries as message_queries
from commonweal.referrals import events as referred
from commonweal.referrals import queries as referral_queries


def _of_call(event: Event) -> tuple[str, UUID, set[UUID]]:
    """An event about a call for other systems: its name there, the call, the parties beside its centre."""
    match event:
        case calls.CallHandedOver():
            return "call.handed_over", event.call, {event.to}
        case calls.TransferOffered():
            return "call.transfer_offered", event.call, {event.agency, event.from_agency}
        case calls.TransferAnswered():
            view = call_queries.transfer(event.transfer)
            return "call.transfer_answered", event.call, {view.from_agency, view.to_agency}
        case calls.UnitsDispatched():
            whose = agencies.units().filter(id__in=event.units).values_list("agency", flat=True)
            return "call.unit_assigned", event.call, set(whose)
    return "call.ended", UUID(event.subject), set()


def tell_systems_of_a_call(event: Event) -> None:
    """Systems of the parties that asked for it: ids and codes now, the gate when it is sent."""
    if not message_queries.endpoints().exists():
        return  # at most sites nobody asked, and a busy night has many such events
    name, call, parties = _of_call(event)
    parties.add(call_queries.call_of(call).agency)
    messages.queue_webhooks(name=name, about=Subject("call", call), ids=event.payload(), parties=parties)


def tell_systems_of_a_referral(event: Event) -> None:
    """The same of a referral: both ends of it, once it was sent; how it stands, and nobody's name.

    A sender who may not be told how it stands hears of what they did themselves.
    """
    if not message_queries.endpoints().exists():
        return
    row = referral_queries.row_of(UUID(event.subject))
    is_told = not row.guard or referral_queries.sender_told(row.id) is not None
    if row.to_agency and row.sent_at:
        _tell_system_of(row.id, row.state, {row.to_agency})
    if is_told:
        _tell_system_of(row.id, row.state, {row.from_agency})
    elif own := referred.own_act_of_sender(event):
        _tell_system_of(row.id, own, {row.from_agency})


def _tell_system_of(referral: UUID, state: str, parties: set[UUID]) -> None:
    about, ids = Subject("referral", referral), {"referral": str(referral), "state": state}
    messages.queue_webhooks(name="referral.changed", about=about, ids=ids, parties=parties)


def tell_systems_of_room(event: listed.CapacityPosted) -> None:
    """Room at a service is for everybody who sends there."""
    about = Subject("service", event.service)
    messages.queue_webhooks(name="capacity.posted", about=about, ids=event.payload(), parties=None)


SYSTEMS: relay.Flow = {
    **dict.fromkeys(
        (calls.CallHandedOver, calls.TransferOffered, calls.TransferAnswered, calls.UnitsDispatched,
         calls.CallCleared), (tell_systems_of_a_call,),
    ),
    **dict.fromkeys(
        (referred.ReferralSent, referred.ReferralMoved, referred.ReferralAccepted, referred.ReferralDeclined,
         referred.ReferralSettled, referred.ReferralClosed), (tell_systems_of_a_referral,),
    ),
    listed.CapacityPosted: (tell_systems_of_room,),
}  # fmt: skip
