"""Roles and permissions: a list that a lawyer can read.

A permission opens a screen or an act; it never opens a person's data (that is the gate's, in
`sharing`). Each role maps to one of the actors of the disclosure vocabulary (defaults.md, section 2).
"""

from dataclasses import dataclass

PERMISSIONS = {
    "take_calls": "Answer calls, triage, and dispatch.",
    "watch_board": "Watch calls and units on the live board.",
    "supervise": "Override, approve protocols, and see hand-over.",
    "work_field": "Answer assignments, change unit status, and record encounters.",
    "answer_referrals": "Answer referrals sent to the own agency and post its capacity.",
    "send_referrals": "Send referrals.",
    "work_cases": "Open and work cases.",
    "sit_at_tables": "Take part in hub-table discussions.",
    "keep_tables": "Found hub tables, write their charter, and say who sits. Opens no discussion.",
    "keep_records": "Review links between source records and imports of the own agency.",
    "see_insight": "See maps and counts without names.",
    "offer_outreach": "See who may welcome help among those who agreed to it, and decide with a reason.",
    "plan": "Propose shifts, budgets and scenarios.",
    "approve_plans": "Approve proposed shifts.",
    "evaluate": "Freeze cohorts and run comparisons.",
    "keep_trust": "Read the register of disclosures, review break-glass, answer requests.",
    "sign_agreements": "Sign agreements for the own agency.",
    "approve_policy": "Approve what another person drafted of the site's own policy.",
    "train": "Keep courses, sessions, and certificates.",
    "learn": "See own requirements, and play scenarios.",
    "publish": "Publish to residents and answer feedback.",
    "administer": "Keep agencies, accounts, roles, units, and imports. Opens no one's record.",
    "see_mine": "See the own record and who looked at it.",
}


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its name for people, the actor it is for the gate, its permissions, its first screen."""

    code: str
    name: str
    policy_role: str
    permissions: frozenset[str]
    home: str
    medical: bool = False
    covered: bool = False


def _role(code: str, name: str, policy_role: str, home: str, permissions: str, **facts: bool) -> Role:
    return Role(code, name, policy_role, frozenset(permissions.split()), home, **facts)


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        _role("call_taker", "Call taker", "dispatcher", "/desk/", "take_calls watch_board learn"),
        _role(
            "supervisor",
            "Shift supervisor",
            "dispatcher",
            "/board/",
            "take_calls watch_board supervise learn",
        ),
        _role(
            "patrol_officer", "Patrol officer", "patrol_officer", "/field/", "work_field send_referrals learn"
        ),
        _role("cit_officer", "CIT officer", "cit_officer", "/field/", "work_field send_referrals learn"),
        _role(
            "clinician",
            "Co-response clinician",
            "corespond_clinician",
            "/field/",
            "work_field send_referrals work_cases sit_at_tables offer_outreach learn",
            covered=True,
        ),
        _role(
            "crisis_worker",
            "Crisis team member",
            "crisis_team",
            "/field/",
            "work_field send_referrals learn",
            medical=True,
            covered=True,
        ),
        _role(
            "medic",
            "Paramedic",
            "crisis_team",
            "/field/",
            "work_field send_referrals learn",
            medical=True,
            covered=True,
        ),
        _role(
            "case_manager",
            "Case manager",
            "case_manager",
            "/cases/",
            "work_cases send_referrals sit_at_tables learn",
        ),
        _role(
            "sud_counselor",
            "Treatment counselor",
            "sud_provider",
            "/referrals/",
            "answer_referrals learn",
            medical=True,
            covered=True,
        ),
        _role("shelter_worker", "Shelter worker", "shelter_worker", "/referrals/", "answer_referrals learn"),
        _role("provider_staff", "Service provider", "case_manager", "/referrals/", "answer_referrals learn"),
        _role(
            "hospital_staff",
            "Hospital staff",
            "hospital",
            "/referrals/",
            "answer_referrals learn",
            medical=True,
            covered=True,
        ),
        _role("prosecutor", "Prosecutor", "prosecutor", "/tables/", "sit_at_tables learn"),
        _role(
            "victim_advocate", "Victim advocate", "victim_advocate", "/referrals/", "answer_referrals learn"
        ),
        _role("records_steward", "Records steward", "record_steward", "/people/", "keep_records learn"),
        _role("analyst", "Analyst", "program_analyst", "/insight/", "see_insight learn"),
        _role(
            "program_manager",
            "Programme manager",
            "program_analyst",
            "/planning/",
            "plan see_insight evaluate publish keep_tables learn",
        ),
        _role(
            "plan_approver",
            "Plan approver",
            "program_analyst",
            "/planning/",
            "approve_plans plan see_insight learn",
        ),
        _role("evaluator", "Evaluator", "program_analyst", "/evaluation/", "evaluate see_insight learn"),
        _role(
            "privacy_officer",
            "Privacy officer",
            "privacy_auditor",
            "/trust/",
            "keep_trust sign_agreements approve_policy keep_tables learn",
        ),
        _role("counsel", "Counsel", "system_admin", "/trust/", "approve_policy learn"),
        _role("signatory", "Signatory", "system_admin", "/trust/", "sign_agreements learn"),
        _role("training_coordinator", "Training coordinator", "system_admin", "/training/", "train learn"),
        _role("community_liaison", "Community liaison", "program_analyst", "/community/", "publish learn"),
        _role("administrator", "Administrator", "system_admin", "/setup/", "administer learn"),
        _role("person", "Person helped", "subject_self", "/mine/", "see_mine"),
    )
}

# Roles that an agency's directory may give; an administrator is made by an administrator
ROLES_GIVEN = tuple(code for code in ROLES if code not in ("administrator", "person"))

# Whoever holds one of these works with other agencies at any hour: they see who is on duty
WORK_TOGETHER = (
    "take_calls", "watch_board", "work_field", "work_cases", "answer_referrals", "send_referrals",
    "sit_at_tables",
)  # fmt: skip
