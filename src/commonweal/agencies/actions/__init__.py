"""Verbs of this room: open agencies and accounts, invite, issue tokens, set shifts."""

from commonweal.agencies.actions.accounts import AccountChanges, AccountFacts, change_account, open_account
from commonweal.agencies.actions.calendars import (
    end_calendar_address,
    make_calendar_address,
    note_calendar_read,
)
from commonweal.agencies.actions.duty import set_duty_terms, sign_off, sign_on
from commonweal.agencies.actions.invitations import accept_invitation, invite, withdraw_invitation
from commonweal.agencies.actions.leaving import close_dormant, end_sessions, is_dormant, leave
from commonweal.agencies.actions.noting import note_sign_in, note_turned_away
from commonweal.agencies.actions.opening import (
    UnitFacts,
    change_agency,
    change_unit,
    open_agency,
    open_team,
    open_unit,
)
from commonweal.agencies.actions.past import bring_roster
from commonweal.agencies.actions.provisioning import Provisioned, change_provisioned, provision, withdraw
from commonweal.agencies.actions.shifts import clear_shift, copy_week, set_shift, set_shifts
from commonweal.agencies.actions.tokens import issue_token, revoke_token
from commonweal.agencies.devices import (
    end_on_device,
    note_device,
    restore_device,
    revoke_device,
    touch_device,
)

__all__ = [
    "AccountChanges", "AccountFacts", "Provisioned", "UnitFacts", "accept_invitation", "bring_roster",
    "change_account", "change_agency", "change_provisioned", "change_unit", "clear_shift",
    "close_dormant", "copy_week",
    "end_calendar_address", "end_on_device", "make_calendar_address", "note_calendar_read",
    "end_sessions", "invite", "is_dormant", "issue_token", "leave", "note_device", "note_sign_in",
    "note_turned_away", "open_account", "open_agency", "open_team", "open_unit", "provision",
    "restore_device", "revoke_device", "revoke_token", "set_duty_terms", "set_shift", "set_shifts",
    "sign_off", "sign_on", "touch_device", "withdraw",
    "withdraw_invitation",
]  # fmt: skip
