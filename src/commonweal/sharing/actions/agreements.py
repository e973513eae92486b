"""Agreements are executable: drafted clause by clause, signed by each party, in force for a term.

A draft may be revised, which takes back every signature. What all have signed is never edited: a new version
supersedes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.labels import CATEGORIES
from commonweal.sharing import events
from commonweal.sharing.models import Agreement, Clause, Measure, Party
from commonweal.sharing.versions import SETS, digest, terms

Given = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft says. Of a clause: key, kind, text, citation, category and its lists."""

    title: str
    kind: str
    text: str
    starts: date
    ends: date
    parties: Iterable[UUID]
    clauses: Iterable[Given] = field(default_factory=tuple)
    language: str = "en"
    template: str = ""
    review_on: date | None = None


def draft_agreement(
    *,
    by: Actor,
    title: str,
    kind: str,
    text: str,
    starts: date,
    ends: date,
    parties: Iterable[UUID],
    clauses: Iterable[Given],
) -> Agreement:
    """A draft without a template. Invalid names what is wrong."""
    return draft(by=by, said=Draft(title, kind, text, starts, ends, parties, clauses))


@transaction.atomic
def draft(*, by: Actor, said: Draft) -> Agreement:
    """A first version, unsigned. Invalid names what is wrong."""
    members = _checked(said)
    agreement = Agreement(kind=said.kind)
    _write(agreement, said, members)
    journal.write(by=by, event=events.AgreementChanged(agreement=agreement.id, state="draft"))
    return agreement


@transaction.atomic
def revise_agreement(*, by: Actor, agreement: UUID, said: Draft) -> Agreement:
    """Change a draft; signatures already given are taken back, visibly, also the reviser's own.

    Conflict where all have signed; NotFound for who is no party and does not keep trust.
    """
    found = _locked(by, agreement)
    if found.state != "draft":
        raise Conflict("All parties have signed this version; draft a new version to change it.")
    members, before = _checked(said), digest(found)
    stood = {p.agency_id: p for p in found.parties.all()}
    found.clauses.all().delete()
    found.parties.exclude(agency_id__in=members).delete()
    _write(found, said, [m for m in members if m not in stood])
    if digest(Agreement.objects.get(id=found.id)) != before:
        _void(by, found)
    journal.write(by=by, event=events.AgreementChanged(agreement=found.id, state="draft"))
    return found


def _void(by: Actor, found: Agreement) -> None:
    """Take back every signature under an earlier text."""
    signed = list(found.parties.filter(signed_at__isnull=False))
    for party in signed:
        party.signed_by, party.signed_at, party.digest = "", None, ""
        party.agrees_public, party.voided_at = None, clock.now()
        party.save()
    journal.write_many(
        by=by, events=[events.SignatureVoided(agreement=found.id, party=p.agency_id) for p in signed]
    )


@transaction.atomic
def draft_version(*, by: Actor, agreement: UUID) -> Agreement:
    """A draft of the next version, with the same words, parties and measures still open.

    The draft that is already there, where one is. Conflict while this one is itself a draft.
    """
    old = _locked(by, agreement)
    if old.state == "draft":
        raise Conflict("This version is still a draft; change it as it is.")
    waiting = Agreement.objects.filter(supersedes=old).exclude(state="ended").first()
    if waiting:
        return waiting
    new = Agreement.objects.create(
        title=old.title, kind=old.kind, text=old.text, language=old.language, template=old.template,
        starts=max(old.starts, clock.today()), ends=max(old.ends, _year_on(clock.today())),
        review_on=old.review_on, version=old.version + 1, supersedes=old,
    )  # fmt: skip
    Party.objects.bulk_create(Party(agreement=new, agency_id=p.agency_id) for p in old.parties.all())
    for position, t in enumerate(terms(old)):
        sets = {name: sorted(getattr(t, name)) for name in SETS}
        Clause.objects.create(
            agreement=new, key=t.key, kind=t.kind, position=position, text=t.text, citation=t.citation,
            category=t.category, **sets,
        )  # fmt: skip
    Measure.objects.bulk_create(
        Measure(agreement=new, name=m.name, target=m.target, owner=m.owner, due_on=m.due_on)
        for m in old.measures.filter(recorded_at__isnull=True)
    )
    journal.write(by=by, event=events.AgreementChanged(agreement=new.id, state="draft"))
    return new


def _year_on(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28))


@transaction.atomic
def sign_agreement(
    *, by: Actor, agreement: UUID, agency: UUID, public: bool = True, read: str = ""
) -> Agreement:
    """Sign for the own agency, once, under the digest of the exact text; `public`: may it be published?

    `read` is the digest that the signer had before them: Conflict where the text is another by now. The last
    signature puts the agreement in force on its first day. NotFound for others than a party's signatory.
    """
    found = Agreement.objects.select_for_update().filter(id=agreement).first()
    party = Party.objects.filter(agreement_id=agreement, agency_id=agency).first()
    if found is None or party is None or not _may_sign(by, agency):
        raise NotFound("agreement")
    if found.state == "ended":
        raise Conflict("This agreement has ended; draft a new version to sign.")
    if party.signed_at:
        if party.signed_by != by.id:
            raise Conflict("Another signatory of this agency has signed already.")
        return found
    exact = digest(found)
    if read and read != exact:
        raise Conflict("The text was changed since you opened it; read it again before you sign.")
    party.signed_by, party.signed_at, party.digest = by.id, clock.now(), exact
    party.agrees_public, party.voided_at = public, None
    party.save()
    journal.write(by=by, event=events.AgreementSigned(agreement=agreement, party=agency, digest=exact))
    if found.parties.filter(signed_at__isnull=True).exists():
        journal.write(by=by, event=events.AgreementChanged(agreement=agreement, state="draft"))
    else:
        _come_in(by, found)
    return found


def _come_in(by: Actor, found: Agreement) -> None:
    """All have signed: in force from its first day, in place of the version before; until then it waits."""
    found.is_public = not found.parties.filter(agrees_public=False).exists()
    started = found.starts <= clock.today()
    found.state = "in_force" if started else "signed"
    found.save(update_fields=["state", "is_public"])
    journal.write(by=by, event=events.AgreementChanged(agreement=found.id, state=found.state))
    old = found.supersedes if started else None
    if old is not None and old.state != "ended":
        _end(by, old)


def _end(by: Actor, found: Agreement) -> None:
    found.state = "ended"
    found.save(update_fields=["state"])
    journal.write(by=by, event=events.AgreementChanged(agreement=found.id, state="ended"))


@transaction.atomic
def publish_agreement(*, by: Actor, agreement: UUID, agency: UUID, public: bool) -> Agreement:
    """Say for the own agency whether the text may be published; it is while no party objects."""
    found = Agreement.objects.select_for_update().filter(id=agreement).first()
    party = Party.objects.filter(agreement_id=agreement, agency_id=agency, signed_at__isnull=False).first()
    if found is None or party is None or not _may_sign(by, agency):
        raise NotFound("agreement")
    if party.agrees_public != public:
        party.agrees_public = public
        party.save(update_fields=["agrees_public"])
        found.is_public = not found.parties.filter(agrees_public=False).exists()
        found.save(update_fields=["is_public"])
        journal.write(by=by, event=events.AgreementChanged(agreement=agreement, state=found.state))
    return found


@transaction.atomic
def end_agreement(*, by: Actor, agreement: UUID) -> Agreement:
    """End it now: what rested on its clauses stops with the next question. A second call changes nothing.

    For a party's signatory, whoever keeps trust, and the product itself; NotFound for others.
    """
    found = _locked(by, agreement)
    if found.state != "ended":
        _end(by, found)
    return found


@transaction.atomic
def settle_agreements(*, by: Actor) -> int:
    """What time does: those signed begin on their day, those in force end after theirs; returns how many."""
    today = clock.today()
    beginning = Agreement.objects.select_for_update().filter(state="signed", starts__lte=today)
    over = Agreement.objects.select_for_update().filter(state__in=("signed", "in_force"), ends__lt=today)
    moved = 0
    for found in beginning:
        _come_in(by, found)
        moved += 1
    for found in over:
        _end(by, found)
        moved += 1
    return moved


def _locked(by: Actor, agreement: UUID) -> Agreement:
    """The agreement, for those who may change it; NotFound otherwise."""
    found = Agreement.objects.select_for_update().filter(id=agreement).first()
    if found is None or not may_work(by, found):
        raise NotFound("agreement")
    return found


def may_work(by: Actor, found: Agreement) -> bool:
    """Whether the actor keeps trust, signs for a party, or is the product itself."""
    if by.may("keep_trust") or by.role == "system":
        return True
    home = by.agency if by.may("sign_agreements") else None
    return home is not None and found.parties.filter(agency_id=home).exists()


def _may_sign(by: Actor, agency: UUID) -> bool:
    return by.role == "system" or (by.agency == agency and by.may("sign_agreements"))


def _checked(said: Draft) -> list[UUID]:
    """The parties, each once; Invalid for what cannot be agreed."""
    members = list(dict.fromkeys(said.parties))
    if not said.title.strip():
        raise Invalid("title", said.title, "Give the agreement a title.")
    if said.kind not in Agreement.KINDS:
        raise Invalid("kind", said.kind, f"Use one of: {', '.join(Agreement.KINDS)}.")
    if said.ends <= said.starts:
        raise Invalid("ends", said.ends, "The term must end after %(starts)s.", starts=said.starts)
    if said.review_on and not said.starts <= said.review_on <= said.ends:
        raise Invalid("review_on", said.review_on, "The review must fall within the term.")
    if len(members) < 2:
        raise Invalid("parties", len(members), "Name at least two agencies.")
    return members


def _write(agreement: Agreement, said: Draft, new_members: Iterable[UUID]) -> None:
    for name in ("title", "kind", "text", "starts", "ends", "language", "template", "review_on"):
        setattr(agreement, name, getattr(said, name))
    agreement.save()
    Party.objects.bulk_create(Party(agreement=agreement, agency_id=m) for m in new_members)
    keys: set[str] = set()
    for position, given in enumerate(said.clauses):
        clause = Clause(agreement=agreement, position=position, **_clause(given))
        clause.key = clause.key or f"clause-{clause.id.hex[-12:]}"
        if clause.key in keys:
            raise Invalid("clause.key", clause.key, "Each clause needs a key of its own.")
        keys.add(clause.key)
        clause.save()


def _clause(given: Given) -> dict[str, object]:
    kind, category = str(given.get("kind", "grant")), str(given.get("category", ""))
    said = {name: str(given.get(name, "")) for name in ("text", "key", "citation")}
    if kind not in Clause.KINDS:
        raise Invalid("clause.kind", kind, f"Use one of: {', '.join(Clause.KINDS)}.")
    if kind != "grant":
        return {"kind": kind, **said}
    fields = [str(f) for f in _list(given, "fields")]
    if category not in CATEGORIES:
        raise Invalid("clause.category", category, f"Use one of: {', '.join(CATEGORIES)}.")
    if unknown := set(fields) - CATEGORIES[category]:
        raise Invalid(
            "clause.fields",
            ", ".join(sorted(unknown)),
            f"Use: {', '.join(sorted(CATEGORIES[category]))}.",
        )
    lists = {name: _list(given, name) for name in ("roles", "purposes", "conditions")}
    return {"kind": kind, "category": category, "fields": fields, **said, **lists}


def _list(given: Given, name: str) -> list[object]:
    value = given.get(name, [])
    return list(value) if isinstance(value, list | tuple | frozenset | set) else [value]
