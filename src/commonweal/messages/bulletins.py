"""Bulletins between agencies: written, told, read, acknowledged, replaced, withdrawn.

One of a missing person stands under the gate on the record that it is about: whom the gate does not let see
who that is learns nothing of it, not even that it is there.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.engines.disclosure import Permit
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.messages import events
from commonweal.messages.models import Bulletin, Receiver, Sight
from commonweal.messages.models.bulletins import KINDS, URGENCIES
from commonweal.messages.noticed import CATEGORY, MISSING, NAMES, PERSON, receivers, standing_for
from commonweal.messages.ringing import notify
from commonweal.sharing import actions as gate
from commonweal.sharing import queries as sharing

__all__ = [
    "WRITERS", "Sheet", "To", "acknowledge_bulletin", "bulletin_words", "mark_bulletin_read", "post_bulletin",
    "tell_of_bulletins", "withdraw_bulletin",
]  # fmt: skip
WRITERS = ("supervise", "work_cases", "answer_referrals", "publish")
LONGEST = timedelta(days=30)
MOST = 60  # agencies, roles and teams of one bulletin


@dataclass(frozen=True, slots=True)
class To:
    """Receivers: whoever is of this agency, this role and this team, as far as each is said."""

    agency: UUID | None = None
    role: str = ""
    team: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a bulletin says. `words` are of the person whom it names, and then all that it says."""

    kind: str
    urgency: str
    ends_at: datetime
    starts_at: datetime | None = None
    headline: str = ""
    text: str = ""
    words: str = ""
    asks: bool = False


@transaction.atomic
def post_bulletin(
    *, by: Actor, sheet: Sheet, to: Sequence[To], permit: Permit | None = None, about: Subject | None = None,
    names_nobody: bool = False, follows: UUID | None = None,
) -> Bulletin:  # fmt: skip
    """Write one to own and partner agencies; who may read it hears of it when it begins.

    `permit`: on who the person is, for a bulletin `about` a record. `follows`: the standing one of the own
    agency that this one replaces. Invalid names what cannot be used; NotFound for whoever may not write one.
    """
    home = _home(by)
    _check(sheet, bool(about), names_nobody)
    _check_receivers(by, to)
    if about and (permit is None or NAMES not in permit.fields or permit.question.subject != str(about.id)):
        raise NotFound("record")
    before = _own(by, follows) if follows else None
    said = asdict(sheet) | {name: getattr(sheet, name).strip() for name in ("headline", "text", "words")}
    said["starts_at"] = sheet.starts_at or clock.now()
    if permit and about:
        said |= {"about": about.kind, "subject": about.id, "purpose": permit.question.purpose}
    made = Bulletin.objects.create(**said, agency=home, author=by.id, follows=before)
    Receiver.objects.bulk_create([Receiver(bulletin=made, **asdict(one)) for one in dict.fromkeys(to)])
    if before:
        _end(by, before, "superseded", "")
    _journal(by, made, "posted")
    tell_of_bulletins(by=by, only=made.id)
    return made


def _home(by: Actor) -> UUID:
    """The agency for which the actor writes; NotFound for whoever may not."""
    if by.agency is None or not any(by.may(one) for one in WRITERS):
        raise NotFound("bulletin")
    return by.agency


def _check(sheet: Sheet, is_about: bool, names_nobody: bool) -> None:
    for name, value, known in (("kind", sheet.kind, KINDS), ("urgency", sheet.urgency, URGENCIES)):
        if value not in known:
            raise Invalid(name, value, f"Use one of: {', '.join(known)}.")
    _check_times(sheet)
    if (sheet.kind == PERSON) != is_about:
        raise Invalid(
            "kind", sheet.kind,
            "A bulletin for a missing person is written from the call or the case that it is about, and no "
            "other kind is.",
        )  # fmt: skip
    if is_about and not sheet.words.strip():
        raise Invalid(
            "words", "", "Say whom to look for: the name, how they look, where they were last seen."
        )
    if is_about and (sheet.headline.strip() or sheet.text.strip()):
        raise Invalid("headline", "", "All words about a person stand in one place, under the gate.")
    if not is_about:
        _check_words(sheet, names_nobody)


def _check_words(sheet: Sheet, names_nobody: bool) -> None:
    if not 3 <= len(sheet.headline.strip()) <= 160:
        raise Invalid("headline", sheet.headline[:40], "Say it in one line, of 3 to 160 characters.")
    if sheet.words.strip():
        raise Invalid("words", "", "Words about a person stand in a bulletin for a missing person alone.")
    if not names_nobody:
        raise Invalid("names_nobody", "", "Read it for names and homes; tick the box if there are none.")


def _check_times(sheet: Sheet) -> None:
    now = clock.now()
    starts = sheet.starts_at or now
    if sheet.ends_at <= max(starts, now):
        raise Invalid("ends_at", sheet.ends_at, "Say a time that is still to come, and after it starts.")
    if sheet.ends_at - starts > LONGEST or starts - now > LONGEST:
        raise Invalid(
            "ends_at", sheet.ends_at, "A bulletin stands for thirty days at most; write it anew then."
        )


def _check_receivers(by: Actor, to: Sequence[To]) -> None:
    if not 1 <= len(to) <= MOST:
        raise Invalid("to", len(to), "Choose who receives it; for more than sixty, leave the role out.")
    bound = sharing.bound_with(by.agency)
    teams = {one.id: one.agency_id for one in agencies.teams()}
    for one in to:
        if one.agency and one.agency not in bound:
            raise Invalid(
                "agency", one.agency, "Choose your own agency or one that an agreement binds to it."
            )
        if one.role and (one.role not in agencies.ROLES or one.role == "person"):
            raise Invalid("role", one.role, "Choose a role from the list.")
        if one.team and teams.get(one.team) not in ({one.agency} if one.agency else bound):
            raise Invalid("team", one.team, "Choose a team of that agency.")


def _own(by: Actor, bulletin: UUID) -> Bulletin:
    """One that stands, of the actor's own agency; NotFound where the gate closes it to them."""
    found = Bulletin.objects.select_for_update().filter(id=bulletin, agency=_home(by)).first()
    if found is None or not standing_for(by, [found]):
        raise NotFound("bulletin")
    if found.ended_at is not None or found.ends_at <= clock.now():
        raise Conflict("This bulletin does not stand any more.")
    return found


@transaction.atomic
def withdraw_bulletin(*, by: Actor, bulletin: UUID, why: str) -> Bulletin:
    """Take one of the own agency back, with the reason; whoever heard of it hears that too."""
    found = _own(by, bulletin)
    if not 3 <= len(why.strip()) <= 300:
        raise Invalid("why", why[:40], "Say why in a few words: those who read it see the reason.")
    told = receivers(found) if found.told_at else frozenset[UUID]()
    _end(by, found, "withdrawn", why.strip())
    _ring(by, found, told, "bulletin_ended")
    return found


def _end(by: Actor, found: Bulletin, how: str, why: str) -> None:
    found.ended_at, found.ended_how, found.ended_by, found.why_ended = clock.now(), how, by.id, why
    found.save(update_fields=["ended_at", "ended_how", "ended_by", "why_ended"])
    _journal(by, found, how)


def _journal(by: Actor, found: Bulletin, act: str) -> None:
    event = events.BulletinMoved(bulletin=found.id, what=found.kind, act=act)
    journal.write(by=by, event=event)


def _ring(by: Actor, found: Bulletin, accounts: Collection[UUID], kind: str) -> None:
    others = sorted(one for one in accounts if str(one) != by.id)
    notify(
        by=by, accounts=others, kind=kind, about=Subject("bulletin", found.id),
        link=f"/bulletins/{found.id}/",
    )  # fmt: skip


@transaction.atomic
def tell_of_bulletins(*, by: Actor, only: UUID | None = None) -> int:
    """Put those that have begun, and of which nobody was told, in the bells of who may read them."""
    now = clock.now()
    fresh = Bulletin.objects.select_for_update().filter(
        told_at__isnull=True, ended_at__isnull=True, starts_at__lte=now, ends_at__gt=now,
        **({"id": only} if only else {}),
    )  # fmt: skip
    for one in fresh:
        kind = "bulletin_now" if one.urgency == "immediate" else "bulletin"
        _ring(by, one, receivers(one) - {UUID(one.author)}, kind)
        one.told_at = now
        one.save(update_fields=["told_at"])
    return len(fresh)


def bulletin_words(*, by: Actor, found: Bulletin) -> str:
    """What it says of a person, under the reader's own permit, journalled; "" for one that names nobody.

    NotFound where the gate does not let the reader see who that is.
    """
    if found.subject is None:
        return ""
    about = Subject(found.about, found.subject)
    answer = gate.ask(by=by, category=CATEGORY, purpose=found.purpose, about=about, circumstances=MISSING)
    if not isinstance(answer, Permit) or NAMES not in answer.fields:
        raise NotFound("bulletin")
    return found.words


@transaction.atomic
def mark_bulletin_read(*, by: Actor, bulletin: UUID) -> None:
    """The actor was shown it: kept once, at the first reading."""
    Sight.objects.get_or_create(bulletin_id=bulletin, account=UUID(by.id), defaults={"at": clock.now()})


@transaction.atomic
def acknowledge_bulletin(*, by: Actor, bulletin: UUID) -> Bulletin:
    """A receiver says that they have read it; a second time changes nothing.

    NotFound for whoever does not receive it or may not read it; Conflict before it was opened, for one that
    asks for nothing, and for one that is over.
    """
    found = Bulletin.objects.filter(id=bulletin).first()
    if found is None or not standing_for(by, [found]):
        raise NotFound("bulletin")
    sight = Sight.objects.select_for_update().filter(bulletin=found, account=by.id).first()
    if not found.asks or found.ended_at is not None:
        raise Conflict("This bulletin asks for no answer.")
    if sight is None:
        raise Conflict("Read the bulletin first, then acknowledge it.")
    if sight.acknowledged_at is None:
        sight.acknowledged_at = clock.now()
        sight.save(update_fields=["acknowledged_at"])
        _journal(by, found, "acknowledged")
    return found
