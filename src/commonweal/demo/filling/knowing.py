"""What agencies may know of each other's people: own files, releases, pairs to judge, a broken glass."""

from datetime import timedelta

from django.db import transaction

from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.people import People, Person
from commonweal.demo.values import Case
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.people import actions as people
from commonweal.people import queries as records
from commonweal.sharing import actions as sharing
from commonweal.sharing.actions import Circumstances

COMPARED = ("harlow_pd", "health", "commons", "harbor", "hospital", "pantry", "legal", "works")
SURE = 0.999
SIGNED = "M8 40 C 22 8 34 8 40 36 S 62 44 70 20 S 96 30 104 38"
GLASS = (
    ("Unconscious on arrival; the hospital must know what was taken.", 26),
    ("Seizure at the scene; allergies and medicines unknown.", 140),
)


def own_files(cases: list[Case], known: People, ids: Ids) -> int:
    """The lead agency of a case has a file of its own on whom it helps: what the person told it."""
    truth = {p.key: p for p in known.people}
    held = {(r.agency, r.person) for r in known.records}
    opened = {(c.agency, c.person) for c in cases if c.person in ids.person} - held
    rows = [_client(agency, truth[person], ids) for agency, person in sorted(opened)]
    return people.bring_records(by=CLERK, records=rows)


def _client(agency: str, who: Person, ids: Ids) -> people.PastRecord:
    return people.PastRecord(
        agency=ids.agency[agency],
        external_id=f"client-{who.key}",
        values={"given": who.given, "family": who.family, "born": who.born, "language": who.language},
        person=ids.person[who.key],
    )


@transaction.atomic
def releases(cases: list[Case], ids: Ids) -> int:
    """Those with an open case agreed that the agencies of their team may know how the others help."""
    signed = 0
    for case in cases:
        others = {m.partition(".")[0] for m in case.members} | {case.agency}
        if case.closed_at or case.person not in ids.person or len(others) < 2:
            continue
        with clock.at(max(case.opened_at, clock.now() - timedelta(days=300))):
            sharing.record_consent(
                by=ids.actor(case.manager),
                person=ids.person[case.person],
                form="roi",
                recipients=[ids.agency[other] for other in sorted(others)],
                categories=["identity", "case_plan", "referral_status"],
                purposes=["care_coordination"],
                signer="Signed on the phone",
                signature=SIGNED,
                expires_at=clock.now() + timedelta(days=365),
            )
        signed += 1
    return signed


def pairs(ids: Ids) -> int:
    """Compare what some agencies hold; a steward has judged the surest half, the rest waits."""
    people.run_linkage(by=CLERK, agencies=[ids.agency[a] for a in COMPARED if a in ids.agency])
    sure = [p for p in records.proposals()[:200] if p.probability >= SURE]
    for pair in sure[: len(sure) // 2]:
        people.link(
            by=CLERK, left=pair.left.id, right=pair.right.id, probability=pair.probability,
            evidence=[dict(e) for e in pair.evidence], model=pair.model,
        )  # fmt: skip
    return len(sure) // 2


def glass(ids: Ids) -> None:
    """Two medics broke the glass for somebody who could not speak; the privacy officer has to look at it."""
    medics = [key for key in sorted(ids.worker) if ".medic." in key]
    for number, (reason, hours) in enumerate(GLASS):
        person = sorted(ids.person)[number * 7]
        about = next(iter(records.records_of(ids.person[person])), None)
        if about is None or not medics:
            continue
        with clock.at(clock.now() - timedelta(hours=hours)):
            _break(medics[number % len(medics)], about, reason, ids)


def _break(medic: str, about: Subject, reason: str, ids: Ids) -> None:
    said = Circumstances(medical_emergency=True, break_glass=reason, consent_obtainable=False)
    by = ids.actor(medic)
    sharing.ask(by=by, category="identity", purpose="emergency", about=about, circumstances=said)
