"""Verbs of this room: hand out a card, receive, reply, meet, promise, publish, alert."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.community import events
from commonweal.community.alerting import (
    approve_alert,
    cancel_alert,
    change_alert,
    draft_alert,
    drop_alert,
    issue_alert,
)
from commonweal.community.models import Commitment, Feedback, FeedbackToken, Meeting, Reply
from commonweal.community.monthly import foreseen_month, publish_month
from commonweal.community.publishing import publish_figures, withdraw_figures
from commonweal.community.voices import (
    answer_as_worker,
    drop_theme,
    name_theme,
    said_of_oneself,
    seek_themes,
    set_population,
)
from commonweal.community.wording import Wording
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import STRANGER, Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.shown import note_reading

__all__ = [
    "TOPICS", "Wording", "answer_as_worker", "approve_alert", "call_meeting", "cancel_alert", "change_alert",
    "commit", "draft_alert", "drop_alert", "drop_theme", "foreseen_month", "hand_card", "issue_alert",
    "keep_commitment", "name_theme", "publish_figures", "publish_month", "read_feedback", "receive_feedback",
    "reply", "seek_themes", "set_population", "withdraw_figures", "write_minutes",
]  # fmt: skip
CARD_LASTS = timedelta(days=60)
TOPICS = ("call", "visit", "service", "transport", "safety", "language", "other")


def _hash(text: str) -> str:
    return hashlib.sha256(text.strip().upper().encode()).hexdigest()


def _code() -> str:
    """Ten letters and digits that cannot be misread, in two groups."""
    letters = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


@transaction.atomic
def hand_card(*, by: Actor, agency: UUID) -> str:
    """A card's code, to be given at an encounter. It is shown once and traceable to no one."""
    code, month, until = _code(), clock.today().replace(day=1), clock.now() + CARD_LASTS
    FeedbackToken.objects.create(token_hash=_hash(code), agency_id=agency, month=month, expires_at=until)
    return code


def _scores(scores: Mapping[str, int | None]) -> dict[str, int | None]:
    if unknown := set(scores) - {"respect", "safety", "helped"}:
        raise Invalid("scores", ", ".join(sorted(unknown)), "Score respect, safety or helped.")
    wrong = {k: v for k, v in scores.items() if v is not None and v not in (1, 2, 3, 4, 5)}
    if wrong:
        name, value = next(iter(wrong.items()))
        raise Invalid(name, value, "Choose one of the five faces, or leave it out.")
    return dict(scores)


@transaction.atomic
def receive_feedback(
    *,
    text: str = "",
    scores: Mapping[str, int | None],
    topic: str = "",
    language: str = "en",
    card: str = "",
    agency: UUID | None = None,
    about: Mapping[str, str] | None = None,
) -> tuple[Feedback, str]:
    """Take what a resident says, signed in or not; returns it and the receipt code that reads the reply.

    `scores`: respect, safety, helped, each 1 to 5. A card is good once; NotFound or Conflict otherwise.
    `about` may give `age` and `area`, as the population on file names them; neither is ever asked for twice.
    """
    if not text.strip() and not any(scores.values()):
        raise Invalid("text", text, "Say something in your own words, or choose a face.")
    if topic and topic not in TOPICS:
        raise Invalid("topic", topic, f"Use one of: {', '.join(TOPICS)}.")
    source, where = ("card", _use_card(card)) if card.strip() else ("web", agency)
    receipt = _code()
    found = Feedback.objects.create(
        agency_id=where,
        source=source,
        text=text.strip()[:4000],
        topic=topic,
        language=language,
        receipt_hash=_hash(receipt),
        received_at=clock.now(),
        **_scores(scores),
        **said_of_oneself(about or {}),
    )
    journal.write(by=STRANGER, event=events.FeedbackReceived(feedback=found.id, agency=where))
    return found, receipt


def _use_card(card: str) -> UUID:
    found = FeedbackToken.objects.select_for_update().filter(token_hash=_hash(card)).first()
    if found is None:
        raise NotFound("card")
    if found.used_at or found.expires_at < clock.now():
        raise Conflict("This card was used or has expired. You can still write to us without a card.")
    found.used_at = clock.now()
    found.save(update_fields=["used_at"])
    return found.agency_id


@transaction.atomic
def read_feedback(*, by: Actor, feedback: Sequence[Feedback]) -> Sequence[Feedback]:
    """The same rows, for whoever publishes; that they were read is journalled before they are shown."""
    if not by.may("publish"):
        raise NotFound("feedback")
    said = [
        events.FeedbackRead(feedback=row.id, category="encounter_narrative", fields=("narrative",))
        for row in feedback
    ]
    journal.write_many(by=by, events=said)
    note_reading()
    return feedback


@transaction.atomic
def reply(
    *,
    by: Actor,
    feedback: UUID,
    text: str,
    said: str = "",
    is_public: bool = False,
    done_by_date: date | None = None,
) -> Reply:
    """Answer. A public reply needs `said`: the concern in general words that name nobody."""
    found = Feedback.objects.select_for_update().filter(id=feedback).first()
    if found is None:
        raise NotFound("feedback")
    if not text.strip():
        raise Invalid("text", text, "Write the reply.")
    if is_public and not said.strip():
        raise Invalid("said", said, "For the public page, say the concern in general words that name nobody.")
    made = Reply.objects.create(
        feedback=found,
        by=by.id,
        text=text.strip(),
        said=said.strip(),
        is_public=is_public,
        done_by_date=done_by_date,
    )
    found.state = "answered"
    found.save(update_fields=["state"])
    journal.write(by=by, event=events.FeedbackAnswered(feedback=feedback, public=is_public))
    return made


@transaction.atomic
def call_meeting(
    *, by: Actor, title_en: str, title_es: str, starts: datetime, place: str, online: str = ""
) -> Meeting:
    """Set an open meeting."""
    if not title_en.strip() or not place.strip():
        raise Invalid(
            "title_en" if not title_en.strip() else "place", "", "Give the meeting a title and a place."
        )
    meeting = Meeting.objects.create(
        title_en=title_en, title_es=title_es, starts=starts, place=place, online=online, by=by.id
    )
    journal.write(by=by, event=events.MeetingCalled(meeting=meeting.id))
    return meeting


@transaction.atomic
def write_minutes(*, by: Actor, meeting: UUID, minutes: str) -> Meeting:
    """Publish what was said at a meeting."""
    found = Meeting.objects.filter(id=meeting).first()
    if found is None:
        raise NotFound("meeting")
    found.minutes = minutes
    found.save(update_fields=["minutes"])
    journal.write(by=by, event=events.MeetingCalled(meeting=meeting))
    return found


@transaction.atomic
def commit(
    *, by: Actor, text_en: str, owner: str, due: date, text_es: str = "", meeting: UUID | None = None
) -> Commitment:
    """Promise something to residents, with an owner and a day."""
    if not text_en.strip() or not owner.strip():
        raise Invalid("text_en" if not text_en.strip() else "owner", "", "Say what is promised, and by whom.")
    made = Commitment.objects.create(
        meeting_id=meeting, text_en=text_en, text_es=text_es, owner=owner, due=due, by=by.id
    )
    journal.write(by=by, event=events.CommitmentMade(commitment=made.id))
    return made


@transaction.atomic
def keep_commitment(*, by: Actor, commitment: UUID, outcome: str) -> Commitment:
    """Say that a promise was kept, and how."""
    found = Commitment.objects.select_for_update().filter(id=commitment).first()
    if found is None:
        raise NotFound("commitment")
    if not outcome.strip():
        raise Invalid("outcome", outcome, "Say in a sentence what was done.")
    found.kept_at, found.outcome = clock.today(), outcome.strip()
    found.save(update_fields=["kept_at", "outcome"])
    journal.write(by=by, event=events.CommitmentMade(commitment=commitment, kept=True))
    return found
