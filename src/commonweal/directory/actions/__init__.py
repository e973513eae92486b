"""Verbs of this room: file services, import directories, post and confirm capacity."""

from commonweal.directory.actions.capacity import free_again, learn, post_capacity, unlearn
from commonweal.directory.actions.filing import assure, file_service, keep_provider, retire_service
from commonweal.directory.actions.importing import import_services
from commonweal.directory.actions.past import PastPost, bring_capacity
from commonweal.directory.entries import Entry, Hours, Organisation, Place, Record, Telephone

__all__ = [
    "Entry", "Hours", "Organisation", "PastPost", "Place", "Record", "Telephone", "assure",
    "bring_capacity", "file_service", "free_again", "import_services", "keep_provider", "learn",
    "post_capacity", "retire_service", "unlearn",
]  # fmt: skip
