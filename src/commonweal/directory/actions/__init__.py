"""Verbs of this room: file services, import directories, post and confirm capacity."""

from commonweal.directory.actions.capacity import free_again, learn, post_capacity, unlearn
from commonweal.directory.actions.correcting import correct_service, enter_service, trust_source
from commonweal.directory.actions.filing import assure, file_service, keep_provider, retire_service
from commonweal.directory.actions.holding import (
    arrive_on_hold,
    end_late_holds,
    extend_hold,
    hold_place,
    release_hold,
    set_hold_limit,
)
from commonweal.directory.actions.importing import import_services
from commonweal.directory.actions.merging import (
    Sought,
    merge_services,
    part_services,
    reopen_pair,
    seek_twins,
)
from commonweal.directory.actions.past import PastPost, bring_capacity
from commonweal.directory.entries import Entry, Hours, Organisation, Place, Record, Telephone

__all__ = [
    "Entry", "Hours", "Organisation", "PastPost", "Place", "Record", "Sought", "Telephone", "arrive_on_hold",
    "assure", "bring_capacity", "correct_service", "end_late_holds", "enter_service", "extend_hold",
    "file_service", "free_again", "hold_place", "import_services", "keep_provider", "learn", "merge_services",
    "part_services", "post_capacity", "release_hold", "reopen_pair", "retire_service", "seek_twins",
    "set_hold_limit", "trust_source", "unlearn",
]  # fmt: skip
