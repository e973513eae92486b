"""The desks in the order of the chain, and which of them a person may enter."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commonweal.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Desk:
    """One person's screen: its folder, path, name, one sentence, and the permissions of which any opens it.

    No permissions means that the desk is public.
    """

    code: str
    path: str
    name: str | Promise
    sentence: str | Promise
    permissions: frozenset[str] = frozenset()

    def opens_for(self, actor: Actor) -> bool:
        """Whether this actor may enter."""
        return not self.permissions or bool(self.permissions & actor.permissions)


def _desk(code: str, path: str, name: str | Promise, sentence: str | Promise, permissions: str = "") -> Desk:
    return Desk(code, path, name, sentence, frozenset(permissions.split()))


DESKS: dict[str, Desk] = {
    desk.code: desk
    for desk in (
        _desk("desk", "/desk/", _("Call desk"), _("Answer, triage and send the right help."), "take_calls"),
        _desk("board", "/board/", _("Live board"), _("Every call and unit, as it is now."), "watch_board"),
        _desk("field", "/field/", _("Field"), _("Assignments, arrival and the encounter."), "work_field"),
        _desk("provider", "/referrals/", _("Referrals"), _("Answer referrals and post your capacity."),
              "answer_referrals send_referrals"),
        _desk("casework", "/cases/", _("Caseload"), _("Who needs you today, and why."), "work_cases"),
        _desk("tables", "/tables/", _("Hub tables"), _("Talk about acute risk, sharing no more than needed."),
              "sit_at_tables keep_tables"),
        _desk("records", "/people/", _("People"), _("Records side by side; links reviewed and undone."),
              "keep_records"),
        _desk("evaluator", "/evaluation/", _("Evaluation"), _("What changed, for whom, and how sure we are."),
              "evaluate"),
        _desk("analyst", "/insight/", _("Insight"), _("Where need is, hour by hour, without names."),
              "see_insight offer_outreach"),
        _desk("planner", "/planning/", _("Planning"), _("Shifts, coverage, budgets and their trade-offs."),
              "plan approve_plans"),
        _desk("trainer", "/training/", _("Training"), _("Requirements, sessions, certificates, scenarios."),
              "train learn"),
        _desk("steward", "/trust/", _("Trust"), _("Who saw what, why, and on what basis."),
              "keep_trust sign_agreements approve_policy"),
        _desk("resident", "/community/", _("Community"), _("Find help, say how it went, see what was done.")),
        _desk("mine", "/mine/", _("My record"), _("Your plan, your consents, and who looked."), "see_mine"),
        _desk("setup", "/setup/", _("Setup"), _("Agencies, people, roles, units and imports."), "administer"),
    )
}  # fmt: skip


def desks_for(actor: Actor) -> list[Desk]:
    """The desks that the actor may enter, in the chain's order; the public one always among them."""
    return [desk for desk in DESKS.values() if desk.opens_for(actor)]
