"""The demo's walk down the chain: which roles work at which step, and one person for each."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.web.navigation import DESKS, Desk


class Face(NamedTuple):
    """One demo account to enter as."""

    username: str
    name: str
    role: str
    agency: str
    home: str


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain: its title, a sentence, who works there, and public pages."""

    title: str | Promise
    sentence: str | Promise
    roles: tuple[str, ...]
    public: tuple[str, ...] = ()
    faces: tuple[Face, ...] = ()

    @property
    def links(self) -> list[Desk]:
        """The public desks of this step."""
        return [DESKS[code] for code in self.public]


def _step(title: Promise, sentence: Promise, roles: str, public: str = "") -> Step:
    return Step(title, sentence, tuple(roles.split()), tuple(public.split()))


STEPS = (
    _step(
        _("The call, and the right response"),
        _("Answer, triage, send; then watch it happen."),
        "call_taker supervisor",
    ),
    _step(
        _("The encounter"),
        _("On a phone: arrive, listen, write it once, ask for consent."),
        "clinician crisis_worker cit_officer patrol_officer medic",
    ),
    _step(
        _("The referral"),
        _("Answer what was sent; post what is free."),
        "shelter_worker provider_staff sud_counselor hospital_staff victim_advocate",
    ),
    _step(
        _("The case, and the hub table"), _("Follow up until there is an outcome."), "case_manager prosecutor"
    ),
    _step(
        _("Records and trust"),
        _("Who is who; who saw what, why, and on what basis."),
        "records_steward privacy_officer counsel signatory",
    ),
    _step(
        _("Evaluation, insight, planning"),
        _("What changed, where need is, and the next roster."),
        "evaluator analyst program_manager plan_approver",
    ),
    _step(_("Training"), _("What each role must know, and scenarios to play."), "training_coordinator"),
    _step(
        _("Residents and the person helped"),
        _("Find help, be heard, see who looked."),
        "community_liaison person",
        "resident",
    ),
    _step(_("Setup"), _("Agencies, people, roles, units, imports."), "administrator"),
)


def steps() -> list[Step]:
    """The chain's steps with one account of each role; of a crew that is out, where one is."""
    first = {account.role: account for account in agencies.first_of_each_role(_out())}
    return [
        Step(
            step.title,
            step.sentence,
            step.roles,
            step.public,
            tuple(_face(first[role]) for role in step.roles if role in first),
        )
        for step in STEPS
    ]


def _out() -> list[UUID]:
    """Who is on a call, the newest call first: whoever just sent a team finds its phone."""
    newest = sorted(calls.open_calls(), key=lambda call: call.minutes)
    return [account for call in newest for account in calls.crew_of(call.id)]


def _face(account: agencies.Account) -> Face:
    role = agencies.ROLES[account.role]
    name = account.agency.name if account.agency else ""
    return Face(account.username, account.display_name, gettext(role.name), name, role.home)
