"""A protocol in the making: begun from a version, changed in a browser, tested, then signed by two."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from commonweal.calls import events, protocols
from commonweal.calls.actions.protocols import draft_protocol
from commonweal.calls.models import ProtocolCase, ProtocolDraft, ProtocolVersion
from commonweal.engines.triage import TIERS, ProtocolError, editing
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound

Said = editing.Said


def _supervisor(by: Actor) -> None:
    if not by.may("supervise"):
        raise Invalid("by", by.role, "A shift supervisor changes protocols.")


@transaction.atomic
def begin_draft(*, by: Actor, version: UUID) -> ProtocolDraft:
    """A draft of the next version, as the chosen one stands; in force from tomorrow unless changed."""
    _supervisor(by)
    base = ProtocolVersion.objects.filter(id=version).first()
    if base is None:
        raise NotFound("protocol")
    last = ProtocolVersion.objects.filter(code=base.code).values_list("version", flat=True)
    ahead = date.fromordinal(clock.today().toordinal() + 1)
    body = editing.headed(
        base.body, version=_next(set(last)), effective_from=ahead.isoformat(), effective_to=None
    )
    made = ProtocolDraft.objects.create(
        code=base.code, body=body, based_on=base, begun_by=by.id, changed_by=by.id, changed_at=clock.now()
    )
    _told(by, made, "begun")
    return made


def _next(taken: set[str]) -> str:
    year, n = clock.today().year, 1
    while f"{year}.{n}" in taken:
        n += 1
    return f"{year}.{n}"


def _told(by: Actor, draft: ProtocolDraft, act: str) -> None:
    journal.write(by=by, event=events.ProtocolDraftChanged(draft=draft.id, code=draft.code, act=act))


def _changed(
    by: Actor, draft: UUID, revision: int, act: str, change: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> ProtocolDraft:
    """One change of the body, in one transaction; Invalid where the result could not be read."""
    _supervisor(by)
    found = ProtocolDraft.objects.select_for_update().filter(id=draft).first()
    if found is None:
        raise NotFound("draft")
    if found.closed_at is not None:
        raise Conflict("This draft is closed. Begin another from the version.")
    if found.revision != revision:
        says = "A colleague changed this draft meanwhile. Look at it again, then make your change."
        raise Conflict(says)
    try:
        body = change(found.body)
    except ProtocolError as fault:
        raise Invalid("protocol", found.code, str(fault)) from fault
    protocols.parsed(body)
    found.body, found.revision = protocols.stored(body), found.revision + 1
    found.changed_by, found.changed_at = by.id, clock.now()
    found.save()
    _told(by, found, act)
    return found


@transaction.atomic
def head_draft(*, by: Actor, draft: UUID, revision: int, **values: object) -> ProtocolDraft:
    """Title ({en, es}), version, effective_from, effective_to (ISO days; None: open), source."""
    return _changed(by, draft, revision, "headed", lambda body: editing.headed(body, **values))


@transaction.atomic
def put_question(
    *, by: Actor, draft: UUID, revision: int, question: str, text: Mapping[str, str], answers: Sequence[Said]
) -> ProtocolDraft:
    """A question's words and answers, least worrying first; `question` empty adds one."""
    return _changed(
        by, draft, revision, "question", lambda body: editing.with_question(body, question, text, answers)
    )


@transaction.atomic
def drop_question(*, by: Actor, draft: UUID, revision: int, question: str) -> ProtocolDraft:
    """A question gone; Invalid while a rule asks for it."""
    return _changed(by, draft, revision, "question", lambda body: editing.without_question(body, question))


@transaction.atomic
def put_rule(
    *,
    by: Actor,
    draft: UUID,
    revision: int,
    rule: str,
    gate: bool,
    when: Mapping[str, str | list[str]],
    tier: str,
    sentence: Mapping[str, str],
) -> ProtocolDraft:
    """A rule, or one that decides at once (`gate`); `rule` empty adds one."""
    return _changed(
        by, draft, revision, "rule",
        lambda body: editing.with_rule(body, rule, gate=gate, when=when, tier=tier, sentence=sentence),
    )  # fmt: skip


@transaction.atomic
def drop_rule(*, by: Actor, draft: UUID, revision: int, rule: str) -> ProtocolDraft:
    """A rule gone."""
    return _changed(by, draft, revision, "rule", lambda body: editing.without_rule(body, rule))


@transaction.atomic
def submit_draft(*, by: Actor, draft: UUID) -> ProtocolVersion:
    """The draft becomes a version that two supervisors may sign. Conflict while a test beside it fails.

    Invalid for a first day that is past: what was decided yesterday was decided by another version.
    """
    _supervisor(by)
    found = _standing(draft)
    value = protocols.parsed(found.body)
    if value.effective_from < clock.today():
        raise Invalid("effective_from", value.effective_from, "Give a first day that is not past.")
    if failing := [one.name for one in protocols.tried(found.code, value) if not one.passes]:
        says = "Tests beside this protocol fail under this version: %(names)s. Change the draft, or the test."
        raise Conflict(says, names="; ".join(failing[:3]))
    made = draft_protocol(by=by, body=found.body)
    found.closed_at, found.became = clock.now(), made
    found.save(update_fields=["closed_at", "became"])
    _told(by, found, "submitted")
    return made


@transaction.atomic
def withdraw_draft(*, by: Actor, draft: UUID) -> None:
    """The draft is given up; it stays readable."""
    _supervisor(by)
    found = _standing(draft)
    found.closed_at = clock.now()
    found.save(update_fields=["closed_at"])
    _told(by, found, "withdrawn")


def _standing(draft: UUID) -> ProtocolDraft:
    found = ProtocolDraft.objects.select_for_update().filter(id=draft).first()
    if found is None:
        raise NotFound("draft")
    if found.closed_at is not None:
        raise Conflict("This draft is closed. Begin another from the version.")
    return found


@transaction.atomic
def keep_case(*, by: Actor, code: str, name: str, answers: Mapping[str, str], tier: str) -> ProtocolCase:
    """A test beside a protocol, by its name: added, or changed where the name stands."""
    _supervisor(by)
    if not name.strip():
        raise Invalid("name", name, "Give the test a name that says what it is about.")
    if tier not in TIERS:
        raise Invalid("tier", tier, f"Use one of: {', '.join(TIERS)}.")
    if not ProtocolVersion.objects.filter(code=code).exists():
        raise NotFound("protocol")
    made, _ = ProtocolCase.objects.update_or_create(
        code=code, name=name.strip()[:120],
        defaults={"answers": dict(answers), "tier": tier, "account": by.id},
    )  # fmt: skip
    journal.write(by=by, event=events.ProtocolCaseKept(case=made.id, code=code))
    return made


@transaction.atomic
def drop_case(*, by: Actor, case: UUID) -> None:
    """A test taken away."""
    _supervisor(by)
    found = ProtocolCase.objects.filter(id=case).first()
    if found is None:
        raise NotFound("test")
    journal.write(by=by, event=events.ProtocolCaseKept(case=found.id, code=found.code))
    found.delete()
