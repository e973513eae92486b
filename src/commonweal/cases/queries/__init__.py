"""Reads of this room. Subject `case` is category case_plan; a discussion shows what its filter allows."""

from commonweal.cases.queries.care import (
    Outline,
    caseload,
    contacts,
    mine,
    of_person,
    outline,
    plans,
    ratings,
    tasks_due,
)
from commonweal.cases.queries.tables import DiscussionView, discussions, figures, room, tables_of
from commonweal.cases.vocabulary import conclusions, protective_factors, risk_factors

__all__ = [
    "DiscussionView",
    "Outline",
    "caseload",
    "conclusions",
    "contacts",
    "discussions",
    "figures",
    "mine",
    "of_person",
    "outline",
    "plans",
    "protective_factors",
    "ratings",
    "risk_factors",
    "room",
    "tables_of",
    "tasks_due",
]
