"""Early signs: draft and approve the rules, look over open cases, answer what was seen."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from commonweal.cases import events, signs
from commonweal.cases.models import Case, Sign, SignRules
from commonweal.engines.needs import Moment, Past, Rule, sign
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound

AT_ONCE = 500  # cases of one round
ANSWERS = ("acted", "not_needed")


@transaction.atomic
def draft_sign_rules(*, by: Actor, rules: Sequence[Mapping[str, object]], why: str) -> SignRules:
    """A new draft of the rules. Invalid names what cannot be used; NotFound for who may not keep the site."""
    _keeper(by)
    if not 1 <= len(why.strip()) <= 400:
        raise Invalid("why", why[:40], "Say in a sentence why they change, in 400 letters at most.")
    read = signs.read(rules)
    last = SignRules.objects.select_for_update().order_by("-number").first()
    made = SignRules.objects.create(
        number=last.number + 1 if last else 1, rules=[rule.plain() for rule in read], why=why.strip(),
        drafted_by=by.id,
    )  # fmt: skip
    _note(by, made)
    return made


@transaction.atomic
def approve_sign_rules(*, by: Actor, rules: UUID) -> SignRules:
    """A second person lets a draft take force at once. Conflict for who drafted it, and once it is none."""
    if not (by.may("administer") or by.may("approve_policy")):
        raise NotFound("rules")
    found = _draft(rules)
    if found.drafted_by == by.id:
        raise Conflict("Whoever drafted it cannot approve it; a second person must.")
    if SignRules.objects.filter(state="approved", number__gt=found.number).exists():
        raise Conflict("A later version is in force; draft the change again from that one.")
    found.state, found.approved_by, found.approved_at = "approved", by.id, clock.now()
    found.save()
    _note(by, found)
    return found


@transaction.atomic
def withdraw_sign_rules(*, by: Actor, rules: UUID) -> SignRules:
    """Take a draft back. Conflict once it is approved."""
    _keeper(by)
    found = _draft(rules)
    found.state = "withdrawn"
    found.save(update_fields=["state"])
    _note(by, found)
    return found


def _keeper(by: Actor) -> None:
    if not by.may("administer"):
        raise NotFound("rules")


def _draft(rules: UUID) -> SignRules:
    found = SignRules.objects.select_for_update().filter(id=rules).first()
    if found is None:
        raise NotFound("rules")
    if found.state != "draft":
        raise Conflict("This version is no draft any more; draft a new one to change it.")
    return found


def _note(by: Actor, found: SignRules) -> None:
    event = events.SignRulesChanged(sign_rules=found.id, number=found.number, state=found.state)
    journal.write(by=by, event=event)


def watch_signs(*, by: Actor) -> list[Sign]:
    """Look over every open case: new signs are noted, those that no longer hold pass. The new ones."""
    number, rules = signs.in_force()
    ids = list(Case.objects.filter(state="open").order_by("id").values_list("id", flat=True))
    new: list[Sign] = []
    for first in range(0, len(ids), AT_ONCE):
        new += _watch(by, ids[first : first + AT_ONCE], number, rules)
    return new


@transaction.atomic
def _watch(by: Actor, ids: list[UUID], number: int, rules: Sequence[Rule]) -> list[Sign]:
    cases = list(Case.objects.select_for_update().filter(id__in=ids, state="open").order_by("id"))
    known = signs.pasts(cases)
    before: dict[UUID, dict[str, Sign]] = {case.id: {} for case in cases}
    for row in Sign.objects.filter(case__in=cases).order_by("seen_at"):
        before[row.case_id][row.rule] = row
    return [one for case in cases for one in _look(by, case, known[case.id], number, rules, before[case.id])]


def _look(
    by: Actor, case: Case, past: Past, number: int, rules: Sequence[Rule], before: Mapping[str, Sign]
) -> list[Sign]:
    now, new = clock.now(), []
    found = {rule.id: sign(rule, past, now) for rule in rules}
    for row in before.values():
        if row.answered_at is None and not found.get(row.rule):
            _settle(by, row, "passed")
    for rule in rules:
        seen, last = found[rule.id], before.get(rule.id)
        if seen and (last is None or (last.answered_at and seen[-1].at > last.seen_at)):
            new.append(_see(by, case, rule, number, seen))
    return new


def _see(by: Actor, case: Case, rule: Rule, number: int, seen: Sequence[Moment]) -> Sign:
    evidence = [[*one.id.split(":"), one.at.isoformat()] for one in seen]
    made = Sign.objects.create(
        case=case, rule=rule.id, version=number, said=rule.plain(), evidence=evidence, seen_at=clock.now()
    )
    journal.write(by=by, event=events.SignSeen(case=case.id, sign=made.id, rule=rule.id))
    return made


@transaction.atomic
def answer_sign(*, by: Actor, case: UUID, sign: UUID, answer: str, because: str = "") -> Sign:
    """A worker says that they acted, or that it is not needed and why; a second answer is a Conflict."""
    if answer not in ANSWERS:
        raise Invalid("answer", answer, f"Use one of: {', '.join(ANSWERS)}.")
    reason = because.strip()
    if answer == "not_needed" and not reason:
        raise Invalid("because", "", "Say in a few words why nothing is needed.")
    if len(reason) > 300:
        raise Invalid("because", reason[:40], "Say it in 300 letters.")
    found = Sign.objects.select_for_update().filter(id=sign, case_id=case).first()
    if found is None:
        raise NotFound("sign")
    if found.answered_at:
        raise Conflict("This sign was answered already; nothing was changed.")
    found.because = reason
    return _settle(by, found, answer)


def _settle(by: Actor, found: Sign, answer: str) -> Sign:
    found.answer, found.answered_at, found.answered_by = answer, clock.now(), by.id
    found.save()
    journal.write(by=by, event=events.SignAnswered(case=found.case_id, sign=found.id, answer=answer))
    return found
