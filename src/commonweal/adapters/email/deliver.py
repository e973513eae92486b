"""Mail out, by the site's mail backend (files in the instance's `mail` folder unless it is set otherwise)."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from commonweal.adapters.email.writer import Letter, answer_letter
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.messages.actions import Parcel
from commonweal.referrals import actions as referrals
from commonweal.referrals import queries

ANSWER_PATH = "/referrals/answer/"


def deliver_answer_link(*, by: Actor, referral: UUID) -> None:
    """Make a single-use link for the provider's mailbox and mail it, in the caller's transaction.

    A link that still waits is left alone, so doing it twice sends one mail. If the mail cannot be handed
    over, the error undoes the link with the transaction, and the next try makes another.
    """
    if queries.has_open_link(referral):
        return
    link, token = referrals.issue_link(by=by, referral=referral)
    row = queries.row_of(referral)
    until = link.expires_at.astimezone(clock.zone())
    address = f"{settings.BASE_URL}{ANSWER_PATH}{token}/"
    send(answer_letter(to=link.email, service=row.service_name, link=address, until=until, code=row.code))


def carry(parcel: Parcel) -> None:
    """Send one notice; raises what the backend raises. Every try bears the same Message-ID."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    name = {"Message-ID": f"<{parcel.key}@{host}>"}
    EmailMessage(subject=parcel.subject, body=parcel.text, to=[parcel.to], headers=name).send()


def send(letter: Letter) -> None:
    """Hand one letter to the backend; raises what the backend raises."""
    EmailMessage(subject=letter.subject, body=letter.text, to=[letter.to]).send()
