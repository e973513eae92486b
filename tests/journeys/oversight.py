"""What oversight and operations add to the populated site: requests, letters, emergencies, pairs, imports."""

from uuid import UUID

from commonweal import flow
from commonweal.cases import actions as case_acts
from commonweal.community import actions as community
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock, uploads
from commonweal.kernel.actors import Subject
from commonweal.kernel.imports import run_of
from commonweal.messages.models import Notification
from commonweal.people import actions as people
from commonweal.people.models import LinkDecision, Proposal
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Letter
from commonweal.sharing.site import Rules
from factories.calls import Centre
from factories.cast import SETUP, someone, worker
from journeys.canaries import FREE, Hold

CALLS = "call_number,agency,nature,priority,source,received,dispatched,address,longitude,latitude\n"
REFUSED = "cq00000000badbad01"  # stands in a row of an import that was refused, as the source wrote it
PLEA = sharing.Plea("self_harm", "the_person", "Found without a word")


def oversee(centre: Centre, hold: Hold, person: UUID) -> None:
    """Requests of the person and the public, an emergency, a pair to review, an import with refused rows."""
    _requests(centre, hold, person)
    _pairs(centre, hold)
    _import(centre, hold)
    _the_shelter(centre, hold)
    by = centre.cast["cit_officer"]
    about = encounters.openable_in_emergency(person)
    opening = sharing.break_glass(by=by, person=person, plea=PLEA, about=about, call=hold.ids["call"][0])
    promised = community.commit(
        by=centre.cast["community_liaison"], text_en="A light", owner="Works", due=clock.today()
    )
    said = sharing.PolicyDraft(Rules(), "As it is", clock.today())
    hold.ids |= {
        "opening": [opening.id], "commitment": [promised.id], "policy": [_policy(centre, said)],
        "organization": [], "letter": [row.id for row in Letter.objects.all()[:1]],
        "notification": [row.id for row in Notification.objects.all()[:1]],
    }  # fmt: skip


def _policy(centre: Centre, said: sharing.PolicyDraft) -> UUID:
    return sharing.draft_policy(by=centre.cast["privacy_officer"], said=said).id


def _requests(centre: Centre, hold: Hold, person: UUID) -> None:
    officer = centre.cast["privacy_officer"]
    asker = sharing.Asker(name="Rosa Delgado", contact="12 Quay St")
    filed = []
    for kind in ("access", "public_records"):
        about = person if kind == "access" else None
        made, _ = sharing.receive_request(by=officer, kind=kind, text="All", person=about, asker=asker)
        if about:
            sharing.verify_request(by=officer, request=made.id, how="known_in_person")
        sharing.take_request(by=officer, request=made.id)
        filed.append(made.id)
    sharing.extend_request(by=officer, request=filed[0], reason="Two agencies")
    hold.ids["request"] = filed


def _pairs(centre: Centre, hold: Hold) -> None:
    cast = centre.cast
    _, left = someone(cast, "police", address="5 Oar St", description="Grey")
    _, right = someone(cast, "hmis_shelter", address="5 Oar St", description="Grey")
    people.propose(by=SETUP, pairs=[(left.id, right.id, 0.8, [])], model="m")
    hold.ids["pair"] = [row.id for row in Proposal.objects.all()]
    hold.ids["decision"] = [row.id for row in LinkDecision.objects.all()[:1]]


def _import(centre: Centre, hold: Hold) -> None:
    row = f"A3,police,NOISE,3,911,{REFUSED},,12 Oak St,,\n"
    asked = uploads.ask(
        by=worker(centre.cast.agency["privacy"], "administrator"), kind="calls", profile="calls_plain",
        name="week.csv", content=[(CALLS + row).encode()],
        agency=centre.cast.agency["police"],
    )  # fmt: skip
    flow.bring_in()
    assert run_of(asked.id).rejects_file, "the row is refused"
    hold.ids["run"] = [asked.id]


def _the_shelter(centre: Centre, hold: Hold) -> None:
    """Rows of an HMIS of somebody who stays, and of somebody whose record was expunged since."""
    shelter, rows = centre.cast.agency["hmis_shelter"], []
    for key in ("c1", "c2"):
        _, record = someone(centre.cast, "hmis_shelter", address=f"{key} Reed St")
        content = {"PersonalID": key, "FirstName": FREE, "LastName": FREE, "NameDataQuality": "1"}
        content |= {"SSN": "", "SSNDataQuality": "99", "DOB": "", "DOBDataQuality": "99"}
        rows.append(
            case_acts.ProgrammeRow(file="Client.csv", key=key, project="", record=record.id, content=content)
        )
        hold.ids.setdefault("stay", []).append(record.id)
    case_acts.file_hmis_rows(by=SETUP, agency=shelter, year=2026, rows=rows)
    sharing.bar(by=SETUP, subject=Subject("source_record", hold.ids["stay"][1]), expunged=True)
