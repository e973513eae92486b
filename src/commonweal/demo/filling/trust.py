"""The memorandum that binds the county's agencies, and the charter of its hub table."""

from datetime import timedelta

from django.db import transaction

from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.organization import Organization
from commonweal.kernel import clock
from commonweal.sharing import actions as sharing

NOT_PARTY = ("council",)
CLAUSES: tuple[dict[str, object], ...] = (
    {
        "text": "Crisis teams on a call may know which services support the person.",
        "category": "case_plan",
        "fields": ["services", "contact_of_case_manager"],
        "roles": ["crisis_team", "corespond_clinician"],
        "purposes": ["emergency"],
    },
    {
        "text": "Officers on a call may know who the person's case manager is.",
        "category": "case_plan",
        "fields": ["contact_of_case_manager"],
        "roles": ["cit_officer", "patrol_officer"],
        "purposes": ["emergency"],
        "conditions": [],
    },
    {
        "text": "While a person at risk is missing, those who may meet them may learn name, looks and face.",
        "category": "identity",
        "fields": ["name", "physical_description", "photo"],
        "roles": [
            "dispatcher",
            "patrol_officer",
            "cit_officer",
            "corespond_clinician",
            "crisis_team",
            "shelter_worker",
            "case_manager",
        ],
        "purposes": ["emergency", "care_coordination"],
        "conditions": ["missing_person"],
    },
)
TABLE_CLAUSES: tuple[dict[str, object], ...] = (
    {
        "text": "At filter three, those who stay at the table may learn name, date of birth and address.",
        "category": "identity",
        "fields": ["name", "dob", "home_address"],
        "roles": ["case_manager", "corespond_clinician", "prosecutor"],
        "purposes": ["care_coordination"],
        "conditions": ["tie:table"],
    },
)
INDEX = frozenset({"social_service"})
INDEX_CLAUSES: tuple[dict[str, object], ...] = (
    {
        "text": "Records stewards may lay two records side by side, to say whether they are of one person.",
        "category": "identity",
        "fields": ["name", "dob", "phone", "home_address", "physical_description", "ssn_last4"],
        "roles": ["record_steward"],
        "purposes": ["administration"],
    },
)


def _sign(
    title: str, kind: str, text: str, parties: list[str], clauses: tuple[dict[str, object], ...], ids: Ids
) -> None:
    today = clock.today()
    members = [ids.agency[p] for p in parties]
    found = sharing.draft_agreement(
        by=CLERK, title=title, kind=kind, text=text, starts=today - timedelta(days=400),
        ends=today + timedelta(days=330), parties=members, clauses=clauses,
    )  # fmt: skip
    for member in members:
        sharing.sign_agreement(by=CLERK, agreement=found.id, agency=member)


@transaction.atomic
def fill(organization: Organization, ids: Ids) -> None:
    """Sign the agreements."""
    parties = [a.code for a in organization.agencies if a.code not in NOT_PARTY]
    _sign(
        "Harlow County crisis response memorandum", "mou",
        "The agencies answer crises together. Each keeps its own records and shares what law, consent and "
        "the clauses below allow, and nothing else.", parties, CLAUSES, ids,
    )  # fmt: skip
    _sign(
        "Harlow hub table charter", "task_force_charter",
        "Situations of acutely elevated risk are spoken of through four filters. Names are known only from "
        "the third, and only to those who stay.", parties, TABLE_CLAUSES, ids,
    )  # fmt: skip
    _sign(
        "Shared person index of the social services", "data_sharing",
        "Records stewards of the parties compare their records and say which are of one person. Nothing else "
        "is opened, to nobody else.",
        [a.code for a in organization.agencies if a.kind in INDEX], INDEX_CLAUSES, ids,
    )  # fmt: skip
