"""What each agency knows of people, as its clerks wrote it; response plans and dated cautions."""

from collections import defaultdict
from collections.abc import Container
from datetime import timedelta

from django.db import transaction

from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.people import People, Person, Record
from commonweal.kernel import clock
from commonweal.kernel.ids import new_id
from commonweal.people import actions as people

HELPS = (
    ("Speak softly and sit down with them.", "Sirens, several people talking at once."),
    ("Ask about their dog, Biscuit.", "Touching their bag or cart."),
    ("Let them choose where to stand and talk.", "Standing in the doorway."),
    ("Give time; answers come late.", "Raised voices, bright lights."),
)
TONGUES = {"es": "Spanish", "vi": "Vietnamese", "zh": "Chinese", "tl": "Tagalog", "ar": "Arabic"}


@transaction.atomic
def fill(known: People, ids: Ids, helped: Container[tuple[str, int]] = ()) -> int:
    """File every record under its agency; records of one truth stay apart until linked by evidence.

    `ids.person` maps the truth to the person of its first record: the one that calls will name. Whom an
    agency helps (`helped`: agency, truth) its worker recognised: that record joins the person at once.
    """
    rows = [_row(record, helped, ids) for record in known.records]
    people.bring_records(by=CLERK, records=rows)
    plans = [p for p in known.people if p.has_plan and p.key in ids.person]
    for number, person in enumerate(plans):
        _plan(person, number, ids)
    return len(known.records)


def _row(record: Record, helped: Container[tuple[str, int]], ids: Ids) -> people.PastRecord:
    is_recognised = (record.agency, record.person) in helped
    person = ids.person.get(record.person) if is_recognised else None
    filed = people.PastRecord(
        agency=ids.agency[record.agency],
        external_id=record.external_id,
        values=_values(record),
        person=person or new_id(),
    )
    ids.person.setdefault(record.person, filed.person)
    return filed


def _values(record: Record) -> dict[str, object]:
    return {
        "given": record.given,
        "family": record.family,
        "born": record.born,
        "sex": record.sex,
        "address": record.address,
        "phone": record.phone,
        "ssn_last4": record.ssn_last4,
        "language": record.language,
    }


def _plan(person: Person, number: int, ids: Ids) -> None:
    helps, harms = HELPS[number % len(HELPS)]
    tongue = TONGUES.get(person.language, person.language)
    author = ids.actor("health.case_manager.1")
    people.keep_plan(
        by=author,
        person=ids.person[person.key],
        agency=ids.agency["harlow_pd"],
        helps=helps,
        harms=harms,
        contacts="Behavioral Health follow-up team, day line 555-0100",
        communication="" if person.language == "en" else f"Speaks {tongue}",
        summary="Agreed with the person; review twice a year.",
    )
    if number % 5 == 0:
        people.note_caution(
            by=ids.actor("harlow_pd.cit_officer.1"),
            person=ids.person[person.key],
            agency=ids.agency["harlow_pd"],
            text="Startled by sudden movement; keep a car's length at first.",
            observed_at=clock.now() - timedelta(days=20 + number % 90),
        )


def by_truth(known: People) -> dict[int, list[Record]]:
    """Records of each true person: what a linkage run is judged on."""
    found: dict[int, list[Record]] = defaultdict(list)
    for record in known.records:
        found[record.person].append(record)
    return found
