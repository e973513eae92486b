"""Early signs of cases, and the site's rules of them. What a sign stands on is shown by permit alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from commonweal.agencies import queries as agencies
from commonweal.cases import signs as rules_of
from commonweal.cases.models import Case, Member, Sign, SignRules
from commonweal.engines.disclosure import Permit
from commonweal.engines.needs import Rule, Tried, tried
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound

CATEGORY = {"encounter": "encounter_narrative", "referral": "referral_status", "case": "case_plan"}
LOOKED_BACK = 30  # days of the preview
MOST = 2_000  # cases of the preview, the latest


@dataclass(frozen=True, slots=True)
class Seen:
    """One sign that waits for an answer: its rule as it stood, and opaque ids of what it stands on."""

    id: UUID
    case: UUID
    rule: Rule
    seen_at: datetime
    evidence: Sequence[tuple[Subject, datetime]]


@dataclass(frozen=True, slots=True)
class Reason:
    """A sign as one reader may see it: the moments open to them, and how many records are kept from them.

    Where too little is open for the rule to have spoken, so is the sentence kept: `sentence` is empty.
    """

    id: UUID
    rule: str
    seen_at: datetime
    sentence: str
    moments: Sequence[tuple[str, datetime]]
    kept: int


def signs(cases: Collection[UUID]) -> list[Seen]:
    """Signs of open cases that nobody has answered, oldest first: opaque, so no permit is asked."""
    rows = Sign.objects.filter(case__in=cases, case__state="open", answered_at__isnull=True)
    return [
        Seen(row.id, row.case_id, Rule.read(row.said), row.seen_at, _evidence(row))
        for row in rows.order_by("seen_at", "id")
    ]


def _evidence(row: Sign) -> list[tuple[Subject, datetime]]:
    return [(Subject(kind, UUID(one)), datetime.fromisoformat(at)) for kind, one, at in row.evidence]


def sign_subjects(found: Sequence[Seen]) -> dict[str, list[Subject]]:
    """What the gate is to be asked about before signs are shown: subjects by category, each once."""
    asked: dict[str, dict[Subject, None]] = {}
    for one in found:
        for subject, _at in one.evidence:
            asked.setdefault(CATEGORY[subject.kind], {})[subject] = None
    return {category: list(about) for category, about in asked.items()}


def reasons(
    found: Sequence[Seen], permits: Mapping[Subject, Permit], language: str = "en"
) -> dict[UUID, list[Reason]]:
    """Signs by case, as far as these permits open what they stand on."""
    shown: dict[UUID, list[Reason]] = {}
    for one in found:
        shown.setdefault(one.case, []).append(_reason(one, permits, language))
    return shown


def _reason(one: Seen, permits: Mapping[Subject, Permit], language: str) -> Reason:
    moments = [
        (subject.kind, at) for subject, at in one.evidence
        if subject in permits and permits[subject].question.category == CATEGORY[subject.kind]
    ]  # fmt: skip
    kinds = {subject.kind for subject, _at in one.evidence} - {kind for kind, _at in moments}
    is_open = len(moments) >= one.rule.threshold and not kinds
    said = one.rule.sentence.said_in(language) if is_open else ""
    name = one.rule.id if is_open else ""
    return Reason(one.id, name, one.seen_at, said, moments, len(one.evidence) - len(moments))


def past_signs(case: UUID, *, permit: Permit) -> list[dict[str, object]]:
    """Signs that a worker answered, newest first; the reason only where plan notes are permitted."""
    rows = Sign.objects.filter(case=case, answer__in=("acted", "not_needed")).order_by("-answered_at")[:10]
    shows = "plan_notes" in permit.fields
    return [
        {"at": r.answered_at, "by": r.answered_by, "answer": r.answer, "because": r.because if shows else ""}
        for r in rows
    ]


def told_of_sign(sign: UUID) -> frozenset[UUID]:
    """Whom a sign is told: the case's manager, or the agency's case managers where it has none, or the team.

    Only who may work cases: police never hear of one.
    """
    row = Sign.objects.select_related("case").filter(id=sign).first()
    if row is None:
        raise NotFound("sign")
    able = agencies.able_to("work_cases")
    if Rule.read(row.said).tells == "team":
        team = Member.objects.filter(case=row.case, until__isnull=True).values_list("account", flat=True)
        return frozenset(team) & able
    if row.case.manager:
        return frozenset({row.case.manager}) & able
    return agencies.holding("case_manager", row.case.agency_id)


def sign_versions() -> QuerySet[SignRules]:
    """Every version of the rules, newest first."""
    return SignRules.objects.all()


def sign_rules(version: UUID) -> SignRules:
    """One version; NotFound otherwise."""
    found = SignRules.objects.filter(id=version).first()
    if found is None:
        raise NotFound("rules")
    return found


def rules_of_version(version: UUID) -> tuple[Rule, ...]:
    """The rules that a version says."""
    return rules_of.read(sign_rules(version).rules)


def signs_in_force() -> tuple[int, tuple[Rule, ...]]:
    """Number and rules in force; number 0 is what ships."""
    return rules_of.in_force()


def try_signs(rules: Sequence[Mapping[str, object]]) -> list[Tried]:
    """What rules would have told over the last month, day by day, in cases open now: counts, nobody's name.

    A review written and a contact made since then are not counted: what was put right is not on file as late.
    """
    read, now = rules_of.read(rules), clock.now()
    days = [now - timedelta(days=back) for back in range(LOOKED_BACK - 1, -1, -1)]
    cases = Case.objects.filter(state="open").order_by("-opened_at")[:MOST]
    return tried(read, rules_of.pasts(cases).values(), days)


def sign_answers(since: datetime) -> dict[str, dict[str, int]]:
    """How signs of each rule were answered since a moment: counts by rule and answer ("" waits)."""
    found: dict[str, dict[str, int]] = {}
    for rule, answer in Sign.objects.filter(seen_at__gte=since).values_list("rule", "answer"):
        by_answer = found.setdefault(rule, {})
        by_answer[answer] = by_answer.get(answer, 0) + 1
    return found
