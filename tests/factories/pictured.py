"""An encounter with three photographs of a person who has a case: a scene, an injury, a card."""

from dataclasses import dataclass
from uuid import UUID

from commonweal.calls import actions as calls
from commonweal.encounters import actions
from commonweal.encounters.models import Photograph
from commonweal.kernel.actors import Actor

from .calls import CALM, Centre, open_centre
from .cases import Support, support
from .cast import consented
from .photographs import taken


@dataclass
class Pictured:
    """Rosa's case, the crisis team that met her, their record with what they photographed."""

    centre: Centre
    held: Support
    worker: Actor
    medic: Actor
    record: UUID

    def photograph(self, kind: str) -> Photograph:
        """The one of a kind."""
        return Photograph.objects.get(encounter=self.record, kind=kind)


def pictured(agency: str = "health", form: str = "hipaa_auth") -> Pictured:
    """Photographed with her yes, by a team of this agency. The files stand where `MEDIA_ROOT` says.

    By a consent of this form (none where empty) her case manager's agency may read of it.
    """
    centre = open_centre(staffed=False)
    centre.unit("T1", "crisis_team", agency, "crisis_worker medic", east=0.02)
    held, call = support(centre.cast), centre.call(CALM)
    if form:
        consented(centre.cast, held.person, form, ["social_service"], ["encounter_narrative", "identity"])
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]])
    worker, medic = centre.crews["T1"]
    record = actions.open_encounter(by=worker, call=call).id
    actions.name_person(by=medic, encounter=record, person=held.person)
    actions.record(by=medic, encounter=record, consent_to_photograph=True, shared_note="A broken pane")
    for by, kind, caption in (
        (medic, "scene", "Broken pane"), (worker, "injury", "Left hand"), (medic, "identification", "")
    ):  # fmt: skip
        shot = actions.Picture(content=taken(), kind=kind, caption=caption)
        actions.add_photograph(by=by, encounter=record, picture=shot)
    return Pictured(centre, held, worker, medic, record)
