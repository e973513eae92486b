"""Agreements by programs: read with their digest, signed for the own agency, with their changes."""

from datetime import timedelta

import pytest

from commonweal.kernel import clock
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Agreement
from factories.caller import Program
from factories.cast import SETUP, Cast, gather, worker

pytestmark = pytest.mark.django_db
CLAUSE = {
    "key": "name", "text": "The name.", "category": "identity", "fields": ["name"], "roles": ["case_manager"],
    "purposes": ["care_coordination"],
}  # fmt: skip


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies without any agreement."""
    return gather(partners=False)


def said(cast: Cast, *clauses: dict[str, object]) -> sharing.Draft:
    """What a draft of the police and the helpers says."""
    parties = [cast.agency["police"], cast.agency["social_service"]]
    today = clock.today()
    return sharing.Draft("Memorandum", "mou", "Together.", today, today + timedelta(9), parties, clauses)


def test_a_signatory_sees_and_signs_the_own_agencys_alone(cast: Cast) -> None:
    found = sharing.draft(by=SETUP, said=said(cast, CLAUSE))
    police, school = (Program(worker(cast.agency[k], "privacy_officer"), "sign_agreements")
                      for k in ("police", "school"))  # fmt: skip
    (row,) = police.seen("trust/agreements")
    assert row["id"] == str(found.id) and len(row["digest"]) == 64 and row["signed"] == []
    assert police.done(f"trust/agreements/{found.id}/sign")["signed"] == ["Harlow Police"]
    assert school.post(f"trust/agreements/{found.id}/sign").status_code == 404
    assert Program(cast["patrol_officer"]).get(f"trust/agreements/{found.id}/changes").status_code == 403


def test_changes_are_told_clause_by_clause(cast: Cast) -> None:
    first: Agreement = sharing.draft(by=SETUP, said=said(cast, CLAUSE))
    for party in first.parties.all():
        sharing.sign_agreement(by=SETUP, agreement=first.id, agency=party.agency_id)
    second = sharing.draft_version(by=SETUP, agreement=first.id)
    duty = {"key": "audit", "kind": "audit", "text": "We look every month."}
    wider = {**CLAUSE, "fields": ["dob"]}
    sharing.revise_agreement(by=SETUP, agreement=second.id, said=said(cast, wider, duty))
    told = Program(cast["privacy_officer"]).seen(f"trust/agreements/{second.id}/changes")
    assert [(t["how"], t["key"]) for t in told] == [("added", "audit"), ("changed", "name")]
    assert told[1]["gained"] == {"fields": ["dob"]} and told[1]["lost"] == {"fields": ["name"]}
