"""Referrals as HL7 FHIR R4: a Bundle or one resource in, the loop as a Bundle out."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from commonweal.adapters.fhir.reader import FileRefused, read
from commonweal.adapters.fhir.writer import answered, arrive
from commonweal.api.entry import actor_of
from commonweal.kernel.errors import Invalid
from commonweal.referrals import queries as referrals

router = Router()
TYPE = "application/fhir+json"
MOST = 500  # resources of one message


class Taken(Schema):
    """What became of one resource: its referral here, the state now, whether anything was done."""

    kind: str
    referral: UUID
    state: str
    changed: bool


@router.post("/", response=list[Taken], summary="Take in a referral or an answer (FHIR R4)")
def take(request: HttpRequest) -> list[Taken]:
    """A ServiceRequest (scope send_referrals), a Task, or a Bundle of them with its Patient (500 at most).

    A request becomes a referral of the token's agency to performer HealthcareService/ID of the directory; a
    Task moves the referral in focus. All is taken or nothing; the same sent again changes nothing. Resources
    are checked against FHIR R4 and the profiles of HL7 SDOH Clinical Care that they name.
    """
    by = actor_of(request, "send_referrals", "answer_referrals")
    try:
        found = read(request.body, MOST)
    except FileRefused as wrong:
        raise Invalid("body", str(wrong), "Send one resource of FHIR R4, or a Bundle, as JSON.") from wrong
    return [Taken(kind=a.kind, referral=a.referral, state=a.state, changed=a.changed)
            for a in arrive(by=by, resources=found)]  # fmt: skip


@router.get("/referral/{uuid:referral}", summary="One referral as a Bundle (FHIR R4)")
def give(request: HttpRequest, referral: UUID) -> HttpResponse:
    """Request and Task, how the loop stands, unnamed: names go to the receiver's own outbox alone."""
    by = actor_of(request, "send_referrals", "answer_referrals")
    row = referrals.row(by, referral)
    return HttpResponse(answered(row), content_type=TYPE)
