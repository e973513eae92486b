"""The privacy officer's desk with a year behind it: requests in every state, agreements under way, a hold."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.organization import Organization
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing

WORDS = "I was at my sister's that night, and nobody asked me before this was written."


def fill(organization: Organization, ids: Ids, known: Sequence[UUID], calls: Sequence[UUID]) -> None:
    """Work of the officer: `known` are people who ask, `calls` what a reporter asks about."""
    officer = next(ids.actor(w.key) for w in organization.workers if w.role == "privacy_officer")
    _agreements(organization, ids)
    _requests(officer, iter(known), calls)
    if known:
        sharing.set_legal_hold(
            by=officer, name="Claim 25-118 against the county", scope="person", subject=known[0],
            reason="The county's counsel expects a claim about the night of the call.",
        )  # fmt: skip


@transaction.atomic
def _agreements(organization: Organization, ids: Ids) -> None:
    """A draft, one that waits for a signature, one that begins next month, one that has run out."""
    today, kinds = clock.today(), {a.kind: ids.agency[a.code] for a in organization.agencies}
    first, second, third = [kinds[k] for k in ("health", "social_service", "police") if k in kinds][:3]
    plan = {
        "text": "Case managers may know that their client keeps a crisis plan.",
        "category": "safety_alerts",
        "fields": ["deescalation_tips"],
        "roles": ["case_manager"],
        "purposes": ["care_coordination"],
    }
    for title, kind, begins, lasts, signed in (
        ("Data sharing for crisis plans", "data_sharing", 10, 365, 0),
        ("Co-response on the east side", "mou", 5, 365, 1),
        ("Winter outreach", "data_sharing", 30, 150, 2),
    ):
        found = sharing.draft_agreement(
            by=CLERK, title=title, kind=kind, text="Each party keeps its own records.", clauses=(plan,),
            starts=today + timedelta(days=begins), ends=today + timedelta(days=begins + lasts),
            parties=[first, second],
        )  # fmt: skip
        for party in (first, second)[:signed]:
            sharing.sign_agreement(by=CLERK, agreement=found.id, agency=party)
    with clock.at(clock.now() - timedelta(days=395)):
        old = sharing.draft_agreement(
            by=CLERK, title="Summer pilot on the river", kind="mou", text="For one summer.", clauses=(plan,),
            starts=clock.today(), ends=clock.today() + timedelta(days=120), parties=[first, third],
        )  # fmt: skip
        for party in (first, third):
            sharing.sign_agreement(by=CLERK, agreement=old.id, agency=party)
    sharing.settle_agreements(by=CLERK)


def _requests(officer: Actor, known: Iterator[UUID], calls: Sequence[UUID]) -> None:
    """Access, correction, accounting, complaint, public records: new, in work, extended, answered, closed."""

    def came(kind: str, text: str, days: int, person: UUID | None = None, name: str = "") -> UUID:
        with clock.at(clock.now() - timedelta(days=days)):
            language = "es" if "Quiero" in text else "en"
            asker = sharing.Asker(name=name, contact="PO Box 12, Harlow", language=language)
            found, _ = sharing.receive_request(by=officer, kind=kind, text=text, person=person, asker=asker)
        return found.id

    def known_by(request: UUID, days: int, how: str = "id_document") -> UUID:
        with clock.at(clock.now() - timedelta(days=days)):
            sharing.verify_request(by=officer, request=request, how=how)
            sharing.take_request(by=officer, request=request)
        return request

    asked = next(known, None)
    if asked is None:
        return
    came("access", "I would like a copy of everything about me.", 2, asked, "A resident")
    known_by(came("access", "Quiero una copia de mi expediente.", 21, next(known, asked), "Una vecina"), 19)
    late = known_by(came("accounting", "Who received my record?", 70, next(known, asked), "A resident"), 60)
    with clock.at(clock.now() - timedelta(days=40)):
        sharing.extend_request(by=officer, request=late, reason="Two agencies still have to answer.")
    wrong = came("amendment", "The note of that night is wrong.", 45, asked, "A resident")
    _corrected(officer, known_by(wrong, 40), asked)
    came("complaint", "I was told about my neighbour's call.", 9, next(known, asked), "A neighbour")
    done = came("public_records", "Welfare checks on Cedar Avenue last month.", 12, name="The Harlow Courier")
    with clock.at(clock.now() - timedelta(days=8)):
        sharing.take_request(by=officer, request=done)
        records = {Subject("call", call): f"C-{n}" for n, call in enumerate(calls, 1)}
        sharing.redact(by=officer, request=done, records=records)
        sharing.answer_request(by=officer, request=done, outcome="granted_in_part", grounds=["exempt"])
    came("public_records", "How often did crisis teams go instead of police?", 3, name="A student")


def _corrected(officer: Actor, request: UUID, person: UUID) -> None:
    """A correction refused, and the person's own words beside the record."""
    with clock.at(clock.now() - timedelta(days=20)):
        sharing.answer_request(by=officer, request=request, outcome="denied", grounds=["accurate"])
        for about in people.records_of(person)[:1]:
            sharing.keep_statement(by=officer, request=request, text=WORDS, about=about)
