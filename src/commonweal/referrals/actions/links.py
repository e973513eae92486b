"""Single-use answer links for providers without accounts.

A link proves that somebody reads a mailbox, not who they are: whoever holds it may answer, and is shown
nobody's name. Only the token's hash is kept. Opening does not use it up (mail scanners open links);
answering does.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.directory import queries as directory
from commonweal.kernel import clock, codes, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.referrals import events, states
from commonweal.referrals.actions import answering
from commonweal.referrals.actions.stepping import locked
from commonweal.referrals.models import AnswerLink, Referral
from commonweal.referrals.parties import LINK, parties
from commonweal.referrals.pathways import pathway

PEEK_LIMIT = 40  # opens of one link before it is taken for a robot's
SHORTEST = timedelta(hours=4)
ANSWERS = ("accept", "waitlist", "decline", "ask")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link shows: `standing` is open, answered, late, revoked or worn; no name, ever."""

    link: UUID
    referral: UUID
    standing: str
    state: str


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link_actor(link: UUID) -> Actor:
    """Whoever holds the link: an actor without agency, second factor or permission to read anyone."""
    return Actor(id=f"{LINK}{link}", role="link", policy_role="case_manager", mfa=False)


@transaction.atomic
def issue_link(*, by: Actor, referral: UUID) -> tuple[AnswerLink, str]:
    """A fresh link to the provider's mailbox and its token (shown once); earlier links are revoked.

    Only the product and the sender may; Invalid where the provider has no mailbox, Conflict where the
    referral no longer waits for an answer.
    """
    found = locked(referral)
    if not parties(by, found) & {states.SENDER, states.PRODUCT}:
        raise NotFound("referral")
    if found.state not in states.WAITING:
        raise Conflict("This referral does not wait for an answer; no link is needed.")
    email = directory.receiver(found.service_id).email
    if not email:
        raise Invalid("referral_email", "", "Give the provider an address for referrals first.")
    _revoke(by, found, "replaced")
    token = secrets.token_urlsafe(32)
    ends = clock.now() + max(pathway(found.pathway).within("expire"), SHORTEST)
    link = AnswerLink.objects.create(referral=found, token_hash=_hash(token), email=email, expires_at=ends)
    journal.write(by=by, event=events.LinkIssued(referral=found.id, link=link.id))
    return link, token


def _revoke(by: Actor, found: Referral, why: str) -> None:
    for link in found.links.filter(used_at__isnull=True, revoked_at__isnull=True):
        link.revoked_at, link.revoked_why = clock.now(), why
        link.save()
        journal.write(by=by, event=events.LinkEnded(referral=found.id, link=link.id, why=why))


@transaction.atomic
def end_link(*, by: Actor, referral: UUID) -> None:
    """The sender takes back every open link of a referral."""
    found = locked(referral)
    if not parties(by, found) & {states.SENDER, states.PRODUCT}:
        raise NotFound("referral")
    _revoke(by, found, "taken_back")


def _link(token: str) -> AnswerLink:
    found = AnswerLink.objects.select_for_update().filter(token_hash=_hash(token)).first()
    if found is None:
        raise NotFound("link")
    return found


def _standing(link: AnswerLink, state: str) -> str:
    if link.revoked_at:
        return "worn" if link.revoked_why == "worn" else "revoked"
    if link.used_at or state not in states.WAITING:
        return "answered"
    return "late" if link.expires_at <= clock.now() else "open"


@transaction.atomic
def open_link(*, token: str) -> Opened:
    """Look at what the link asks; NotFound for an unknown token. The first look marks it viewed."""
    link = _link(token)
    referral = locked(link.referral_id)
    link.opens += 1
    link.opened_at = link.opened_at or clock.now()
    actor = link_actor(link.id)
    if link.opens > PEEK_LIMIT and not link.used_at and not link.revoked_at:
        link.revoked_at, link.revoked_why = clock.now(), "worn"
        journal.write(by=actor, event=events.LinkEnded(referral=referral.id, link=link.id, why="worn"))
    link.save()
    standing = _standing(link, referral.state)
    if standing == "open":
        referral = answering.view(by=actor, referral=referral.id)
    return Opened(link.id, referral.id, standing, referral.state)


@transaction.atomic
def answer_link(*, token: str, act: str, reason: str = "", note: str = "") -> Opened:
    """Answer once: accept, waitlist, decline (with a reason) or ask (with a note).

    Conflict where the link was used, is late or was revoked; nothing changes then.
    """
    link = _link(token)
    referral = locked(link.referral_id)
    standing = _standing(link, referral.state)
    if standing != "open":
        raise Conflict("This link no longer answers: %(standing)s.", standing=codes.in_sentence(standing))
    if act not in ANSWERS:
        raise Invalid("act", act, f"Use one of: {', '.join(ANSWERS)}.")
    actor = link_actor(link.id)
    if act == "decline":
        answering.decline(by=actor, referral=referral.id, reason=reason, note=note)
    elif act == "ask":
        answering.ask_info(by=actor, referral=referral.id, note=note)
    else:
        {"accept": answering.accept, "waitlist": answering.waitlist}[act](
            by=actor, referral=referral.id, note=note
        )
    link.used_at = clock.now()
    link.save()
    journal.write(by=actor, event=events.LinkEnded(referral=referral.id, link=link.id, why="used"))
    return Opened(link.id, referral.id, "answered", locked(referral.id).state)


@transaction.atomic
def not_mine(*, token: str) -> None:
    """Whoever opened it says that it came to the wrong address: the link ends, the sender is told."""
    link = _link(token)
    referral = locked(link.referral_id)
    if _standing(link, referral.state) in ("open", "late"):
        link.revoked_at, link.revoked_why = clock.now(), "wrong_person"
        link.save()
        event = events.LinkEnded(referral=referral.id, link=link.id, why="wrong_person")
        journal.write(by=link_actor(link.id), event=event)
