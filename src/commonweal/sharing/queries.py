"""Reads of this room: agreements, consents, the register, reviews. Rows name people by id only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from commonweal.engines.disclosure import Facts, Permit, Question, Refusal, decide
from commonweal.kernel import clock, journal
from commonweal.kernel.labels import CATEGORIES
from commonweal.sharing import events, rights, site
from commonweal.sharing.agreed import (
    Owed,
    agreement,
    agreement_for,
    agreements,
    agreements_for,
    changes,
    checked_clauses,
    open_measures,
    owners,
    parties,
    signatories,
    signing_for,
    waiting_after,
)
from commonweal.sharing.asked import (
    Beside,
    Due,
    amended_under,
    amendments,
    beside,
    by_code,
    holds_upon,
    is_granted,
    is_in_force,
    legal_holds,
    letters,
    outline,
    own_request,
    own_requests,
    public_letters,
    queue,
    redactions,
    representatives,
    statements,
    steps,
)
from commonweal.sharing.barred import barred, is_expunged, is_in_hiding, is_minors, sealed_since, unreachable
from commonweal.sharing.chri import disseminations, purpose_codes
from commonweal.sharing.drafting import Template, templates
from commonweal.sharing.facts import agreements_of
from commonweal.sharing.glass import (
    CODES,
    DANGERS,
    claims,
    judged,
    may_break_glass,
    may_treat,
    offered,
    openable,
    opening,
    opening_of,
    openings_in_force,
    read_under,
)
from commonweal.sharing.honour import CONDITIONS, Honoured, Prospect, honoured
from commonweal.sharing.linkage import reviewer
from commonweal.sharing.models import (
    Agreement,
    Clause,
    Closeness,
    Consent,
    Disclosure,
    Dissemination,
    LegalHold,
    Letter,
    Measure,
    Opening,
    Party,
    PublicInterest,
    Redaction,
    Representative,
    Request,
    Review,
    SealingOrder,
    SitePolicy,
    Statement,
    Step,
    Suspension,
)
from commonweal.sharing.nearest import cut, nearest
from commonweal.sharing.notices import statement
from commonweal.sharing.outside import CATEGORIES as LETTER_CATEGORIES
from commonweal.sharing.outside import KINDS as OUTSIDE_KINDS
from commonweal.sharing.outside import Recipient, outside_names, recipients, told_outside
from commonweal.sharing.policies import (
    Check,
    blocking,
    checks,
    exact,
    policies,
    policy,
    policy_changes,
    standing_of,
)
from commonweal.sharing.policy import current, in_force, installed_states, law, rules_in_force
from commonweal.sharing.posture import DRILLS, Council, council, hidden
from commonweal.sharing.readers import readers
from commonweal.sharing.references import (
    Reference,
    calls_of,
    kept_from_agent,
    kind_of,
    person_of_request,
    references,
    requests_of,
    spoken,
    under,
)
from commonweal.sharing.replay import Replay, floor
from commonweal.sharing.retaining import outlook
from commonweal.sharing.retention import retention
from commonweal.sharing.reviewing import TOLD as TOLD_OUTCOMES
from commonweal.sharing.reviewing import (
    asked_review,
    closed_reviews,
    look_ups,
    reasons,
    remarks,
    review,
    reviews,
    reviews_by_kind,
    told_of,
    told_review,
)
from commonweal.sharing.signed import names_on
from commonweal.sharing.spoken import carried, citation, law_of, rule, unlock, why
from commonweal.sharing.versions import Changes, Term, diff, digest, terms
from commonweal.sharing.withdrawing import consent, is_with, may_withdraw_all, withdrawn_from
from commonweal.sharing.withdrawing import shown_to as consents_shown_to

__all__ = [
    "barred",
    "is_in_hiding",
    "unreachable",
    "sealed_since",
    "CATEGORIES",
    "Beside",
    "amended_under",
    "amendments",
    "beside",
    "given_to",
    "open_measures",
    "CODES",
    "CONDITIONS",
    "DANGERS",
    "DRILLS",
    "Agreement",
    "Changes",
    "Closeness",
    "Check",
    "Consent",
    "Council",
    "Disclosure",
    "Dissemination",
    "Due",
    "Honoured",
    "LegalHold",
    "Letter",
    "Measure",
    "Opening",
    "Owed",
    "Party",
    "Prospect",
    "PublicInterest",
    "Redaction",
    "Reference",
    "Replay",
    "Representative",
    "Request",
    "Review",
    "SealingOrder",
    "SitePolicy",
    "Statement",
    "Step",
    "Suspension",
    "Template",
    "Term",
    "agreement",
    "agreement_for",
    "agreements",
    "agreements_for",
    "TOLD_OUTCOMES",
    "asked_review",
    "closed_reviews",
    "told_of",
    "told_review",
    "disseminations",
    "blocking",
    "by_code",
    "calls_of",
    "changes",
    "checked_clauses",
    "claims",
    "checks",
    "consent",
    "consents_shown_to",
    "names_on",
    "council",
    "diff",
    "digest",
    "exact",
    "floor",
    "hidden",
    "holds_upon",
    "is_expunged",
    "is_granted",
    "honoured",
    "in_force",
    "installed_states",
    "is_in_force",
    "is_minors",
    "judged",
    "is_with",
    "kept_from_agent",
    "kind_of",
    "law",
    "legal_holds",
    "nearest",
    "cut",
    "letters",
    "look_ups",
    "may_break_glass",
    "may_withdraw_all",
    "may_treat",
    "offered",
    "readers",
    "openable",
    "opening",
    "opening_of",
    "openings_in_force",
    "outline",
    "outlook",
    "own_request",
    "own_requests",
    "owners",
    "person_of_request",
    "policies",
    "policy",
    "policy_changes",
    "public_letters",
    "purpose_codes",
    "queue",
    "read_under",
    "reasons",
    "redactions",
    "references",
    "spoken",
    "remarks",
    "representatives",
    "requests_of",
    "retention",
    "review",
    "reviews",
    "reviewer",
    "reviews_by_kind",
    "rights",
    "rules_in_force",
    "sealing_orders",
    "parties",
    "signatories",
    "signing_for",
    "waiting_after",
    "site",
    "standing_of",
    "statements",
    "steps",
    "templates",
    "terms",
    "under",
    "withdrawn_from",
    "carried",
    "law_of",
    "citation",
    "rule",
    "unlock",
    "why",
    "LETTER_CATEGORIES",
    "consents_end",
    "statement",
    "OUTSIDE_KINDS",
    "Recipient",
    "outside_names",
    "recipients",
    "told_outside",
]


def minors_rule() -> tuple[str, str]:
    """Who signs a minor's consent for treatment records here: the sentence and its citation."""
    return citation(current().minors_rule)


def bound_with(agency: UUID | None) -> frozenset[UUID]:
    """The agency itself and all that a signed agreement in term binds to it."""
    return agreements_of(agency)[0] | {agency} if agency else frozenset()


def consents_of(person: UUID) -> QuerySet[Consent]:
    """A person's consents, newest first: for the person, their helper and the privacy officer."""
    return Consent.objects.filter(person=person).select_related("discloser").order_by("-created_at")


def consents_in_force(person: UUID) -> QuerySet[Consent]:
    """Those neither withdrawn nor expired."""
    return consents_of(person).filter(revoked_at__isnull=True, expires_at__gt=clock.now())


def consents_end(consents: Iterable[str]) -> dict[str, datetime]:
    """When each of these consents ends, or was taken back, by its id as text; unknown ones lack."""
    rows = Consent.objects.filter(id__in=[UUID(one) for one in consents if _is_id(one)])
    ends = {str(row.id): row.revoked_at or row.expires_at for row in rows}
    return {one: end for one, end in ends.items() if end}


def consenting(agency: UUID, category: str, purpose: str) -> dict[UUID, tuple[UUID, datetime]]:
    """People who let an agency read a class of data for a purpose: the consent and its end, by person."""
    found: dict[UUID, tuple[UUID, datetime]] = {}
    for row in Consent.objects.filter(revoked_at__isnull=True, expires_at__gt=clock.now()):
        named = str(agency) in row.recipients and category in row.categories and purpose in row.purposes
        if named and row.signed_at and row.expires_at and not row.signed_by_abuser:
            found[row.person_id] = max(
                found.get(row.person_id, (row.id, row.expires_at)),
                (row.id, row.expires_at),
                key=lambda one: one[1],
            )
    return found


def register(person: UUID | None = None) -> QuerySet[Disclosure]:
    """The disclosure register, newest first; of one person where given."""
    found = Disclosure.objects.order_by("-created_at")
    return found.filter(person=person) if person else found


def given_to(record: UUID) -> frozenset[UUID]:
    """Accounts of workers to whom a record was disclosed, by the register."""
    told = Disclosure.objects.filter(subject=record).values_list("account", flat=True).distinct()
    return frozenset(UUID(one) for one in told if _is_id(one))


def accounting(person: UUID | None = None) -> QuerySet[Disclosure]:
    """What a person may see of it: what a suspended agency was given is hidden for its term (164.528)."""
    before = Q(is_suspended=True) & (Q(suspended_until__isnull=True) | Q(suspended_until__gt=clock.now()))
    shown = register(person).exclude(before)  # rows marked by an earlier version keep their term
    for one in suspensions():
        shown = shown.exclude(person__in=[UUID(p) for p in one.persons], agency=one.agency)
    return shown


def suspensions(*, in_force: bool = True) -> QuerySet[Suspension]:
    """Suspensions of accountings, newest first."""
    found = Suspension.objects.order_by("-created_at")
    return found.filter(lifted_at__isnull=True, until__gt=clock.now()) if in_force else found


def sealing_orders() -> QuerySet[SealingOrder]:
    """Orders that were carried out, newest first: which order, and of how many records."""
    return SealingOrder.objects.order_by("-created_at")


def closenesses() -> QuerySet[Closeness]:
    """Workers of whose own life something is recorded: whose, by whom and when; never what it says."""
    return Closeness.objects.only("id", "created_at", "account", "recorded_by").order_by("-created_at")


def public_interests() -> QuerySet[PublicInterest]:
    """People of public interest, by id, newest first."""
    return PublicInterest.objects.order_by("-created_at")


def explain(*, role: str, category: str, purpose: str, facts: Mapping[str, object]) -> Permit | Refusal:
    """The decision on a made-up question: nobody's record is read and nothing is journalled.

    `facts` are names of the disclosure vocabulary; unknown names or values are refused by the engine.
    """
    return decide(Question(role, category, purpose), Facts.read(dict(facts)), current())


@dataclass(frozen=True, slots=True)
class Posture:
    """Where trust stands, in numbers that name nobody."""

    open_reviews: int
    overdue_reviews: int
    disclosures_30d: int
    refusals_30d: int
    consents_in_force: int
    agreements_in_force: int
    agreements_ending: int


def posture() -> Posture:
    """Counts for the privacy officer's first screen and for a council."""
    now = clock.now()
    month = now - timedelta(days=30)
    due = now - timedelta(days=rules_in_force().number("review_days"))
    in_force = Agreement.objects.filter(state="in_force", ends__gte=clock.today())
    return Posture(
        reviews().count(),
        reviews().filter(created_at__lt=due).count(),
        Disclosure.objects.filter(created_at__gte=month).count(),
        journal.count(events.Refused.kind, since=month),
        Consent.objects.filter(revoked_at__isnull=True, expires_at__gt=now).count(),
        in_force.count(),
        in_force.filter(ends__lte=clock.today() + timedelta(days=60)).count(),
    )


def lasts_until(permit: Permit, since: datetime) -> datetime | None:
    """When what a permit opened must be gone from a phone; None where nothing of the kind limits it.

    Its own expiry, or the end of the first consent or agreement that it relied on.
    """
    ends = [since + timedelta(hours=permit.expires_hours)] if permit.expires_hours else []
    relied = [UUID(one) for one in permit.relied_on if _is_id(one)]
    if relied:
        consents = Consent.objects.filter(id__in=relied).values_list("expires_at", flat=True)
        ends += [end for end in consents if end]
        days = Clause.objects.filter(id__in=relied).values_list("agreement__ends", flat=True)
        ends += [clock.begin(day + timedelta(days=1)) for day in days if day]
    return min(ends, default=None)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
