"""Photographs of an encounter: taken by its team, kept sealed, withdrawn, brought back, checked."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.encounters import events
from commonweal.encounters.models import Encounter, Photograph
from commonweal.encounters.photographs import KIND
from commonweal.encounters.records import CLINICAL_ROLES, locked, present
from commonweal.kernel import attached, journal, pictures, sealed
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.ids import new_id
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as barred

PHOTOGRAPH_KINDS, PHOTOGRAPH_REASONS = Photograph.KINDS, attached.REASONS
OF_THE_PERSON = frozenset({"injury", "identification", "document"})  # not without their yes
MANY = 30  # of one encounter
CAPTION = 200
CLOSED = "This encounter is closed. A photograph can be added while it is open."
REFUSED = "The person does not agree to be photographed. Nothing is taken."
ASK_FIRST = "Ask the person first, and note that they agree to a photograph."
FULL = "This encounter holds as many photographs as it can. Withdraw one first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is handed in: the bytes, what they show, a caption, and the name they came under (never kept)."""

    content: bytes
    kind: str
    caption: str = ""
    name: str = ""


def add_photograph(
    *, by: Actor, encounter: UUID, picture: Picture, photograph: UUID | None = None
) -> Photograph:
    """Keep a photograph of an open encounter, made anew: no place, time or device of the camera comes along.

    Nothing is kept where the person refused; of their body or papers nothing without their yes. The same
    photograph under the same kind again is the one that is there. NotFound for whoever was not of the team.
    `photograph` is the id that a phone's change gives it.
    """
    if picture.kind not in PHOTOGRAPH_KINDS:
        raise Invalid("kind", picture.kind, f"Use one of: {', '.join(PHOTOGRAPH_KINDS)}.")
    if len(picture.caption) > CAPTION:
        raise Invalid("caption", picture.caption, "Write at most 200 letters.")
    anew, made = pictures.made_anew(picture.content, picture.name, settings.ATTACHMENT_BYTES), list[UUID]()
    row = Photograph(
        id=photograph or new_id(), kind=picture.kind, caption=picture.caption.strip(), media=pictures.MADE,
        size=len(anew), digest=sealed.digest(anew), added_by=by.id, scan=attached.first_scan(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            return _added(by, encounter, row, anew, made)
    except BaseException:
        for one in made:
            sealed.drop(one)
        raise


def _added(by: Actor, encounter: UUID, row: Photograph, content: bytes, made: list[UUID]) -> Photograph:
    found = locked(encounter)
    present(by, found)
    _may_be_taken(found, row.kind)
    standing = Photograph.objects.filter(encounter=found, gone_at=None, withdrawn_at=None)
    if already := standing.filter(digest=row.digest, kind=row.kind).first():
        return already
    if standing.count() >= MANY:
        raise Conflict(FULL)
    row.encounter = found
    row.category, row.part = guarded_by(by, found, row.kind)
    if row.category == "identity":  # words about it would stand in another class of data
        row.caption = ""
    row.save(force_insert=True)
    _hold(by=by, found=found, row=row)
    _changed(by, row, "added")
    made.append(row.id)
    sealed.keep(row.id, content)
    return row


def _may_be_taken(found: Encounter, kind: str) -> None:
    if found.state == "closed":
        raise Conflict(CLOSED)
    if found.consent_to_photograph is False:
        raise Conflict(REFUSED)
    if kind in OF_THE_PERSON and not found.consent_to_photograph:
        raise Conflict(ASK_FIRST)


def guarded_by(by: Actor, found: Encounter, kind: str) -> tuple[str, str]:
    """The class of data and the field that open a photograph of a kind, as what it shows would be written.

    A face or a card is identity; what a clinician takes of a body or a paper is the clinical part, an injury
    that anybody else takes stands with who was hurt; the rest is the police part where police lead, else the
    shared part.
    """
    if kind == "identification":
        return "identity", "photo"
    if kind in OF_THE_PERSON and by.policy_role in CLINICAL_ROLES:
        return "encounter_narrative", "clinical_impression"
    if kind == "injury":
        return "encounter_narrative", "force_used"
    is_police = agencies.agency(found.agency_id).source_program == "police"
    return "encounter_narrative", "narrative" if is_police else "behaviours_observed"


def _hold(*, by: Actor, found: Encounter, row: Photograph) -> None:
    """Declare it: a clinical one under the clinician's agency, any other under the encounter's."""
    is_clinical = row.part == "clinical_impression"
    agency = (agencies.actor(UUID(row.added_by)).agency if is_clinical else None) or found.agency_id
    sharing.hold(
        by=by, subject=Subject(KIND, row.id), agency=agency, person=found.person_id, call=found.incident,
        part_of=found.id,
    )  # fmt: skip


def _of(by: Actor, photograph: UUID) -> Photograph:
    row = Photograph.objects.select_for_update().filter(id=photograph).first()
    if row is None:
        raise NotFound(KIND)
    present(by, row.encounter)
    return row


def _changed(by: Actor, row: Photograph, act: str) -> None:
    event = events.PhotographChanged(encounter=row.encounter_id, photograph=row.id, act=act)
    journal.write(by=by, event=event)


@transaction.atomic
def withdraw_photograph(*, by: Actor, photograph: UUID, reason: str) -> Photograph:
    """Nobody is given it any more; its team can bring it back. A second time changes nothing."""
    row = _of(by, photograph)
    if attached.withdraw(row, by, reason):
        _changed(by, row, "withdrawn")
    return row


@transaction.atomic
def restore_photograph(*, by: Actor, photograph: UUID) -> Photograph:
    """Undo a withdrawal; where it is not withdrawn nothing changes."""
    row = _of(by, photograph)
    if attached.bring_back(row):
        _changed(by, row, "restored")
    return row


@transaction.atomic
def destroy_photograph(*, by: Actor, photograph: UUID) -> bool:
    """Take an expunged one and its caption off the disk for good; whether there were any."""
    row = Photograph.objects.select_for_update().filter(id=photograph).first()
    if row is None or not barred.is_expunged(Subject(KIND, photograph)):
        return False
    if gone := attached.destroy(row, "caption"):
        _changed(by, row, "destroyed")
    return gone


def scan_photographs(*, by: Actor, look: Callable[[bytes], bool]) -> int:
    """Let the site's scanner look at what it has not seen; returns how many it saw.

    `look` says whether bytes are clean, and raises where it cannot tell: the rest then waits.
    """
    return sum(_scanned(by, one, look) for one in attached.waiting(Photograph.objects.all()))


def _scanned(by: Actor, photograph: UUID, look: Callable[[bytes], bool]) -> bool:
    row = Photograph.objects.get(id=photograph)
    try:
        is_clean = look(sealed.read(row.id, row.digest))
    except Conflict:
        return False  # not sound on the disk: it goes on waiting
    with transaction.atomic():
        row = Photograph.objects.select_for_update().get(id=photograph)
        attached.judged(row, is_clean)
        _changed(by, row, "clean" if is_clean else "refused")
    return True
