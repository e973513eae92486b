"""Letters on somebody's behalf: what the person signs, a draft of what that allows, their yes, sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.cases import events, telling
from commonweal.cases.actions.care import locked_case
from commonweal.cases.advocacy import Template, letters
from commonweal.cases.models import AdvocacyLetter
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust

LETTER_WAYS = AdvocacyLetter.WAYS
DAYS = (30, 90, 180, 365)
SIGNED_BY = ("typed", "paper")  # a spoken yes lets no letter out (45 CFR 164.508(c)(1)(vi))
TITLE, BODY = 160, 8000
NO_MORE = "This letter was sent or dropped already; nothing was changed."
UNSIGNED = "The person has signed nothing that lets this recipient know their name. Ask them to sign first."
SPILLED = "It says %(what)s, which the person did not sign for. Take it out, or ask them to sign."
ENDED = (
    "What the person signed no longer covers this letter: they took it back, or it ended. Nothing was sent."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What the person signed: which classes of data, for how many days, and how."""

    categories: Sequence[str]
    signer: str
    days: int = 90
    way: str = "typed"
    signature: str = ""
    language: str = "en"
    guardian: str = ""


@transaction.atomic
def allow_letter(*, by: Actor, case: UUID, outsider: UUID, template: str, signed: Signed) -> UUID:
    """Record that the person lets letters tell somebody outside; returns the consent's id.

    It names who may tell (the agencies of this site), who is told, what, what for and until when, and that it
    can be taken back (45 CFR 164.508(c), 42 CFR 2.31(a)). Help never depends on it.
    """
    found, made = locked_case(case), _template(template)
    if unknown := sorted(set(signed.categories) - set(trust.LETTER_CATEGORIES)):
        raise Invalid("categories", ", ".join(unknown), f"Use: {', '.join(trust.LETTER_CATEGORIES)}.")
    if signed.days not in DAYS:
        raise Invalid("days", signed.days, "Choose one of the given spans.")
    if signed.way not in SIGNED_BY:
        raise Invalid("way", signed.way, "The law asks for writing: the name typed by the person, or paper.")
    consent = sharing.record_consent(
        by=by, person=found.person_id, form="hipaa_auth", recipients=(), categories=signed.categories,
        purposes=[telling.PURPOSE], signer=signed.signer, outsider_id=outsider, method=signed.way,
        signature=signed.signature if signed.way == "typed" else "", language=signed.language[:8],
        expires_at=clock.now() + timedelta(days=signed.days), amount=made.purpose["en"][:120],
        guardian=signed.guardian.strip()[:120],
    )  # fmt: skip
    return consent.id


@transaction.atomic
def draft_letter(*, by: Actor, case: UUID, outsider: UUID, template: str, language: str) -> AdvocacyLetter:
    """Begin a letter with what this recipient may be told now; Invalid where not even the name may."""
    found, made = locked_case(case), _template(template)
    to = next((one for one in trust.recipients(found.person_id) if one.id == outsider), None)
    if to is None:
        raise NotFound("outsider")
    tongue = "es" if language.startswith("es") else "en"
    words = telling.words_of(by, found, outsider, tongue)
    known = telling.facts(words)
    if "name" not in known:
        raise Invalid("outsider", to.name, UNSIGNED)
    title, body = made.written({**known, "agency": agencies.agency(found.agency_id).name}, tongue)
    row = AdvocacyLetter(
        case=found, outsider_id=outsider, template=template, language=tongue, title=title[:TITLE], body=body,
        written_by=by.id,
    )  # fmt: skip
    row.used = _used(f"{row.title}\n{body}", words)
    row.save(force_insert=True)
    about = Subject("letter", row.id)
    sharing.hold(by=by, subject=about, agency=found.agency_id, person=found.person_id, part_of=found.id)
    _changed(by, row, "drafted")
    return row


@transaction.atomic
def save_letter(*, by: Actor, letter: UUID, title: str, body: str) -> AdvocacyLetter:
    """Keep what was written; a change asks for approval and the person's yes anew.

    Invalid where it says what the worker knows and the person did not sign for.
    """
    row = _locked(letter)
    if not title.strip() or len(title.strip()) > TITLE:
        raise Invalid("title", title[:40], "Give it a title of up to 160 letters.")
    if not body.strip() or len(body) > BODY:
        raise Invalid("text", body[:40], "Write the letter, in up to 8,000 letters.")
    text = f"{title}\n{body}"
    words = telling.words_of(by, row.case, row.outsider_id, row.language)
    _clean(text, words)
    if (row.title, row.body) == (title.strip(), body.strip()):
        return row
    row.title, row.body, row.used, row.written_by = title.strip(), body.strip(), _used(text, words), by.id
    row.approved_at, row.approved_by = None, ""
    row.answer = row.shown = row.answered_by = ""
    row.answered_at = None
    row.save()
    _changed(by, row, "changed")
    return row


@transaction.atomic
def approve_letter(*, by: Actor, letter: UUID) -> AdvocacyLetter:
    """A second worker has read it; whoever wrote it cannot. A second time changes nothing."""
    row = _locked(letter)
    if row.written_by == by.id:
        raise Conflict("Whoever drafted it cannot approve it; a second person must.")
    if not row.approved_at:
        row.approved_at, row.approved_by = clock.now(), by.id
        row.save(update_fields=["approved_at", "approved_by"])
        _changed(by, row, "approved")
    return row


@transaction.atomic
def answer_letter(*, by: Actor, letter: UUID, answer: str) -> AdvocacyLetter:
    """The person has read it and says whether it may go: by themselves, or read together with a worker."""
    row = _locked(letter)
    if answer not in AdvocacyLetter.ANSWERS:
        raise Invalid("answer", answer, f"Use one of: {', '.join(AdvocacyLetter.ANSWERS)}.")
    if not is_approved(row):
        raise Conflict("A second worker reads this letter before the person does.")
    if by.person is not None and by.person not in people.circle(row.case.person_id):
        raise NotFound("letter")
    row.answer, row.answered_at, row.answered_by = answer, clock.now(), by.id
    row.shown = "mine" if by.person is not None else "together"
    row.save(update_fields=["answer", "answered_at", "answered_by", "shown"])
    _changed(by, row, "agreed" if answer == "yes" else "declined")
    return row


def is_approved(row: AdvocacyLetter) -> bool:
    """Whether the person may be shown it: a second worker read it, where the site asks for that."""
    return row.approved_at is not None or not letters().approval


@transaction.atomic
def send_letter(*, by: Actor, letter: UUID, way: str) -> AdvocacyLetter:
    """Ask the gate for every record that the letter tells of, keep what it rested on, and mark it as sent.

    Conflict without the person's yes, or where what they signed no longer covers it: nothing has left then.
    """
    row = _locked(letter)
    if way not in LETTER_WAYS:
        raise Invalid("way", way, f"Use one of: {', '.join(LETTER_WAYS)}.")
    if row.answer != "yes" or not is_approved(row):
        raise Conflict("The person has not said yes to this letter yet. Show it to them first.")
    text = f"{row.title}\n{row.body}"
    words = telling.words_of(by, row.case, row.outsider_id, row.language)
    if telling.spilled(text, words):
        raise Conflict(ENDED)
    row.used = _used(text, words)
    permits = _permits(by, row)
    row.consents = sorted({consent for permit in permits for consent in permit.relied_on})
    row.notice = _notice(permits, row.language)
    row.sent_at, row.sent_by, row.way = clock.now(), by.id, way
    row.save()
    _changed(by, row, "sent")
    return row


@transaction.atomic
def drop_letter(*, by: Actor, letter: UUID) -> AdvocacyLetter:
    """It is not to be sent after all."""
    row = _locked(letter)
    row.dropped_at, row.dropped_by = clock.now(), by.id
    row.save(update_fields=["dropped_at", "dropped_by"])
    _changed(by, row, "dropped")
    return row


def _permits(by: Actor, row: AdvocacyLetter) -> list[sharing.Permit]:
    """What lets this recipient be told each thing; Conflict where one is missing: nothing was disclosed."""
    found: list[sharing.Permit] = []
    for category, kind, one, fields in row.used:
        about = Subject(kind, UUID(one))
        answer = sharing.ask(
            by=by, category=category, purpose=telling.PURPOSE, about=about, to=row.outsider_id
        )
        if isinstance(answer, sharing.Refusal) or not set(fields) <= answer.fields:
            raise Conflict(ENDED)
        found.append(answer)
    if not found:
        raise Conflict(ENDED)
    return found


def _notice(permits: Sequence[sharing.Permit], language: str) -> str:
    """What stands at the foot: our own sentence, and the statement of 42 CFR 2.32 where one is owed."""
    owed = any("p2_notice" in permit.obligations for permit in permits)
    said = [letters().notice[language], *([trust.statement(language)] if owed else [])]
    return "\n\n".join(said)


def _used(text: str, words: Sequence[telling.Word]) -> list[list[object]]:
    """Record by record what a text tells: category, kind, id, fields."""
    told: dict[tuple[str, str, str], set[str]] = {}
    for word in telling.told_in(text, words):
        told.setdefault((word.category, word.about.kind, str(word.about.id)), set()).update(word.fields)
    return [[*one, sorted(fields)] for one, fields in sorted(told.items())]


def _clean(text: str, words: Sequence[telling.Word]) -> None:
    if found := telling.spilled(text, words):
        raise Invalid("text", found[0].text[:40], SPILLED, what=f"“{found[0].text[:60]}”")


def _template(code: str) -> Template:
    found = letters().templates.get(code)
    if found is None:
        raise Invalid("template", code, f"Use one of: {', '.join(letters().templates)}.")
    return found


def _locked(letter: UUID) -> AdvocacyLetter:
    """The letter, locked, while it can still change; Conflict afterwards."""
    found = AdvocacyLetter.objects.select_for_update().filter(id=letter).first()
    if found is None:
        raise NotFound("letter")
    if found.sent_at or found.dropped_at:
        raise Conflict(NO_MORE)
    return found


def _changed(by: Actor, row: AdvocacyLetter, act: str) -> None:
    journal.write(by=by, event=events.LetterChanged(case=row.case_id, letter=row.id, act=act))
