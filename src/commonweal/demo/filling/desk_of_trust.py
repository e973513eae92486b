"""The privacy officer's desk with a year behind it: requests in every state, agreements under way, a hold.

And what the gate has logged: criminal history given, a record under a court's order.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.cases import queries as cases
from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.organization import Organization
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries

PROMISES = (
    ("Look-ups without a call read within a week", "all of them", -12),
    ("Workers trained in consent", "9 of 10", 20),
    ("Workers trained in what may be said on scene", "all of them", -60),
)
RIGHT = "The year of birth was wrong in this record. The document that was shown says 1985."
WORDS = "I was at my sister's that night, and nobody asked me before this was written."


def fill(organization: Organization, ids: Ids, known: Sequence[UUID], calls: Sequence[UUID]) -> None:
    """Work of the officer: `known` are people who ask, `calls` what a reporter asks about."""
    officer = next(ids.actor(w.key) for w in organization.workers if w.role == "privacy_officer")
    _agreements(officer, organization, ids)
    _requests(officer, iter(known), calls)
    police = [w.key for w in organization.workers if w.role in ("patrol_officer", "cit_officer")]
    with transaction.atomic():
        for number, person in enumerate(known if police else ()):
            _given(ids.actor(police[number % len(police)]), person, 6 * number + 2)
        _given_on(officer)
    if known:
        sharing.set_legal_hold(
            by=officer, name="Claim 25-118 against the county", scope="person", subject=known[0],
            reason="The county's counsel expects a claim about the night of the call.",
        )  # fmt: skip


@transaction.atomic
def _agreements(officer: Actor, organization: Organization, ids: Ids) -> None:
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
        if signed:
            _promised(officer, found.id)
    with clock.at(clock.now() - timedelta(days=395)):
        old = sharing.draft_agreement(
            by=CLERK, title="Summer pilot on the river", kind="mou", text="For one summer.", clauses=(plan,),
            starts=clock.today(), ends=clock.today() + timedelta(days=120), parties=[first, third],
        )  # fmt: skip
        for party in (first, third):
            sharing.sign_agreement(by=CLERK, agreement=old.id, agency=party)
    sharing.settle_agreements(by=CLERK)
    sharing.remind_of_agreements(by=CLERK)


def _promised(officer: Actor, agreement: UUID) -> None:
    """One measure that is late, one to come, one with its value."""
    for name, target, days in PROMISES:
        said = sharing.Target(name, target, UUID(officer.id), clock.today() + timedelta(days=days))
        made = sharing.set_measure(by=officer, agreement=agreement, said=said)
        if days < -30:
            sharing.record_measure(by=officer, measure=made.id, value="31 of 32", note="One was on leave.")


def _given(officer: Actor, person: UUID, days: int) -> None:
    """On a call an officer ran a person's history; later a court ordered a clinic's file, or the plan."""
    about, filed = Subject("person", person), people.records_of(person)
    origins = people.origins(filed)
    clinics = [one for one in filed if one in origins and origins[one].source_program == "health"]
    with clock.at(clock.now() - timedelta(days=days)):
        sharing.tie(by=CLERK, relation="incident", subject=about, account=UUID(officer.id))
        helped = [Subject("case", one.id) for one in cases.of_person(person)[:1]]
        ran = sharing.Circumstances(purpose_code="C")
        ordered = sharing.Circumstances(legal_process="court_order")
        for category, purpose, records, said in (
            ("criminal_history", "emergency", [one for one in filed if one not in clinics][:1], ran),
            ("identity", "enforcement", clinics[:1], ordered),
            ("case_plan", "enforcement", helped, ordered),
        ):
            for one in records:
                sharing.ask(by=officer, category=category, purpose=purpose, about=one, circumstances=said)
        sharing.untie(by=CLERK, relation="incident", subject=about, account=UUID(officer.id))


def _given_on(officer: Actor) -> None:
    """One history went on to the neighbouring county."""
    given = queries.disseminations().last()
    if given is None:
        return
    to = sharing.Recipient("Det. Ana Ruiz", "Vale County Sheriff", "CA0190200")
    sharing.record_onward(
        by=officer, dissemination=given.id, recipient=to, purpose_code="C", reason="They look for him too."
    )


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
    first = known_by(came("amendment", "The year of my birth is wrong.", 30, asked, "A resident"), 28)
    _amended(officer, first, asked)
    known_by(came("amendment", "That is not my address any more.", 6, asked, "A resident"), 4)
    last = next(known, asked)
    came("complaint", "I was told about my neighbour's call.", 9, last, "A neighbour")
    known_by(came("complaint", "A worker knew of my case before I said a word.", 14, last, "A client"), 12)
    done = came("public_records", "Welfare checks on Cedar Avenue last month.", 12, name="The Harlow Courier")
    with clock.at(clock.now() - timedelta(days=8)):
        sharing.take_request(by=officer, request=done)
        records = {Subject("call", call): f"C-{n}" for n, call in enumerate(calls, 1)}
        sharing.redact(by=officer, request=done, records=records)
        sharing.answer_request(by=officer, request=done, outcome="granted_in_part", grounds=["exempt"])
    came("public_records", "How often did crisis teams go instead of police?", 3, name="A student")


def _amended(officer: Actor, request: UUID, person: UUID) -> None:
    """A correction granted, beside the record, and told to whom the person named."""
    with clock.at(clock.now() - timedelta(days=21)):
        sharing.answer_request(by=officer, request=request, outcome="granted")
        for about in people.records_of(person)[:1]:
            sharing.amend_record(by=officer, request=request, about=about, text=RIGHT, tell=True)
            sharing.tell_of_amendment(
                by=officer, request=request, name="Legal Aid of Harlow", contact="9 Court Square, Harlow"
            )


def _corrected(officer: Actor, request: UUID, person: UUID) -> None:
    """A correction refused, and the person's own words beside the record."""
    with clock.at(clock.now() - timedelta(days=20)):
        sharing.answer_request(by=officer, request=request, outcome="denied", grounds=["accurate"])
        for about in people.records_of(person)[:1]:
            sharing.keep_statement(by=officer, request=request, text=WORDS, about=about)
