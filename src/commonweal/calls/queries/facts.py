"""What a call says: category `call_facts`, redacted by the permit that the gate gave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import get_language

from commonweal.calls import natures, protocols
from commonweal.calls.models import STAGES, Assignment, Call, Change, Note
from commonweal.engines.disclosure import Permit
from commonweal.engines.triage import Protocol
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.prepared import Prepared
from commonweal.kernel.shown import PermitMismatch, Shown, reveal


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in words with its point where it is known; prints as its words."""

    text: str
    lon: float | None = None
    lat: float | None = None
    extra: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text) or self.lon is not None


def facts(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """Category `call_facts` of calls, in the order of the permits; a withheld field is None.

    incident_number; nature (words); time (stage -> moment); block_address and exact_address (Spot); units
    (call signs); caller_name; caller_phone.
    """
    ids = [subject.id for subject in permits]
    rows = {call.id: call for call in Call.objects.filter(id__in=ids)}
    signs: dict[UUID, list[str]] = {}
    for call, sign in Assignment.objects.filter(call__in=ids).values_list("call", "unit__call_sign"):
        signs.setdefault(call, []).append(sign)
    return [
        shown(permit, s, rows[s.id], signs.get(s.id, [])) for s, permit in permits.items() if s.id in rows
    ]


PUBLIC_DELAY = timedelta(hours=24)
"""A call that goes on, or came in since yesterday, is not told to the public (defaults, 2.1: delayed)."""
PUBLIC_STAGES = ("received", "dispatched", "on_scene", "cleared")


def for_public(ids: Iterable[UUID]) -> frozenset[UUID]:
    """Of these calls those old enough to be told to anyone (PUBLIC_DELAY): to be asked about at all."""
    old = Call.objects.filter(id__in=list(ids), received__lt=clock.now() - PUBLIC_DELAY)
    return frozenset(old.values_list("id", flat=True))


def public_facts(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """The same for what goes to the public: sensitive natures in general words, no label of the source.

    A call younger than PUBLIC_DELAY is left out. Of the times those of every call: a hand-over or a follow-up
    would tell of somebody's care.
    """
    old = Call.objects.filter(id__in=for_public(s.id for s in permits))
    rows, found = {call.id: call for call in old}, []
    for subject, permit in permits.items():
        if (call := rows.get(subject.id)) is not None:
            nature = natures.in_public(call.nature, get_language() or "en")
            time = {stage: at for stage in PUBLIC_STAGES if (at := getattr(call, stage)) is not None}
            values = {**_values(call, ()), "nature": nature, "time": time}
            found.append(reveal(permit, category="call_facts", subject=subject, values=values))
    return found


def shown(permit: Permit, subject: Subject, call: Call, signs: Sequence[str]) -> Shown:
    """What the permit opens of one row; `signs` are the call signs of its units."""
    return reveal(permit, category="call_facts", subject=subject, values=_values(call, signs))


def _values(call: Call, signs: Sequence[str]) -> dict[str, object]:
    return {
        "incident_number": call.number,
        "nature": nature_in_words(call),
        "time": {stage: moment for stage in STAGES if (moment := getattr(call, stage)) is not None},
        "block_address": Spot(call.block or call.city, call.block_lon, call.block_lat),
        "exact_address": Spot(call.address, call.lon, call.lat, call.address_extra),
        "units": list(dict.fromkeys(signs)),
        "caller_name": call.caller_name,
        "caller_phone": call.caller_phone,
    }


def nature_in_words(call: Call) -> str:
    """The neutral nature in the reader's language, or the source's own words where none is known."""
    named = natures.named(call.nature, get_language() or "en") if call.nature else ""
    return named or call.nature_label


def all_natures(language: str = "en") -> dict[str, str]:
    """Every neutral nature by code, in words of a language."""
    return {code: natures.named(code, language) for code in natures.all_natures()}


def is_opened(permit: Permit, call: UUID) -> bool:
    """Whether the permit opens what was said on this call; PermitMismatch where it is for something else."""
    if permit.question.category != "call_facts" or permit.question.subject != str(call):
        raise PermitMismatch(f"permit for {permit.question.category} used on a call")
    return "nature" in permit.fields


_NOTES = Prepared(
    lambda call: (
        Note.objects.filter(call=call).order_by("created_at").values_list("actor", "created_at", "text")
    ),
    ones=["call"],
)


@dataclass(frozen=True, slots=True)
class Line:
    """One note: who (an account id as text), when, what."""

    actor: str
    at: datetime
    text: str


def notes(call: UUID, *, permit: Permit) -> list[Line]:
    """What was heard, oldest first; nothing where the permit does not open the nature of the call."""
    if not is_opened(permit, call):
        return []
    return [Line(*row) for row in _NOTES.rows(call=call)]


@dataclass(frozen=True, slots=True)
class Changed:
    """One value that was changed on purpose: which field, what it was and became, why, by whom, when."""

    field: str
    was: str
    became: str
    reason: str
    actor: str
    at: datetime


def changes(call: UUID, *, permit: Permit) -> list[Changed]:
    """What was changed on a call, oldest first; nothing where the permit does not open its nature."""
    if not is_opened(permit, call):
        return []
    rows = Change.objects.filter(call=call).order_by("created_at")
    return [Changed(c.field, c.was, c.became, c.reason, c.actor, c.created_at) for c in rows]


@dataclass(frozen=True, slots=True)
class Asked:
    """What triage stands on: answers and needs of a call, its flags, the reason of an override."""

    answers: Mapping[str, str]
    needs: Mapping[str, object]
    nature: str
    is_bh_intake: bool | None
    is_bh_cleared: bool | None
    override_reason: str


def asked_of(row: Call) -> Asked:
    """What triage stands on in a row whose permit was looked at already."""
    return Asked(row.answers, row.needs, row.nature, row.is_bh_intake, row.is_bh_cleared, row.override_reason)


def protocol_for(call: UUID) -> Protocol | None:
    """The protocol that a call is (or would be) triaged by; None where its centre has adopted none."""
    row = Call.objects.filter(id=call).only("protocol", "agency", "received").first()
    return protocol_of(row) if row else None


def protocol_of(row: Call) -> Protocol | None:
    """The same of a row."""
    if row.protocol_id:
        return protocols.engine_value(row.protocol_id)
    version = protocols.adopted(row.agency_id, clock.day(row.received))
    return protocols.engine_value(version.id) if version else None


def person_of(call: UUID, *, permit: Permit) -> UUID | None:
    """The person of a call, once known, for those whom the permit lets know what it is about."""
    if not is_opened(permit, call):
        return None
    return Call.objects.filter(id=call).values_list("person", flat=True).first()
