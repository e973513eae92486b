"""Verbs of this room: make and send, answer, arrange, settle, reroute; links; the timers."""

from commonweal.referrals.actions.answering import (
    accept,
    ask_info,
    attended,
    close,
    decline,
    no_show,
    outcome,
    say,
    schedule,
    start,
    view,
    waitlist,
)
from commonweal.referrals.actions.choosing import Wish, choose_reminder, end_reminders, withdraw_reminder
from commonweal.referrals.actions.handing_over import hand_over
from commonweal.referrals.actions.holding import extend, hand_off, hold, reach, release
from commonweal.referrals.actions.letting_know import DAYS, Written, let_sender_know
from commonweal.referrals.actions.links import (
    PEEK_LIMIT,
    answer_link,
    end_link,
    issue_link,
    not_mine,
    open_link,
)
from commonweal.referrals.actions.onward import agree_onward, sweep_onward, withdraw_onward
from commonweal.referrals.actions.reminding import (
    note_reminder_call,
    reminder_left,
    reminder_stayed,
    take_reminders,
)
from commonweal.referrals.actions.sending import Details, check, inform, make, reroute, send, withdraw
from commonweal.referrals.actions.timers import sweep
from commonweal.referrals.actions.undoing import take_back
from commonweal.referrals.past import STEP_FIELDS, bring_past

__all__ = [
    "DAYS", "Details", "PEEK_LIMIT", "STEP_FIELDS", "Wish", "Written", "choose_reminder", "end_reminders",
    "note_reminder_call", "reminder_left", "reminder_stayed", "take_reminders", "withdraw_reminder",
    "accept", "agree_onward", "answer_link",
    "ask_info",
    "attended", "bring_past", "check", "close", "decline", "end_link", "extend", "hand_off",
    "hand_over", "hold", "inform", "issue_link", "let_sender_know", "make", "no_show", "not_mine",
    "open_link", "outcome",
    "reach", "release", "reroute", "say", "schedule", "send", "start", "sweep", "sweep_onward",
    "take_back", "view", "waitlist", "withdraw", "withdraw_onward",
]  # fmt: skip
