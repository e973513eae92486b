"""Cases and hub tables."""

from commonweal.cases.models.aftercare import Aftercare, Checkup
from commonweal.cases.models.care import Case, Contact, Goal, Member, NeedsRating, Task
from commonweal.cases.models.conferences import Admission, AgendaItem, Conference, Decision
from commonweal.cases.models.diversion import Charge, Diversion, WorkGroupNote
from commonweal.cases.models.documents import Document
from commonweal.cases.models.hmis import HmisRow
from commonweal.cases.models.letters import AdvocacyLetter
from commonweal.cases.models.signs import Sign, SignRules
from commonweal.cases.models.tables import Discussion, Presence, Seat, StageMove, Table
from commonweal.cases.models.views import SavedView

__all__ = [
    "Admission",
    "AdvocacyLetter",
    "AgendaItem",
    "Conference",
    "Decision",
    "Aftercare",
    "Checkup",
    "Case",
    "Charge",
    "Contact",
    "Discussion",
    "Diversion",
    "Document",
    "Goal",
    "HmisRow",
    "Member",
    "NeedsRating",
    "Presence",
    "SavedView",
    "Seat",
    "Sign",
    "SignRules",
    "StageMove",
    "Table",
    "Task",
    "WorkGroupNote",
]
