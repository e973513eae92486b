"""The sender's verbs: make, check, send, inform, withdraw, reroute."""

import secrets
from collections.abc import Iterable, Mapping
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from commonweal.directory import queries as directory
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock, codes, days, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.ids import new_id
from commonweal.people import queries as people
from commonweal.referrals import events, receiving, states, telling
from commonweal.referrals.actions.choosing import hand_on
from commonweal.referrals.actions.keeping import keep_place
from commonweal.referrals.actions.stepping import (
    advance,
    locked,
    note_taken_back,
    standing,
    step,
    taken_up,
)
from commonweal.referrals.models import Referral
from commonweal.referrals.pathways import pathway

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is misheard on the telephone
CODE_LENGTH = 6


class Details(TypedDict, total=False):
    """What else a referral may carry: `id` makes sending it again harmless (a phone that was offline).

    `sent_by` is whom the product sends it for; from anybody else it is not taken. `hold` keeps a place.
    """

    id: UUID
    reasons: Iterable[str]
    pathway: str
    is_anonymous: bool
    language: str
    even_if_full: bool
    facts: Mapping[str, object]
    despite: str
    parent: UUID
    sent_by: str
    hold: bool


@transaction.atomic
def make(
    *, by: Actor, service: UUID, person: UUID | None = None, needs: Iterable[str] = (),
    encounter: UUID | None = None, note: str = "", send_now: bool = True, **details: Unpack[Details],
) -> Referral:  # fmt: skip
    """Refer a person to a service: drafted, checked against what the receiver may see, and sent.

    Without `person` (taken from the encounter where there is one), or with `is_anonymous`, the receiver
    learns no name: the person carries the hand-off code. Refuses a service that is closed to referrals or
    full (`even_if_full` joins its waiting list), one that bars what `facts` tell (unless `despite` says
    why), and a second live referral to the same service.
    """
    if by.agency is None or not by.may("send_referrals"):
        raise NotFound("referral")
    again = Referral.objects.filter(id=details["id"], sent_by=by.id).first() if "id" in details else None
    if again is not None:
        return again
    service = directory.stands_for(service)
    receiver = _open_receiver(service, details.get("even_if_full", False))
    wanted = checked_needs(needs)
    reasons = _fitting_reasons(service, wanted, details)
    known = encounters.outline(encounter).person if encounter and person is None else person
    found = Referral(
        id=details.get("id") or new_id(), service_id=service, encounter_id=encounter,
        person_id=people.survivor(known) if known else None,
        from_agency_id=by.agency, to_agency_id=receiver.agency, sent_by=_sender(by, details),
        code=_fresh_code(),
        pathway=pathway(details.get("pathway") or receiver.pathway).code, needs=wanted,
        reasons=reasons, note=note.strip(),
        is_anonymous=details.get("is_anonymous", False), language=details.get("language", "en"),
        is_guarded=receiving.is_guarded(receiver.agency),
        parent_id=details.get("parent"),
    )  # fmt: skip
    _save_once(found, by)
    receiving.declare(found, by)
    journal.write(by=by, event=events.ReferralMade(referral=found.id, service=service))
    _check(by, found)
    if send_now:
        _send(by, found)
    if details.get("hold"):
        keep_place(by=by, found=found)
    return found


def _sender(by: Actor, details: Details) -> str:
    return details.get("sent_by", by.id) if by.role == "system" else by.id


def _open_receiver(service: UUID, even_if_full: bool) -> directory.Receiver:
    detail = directory.service(service)
    if detail.row.status != "active":
        says = "It is not offered now (%(status)s); choose another service."
        raise Invalid("service", detail.summary.name, says, status=codes.in_sentence(detail.row.status))
    room = detail.summary.room
    if room and not room.is_open:
        raise Invalid("service", detail.summary.name, "It takes no referrals now; choose another service.")
    if room and room.available == 0 and not even_if_full:
        remedy = "It posted no room; choose another service, or send to its waiting list (even_if_full)."
        raise Invalid("service", detail.summary.name, remedy)
    return directory.receiver(service)


def _fitting_reasons(service: UUID, needs: list[str], details: Details) -> list[str | dict[str, str]]:
    """Why this service: the sender's reasons, else the engine's. Refuses a bar, unless `despite` says why.

    The sender's are kept as written, the engine's in both languages: the reader may have another one.
    """
    given: list[str | dict[str, str]] = [str(reason)[:200] for reason in details.get("reasons", ())]
    if given and not {"facts", "despite"} & set(details):
        return given[:8]
    facts = details.get("facts")
    fit = directory.fit_of(service, needs=needs, person_facts=facts)
    otro = directory.fit_of(service, needs=needs, person_facts=facts, language="es")
    if fit and fit.bars and "facts" in details and not details.get("despite"):
        remedy = "%(bars)s. Choose another service, or say why it is sent despite that."
        raise Invalid("service", fit.summary.name, remedy, bars="; ".join(fit.bars))
    engines: list[str | dict[str, str]] = [
        {"en": en, "es": es}
        for en, es in zip(fit.reasons if fit else (), otro.reasons if otro else (), strict=True)
    ]
    return [*(given or engines)[:7], *_despite(details.get("despite", "").strip()[:150])]


def _despite(why: str) -> list[str | dict[str, str]]:
    return [{"en": f"Sent despite: {why}", "es": f"Enviada a pesar de eso: {why}"}] if why else []


def checked_needs(needs: Iterable[str]) -> list[str]:
    """Known needs, once each; Invalid names those there are."""
    wanted = sorted(set(needs))
    if unknown := set(wanted) - set(directory.vocabulary()):
        raise Invalid("needs", ", ".join(sorted(unknown)), f"Use: {', '.join(directory.vocabulary())}.")
    return wanted


def _fresh_code() -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not Referral.objects.filter(code=code).exists():
            return code


def _save_once(found: Referral, by: Actor) -> None:
    try:
        with transaction.atomic():
            _refuse_twice(found, by)
            found.save(force_insert=True)
    except IntegrityError:
        _refuse_twice(found, by)
        raise


def _refuse_twice(found: Referral, by: Actor) -> None:
    """Conflict where the person has a live referral to this service, or to an entry that leads to it."""
    if found.person_id is None:
        return
    same = Referral.objects.filter(person=found.person_id, service__in=directory.family(found.service_id))
    if found.is_guarded:
        return _refuse_own_twice(same.filter(from_agency=found.from_agency_id), by)
    live = same.filter(state__in=states.LIVE).first()
    if live is not None:
        says = "The person is referred to this service already. %(standing)s"
        raise Conflict(says, standing=standing(live))


def _refuse_own_twice(own: QuerySet[Referral], by: Actor) -> None:
    """The same of a guarded one: by what this sender did and may be told, and by nobody else's referral."""
    before = list(own.order_by("-created_at"))
    closed = {one.id for one in before} if by.role == "system" else telling.withheld(by, before)
    for one in before:
        if one.id not in closed and one.state in states.LIVE:
            says = "The person is referred to this service already. %(standing)s"
            raise Conflict(says, standing=standing(one))
        if one.id in closed and not one.steps.filter(act="withdraw").exists():
            says = (
                "You referred the person there on %(when)s. Take that referral back before you send another."
            )
            raise Conflict(says, when=days.at(one.created_at))


@transaction.atomic
def check(*, by: Actor, referral: UUID) -> Referral:
    """Ask again what the receiver may see: after a consent was given, before sending."""
    found = locked(referral)
    _check(by, found)
    return found


def _check(by: Actor, found: Referral) -> None:
    found.shared = {part.category: part.plain() for part in receiving.foresee(found, by)}
    step(by=by, found=found, act="check")


@transaction.atomic
def send(*, by: Actor, referral: UUID) -> Referral:
    """Send a checked referral; it is checked once more first, since consent may have changed."""
    found = locked(referral)
    if found.state in states.UNSENT:
        _check(by, found)
    _send(by, found)
    return found


def _send(by: Actor, found: Referral) -> None:
    found.sent_at = found.sent_at or clock.now()
    if step(by=by, found=found, act="send"):
        receiving.bind(found, by)


@transaction.atomic
def inform(*, by: Actor, referral: UUID, note: str) -> Referral:
    """Answer the receiver's question; it is unread again for them."""
    found = taken_up(by, referral)
    if not note.strip():
        raise Invalid("note", note, "Write the answer that the receiver asked for.")
    step(by=by, found=found, act="inform", note=note.strip())
    return found


@transaction.atomic
def withdraw(*, by: Actor, referral: UUID, note: str = "") -> Referral:
    """Take it back; the receiver's tie to the person ends.

    To a sender who may not be told how it stands it does the same whatever stands: what the receiver has
    ended or begun stays as it is, and the receiver reads that it was taken back.
    """
    found = taken_up(by, referral)
    if telling.is_withheld(by, found):
        _take_back_untold(by, found, note.strip())
        return found
    found.closed_at = clock.now()
    if step(by=by, found=found, act="withdraw", note=note.strip()):
        receiving.unbind(found, by)
        receiving.let_go(found, by)
    return found


def _take_back_untold(by: Actor, found: Referral, note: str) -> None:
    if found.steps.filter(act="withdraw").exists():
        return
    if found.state in states.MOVES["withdraw"].leaves:
        found.closed_at = clock.now()
        advance(by=by, found=found, act="withdraw", note=note)
        receiving.unbind(found, by)
    else:
        note_taken_back(by, found, note)
    receiving.let_go(found, by)


@transaction.atomic
def reroute(*, by: Actor, referral: UUID, service: UUID, **details: Unpack[Details]) -> Referral:
    """Send what was declined, expired or missed to another service; returns the new referral.

    The reminder that the person chose goes with it (`hand_on`).
    """
    found = locked(referral)
    found.closed_at = clock.now()
    if step(by=by, found=found, act="reroute"):
        receiving.unbind(found, by)
    elif child := found.rerouted_to.order_by("-created_at").first():
        return child
    carried: Details = {"is_anonymous": found.is_anonymous, "language": found.language}
    carried.update(details)
    carried["parent"] = found.id
    later = make(
        by=by,
        service=service,
        person=found.person_id,
        needs=found.needs,
        encounter=found.encounter_id,
        note=found.note,
        **carried,
    )
    hand_on(by, found, later)
    return later
