"""Verbs of this room: open, record, name the person, assess, agree, close, amend, follow up; sync phones."""

from commonweal.encounters.actions.applying import Answer
from commonweal.encounters.actions.diverging import settle
from commonweal.encounters.actions.following import hand_over_follow_ups, schedule_follow_up
from commonweal.encounters.actions.leasing import (
    Leased,
    earlier_lease,
    end_lease,
    is_cut_off,
    lease,
    proven,
)
from commonweal.encounters.actions.paper import enter_paper_encounter
from commonweal.encounters.actions.photographing import (
    PHOTOGRAPH_KINDS,
    PHOTOGRAPH_REASONS,
    Picture,
    add_photograph,
    destroy_photograph,
    restore_photograph,
    scan_photographs,
    withdraw_photograph,
)
from commonweal.encounters.actions.recording import (
    REQUIRED,
    amend,
    close_encounter,
    follow_up,
    lacking,
    missing,
    name_person,
    open_encounter,
    record,
)
from commonweal.encounters.actions.syncing import discard_held, quarantine, release_held, sync
from commonweal.encounters.agreeing import Agreed, agree
from commonweal.encounters.past import bring_past
from commonweal.encounters.screening import assess, screen
from commonweal.encounters.vocabulary import words

__all__ = [
    "PHOTOGRAPH_KINDS", "PHOTOGRAPH_REASONS", "Picture", "add_photograph", "destroy_photograph",
    "restore_photograph", "scan_photographs", "withdraw_photograph",
    "REQUIRED", "Agreed", "Answer", "Leased", "agree", "amend", "assess", "bring_past", "close_encounter",
    "discard_held", "earlier_lease", "end_lease", "enter_paper_encounter", "follow_up",
    "is_cut_off", "lacking", "lease", "missing",
    "name_person", "open_encounter", "proven", "quarantine", "record", "release_held",
    "hand_over_follow_ups", "schedule_follow_up", "screen", "settle",
    "sync", "words",
]  # fmt: skip
