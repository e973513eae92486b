"""Reads of this room. Subject `case` is category case_plan; a discussion shows what its filter allows."""

from commonweal.cases.matrix import matrix
from commonweal.cases.queries.care import (
    Outline,
    TeamMember,
    caseload,
    contacts,
    mine,
    of_person,
    outline,
    plans,
    ratings,
    tasks_due,
    team,
)
from commonweal.cases.queries.tables import (
    Chair,
    DiscussionView,
    Door,
    chairs,
    discussions,
    doors,
    figures,
    room,
    seats,
    tables,
    tables_of,
)
from commonweal.cases.vocabulary import conclusions, protective_factors, risk_factors

__all__ = [
    "Chair",
    "DiscussionView",
    "Door",
    "Outline",
    "TeamMember",
    "caseload",
    "chairs",
    "conclusions",
    "contacts",
    "discussions",
    "doors",
    "figures",
    "matrix",
    "mine",
    "of_person",
    "outline",
    "plans",
    "protective_factors",
    "ratings",
    "risk_factors",
    "room",
    "seats",
    "tables",
    "tables_of",
    "tasks_due",
    "team",
]
