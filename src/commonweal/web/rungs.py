"""Steps of ladders in words: whom one tells, and where; for those who set them and those who were told."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.agencies import queries as agencies
from commonweal.messages import queries

OCCASIONS: Mapping[str, Promise] = {
    "duress": gettext_lazy("A worker asks for help silently"),
    "check_in_missed": gettext_lazy("A safety check was missed"),
    "call_unassigned": gettext_lazy("A call of the first urgency has nobody on the way"),
    "follow_up_unassigned": gettext_lazy("A follow-up is due and nobody has it"),
}
REACHES: Mapping[str, Promise] = {
    "near": gettext_lazy("at the agencies concerned"), "everywhere": gettext_lazy("everywhere"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """Names of agencies and teams by id, and of roles by code, read once for a page."""

    agencies: Mapping[UUID, str]
    teams: Mapping[UUID, str]
    roles: Mapping[str, str]

    def who(self, step: queries.Step) -> str:
        """The role in words; everybody where none is said."""
        return self.roles.get(step.who, step.who) if step.who else _("everybody")

    def where(self, step: queries.Step) -> str:
        """The team or agency by name, else how far the role is looked for."""
        if step.team:
            return self.teams.get(step.team, "")
        return self.agencies.get(step.agency, "") if step.agency else str(REACHES[step.reach])


def places() -> Places:
    """As they are named now."""
    houses = {one.id: one.name for one in agencies.agencies()}
    teams = {one.id: f"{one.name}, {houses.get(one.agency_id, '')}" for one in agencies.teams()}
    roles = {role.code: _(role.name) for role in agencies.ROLES.values() if role.code != "person"}
    return Places(houses, teams, roles)
