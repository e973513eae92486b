"""Reads of this room. Services are public and name nobody, so no permit is asked."""

from commonweal.directory.hours import Span, is_open, next_opening
from commonweal.directory.needs import Need, vocabulary
from commonweal.directory.queries.fitting import Fitting, fit_of, fitting
from commonweal.directory.queries.holds import Held, hold_endings, hold_for, hold_minutes, holds_of
from commonweal.directory.queries.pairs import (
    Beside,
    ServicePair,
    beside,
    family,
    pairs,
    standing_ids,
    stands_for,
)
from commonweal.directory.queries.rooms import Room, capacity, history, latest_posts, own_services, stale
from commonweal.directory.queries.search import Found, Summary, languages, search
from commonweal.directory.queries.services import (
    Detail,
    Receiver,
    entries_of,
    entry,
    is_reached,
    offered_by,
    provider,
    providers,
    receiver,
    service,
    summaries,
)
from commonweal.directory.queries.whole import (
    Offer,
    Provider,
    Schedule,
    Service,
    offering_providers,
    whole_services,
)

__all__ = [
    "Beside", "Detail", "Fitting", "Found", "Held", "Need", "Offer", "Provider", "Receiver", "Room",
    "Schedule", "Service", "ServicePair", "Span", "Summary", "beside", "capacity", "entries_of", "entry",
    "family", "fit_of", "fitting", "history", "hold_endings", "hold_for", "hold_minutes", "holds_of",
    "is_open", "is_reached", "languages", "latest_posts", "next_opening", "offered_by",
    "offering_providers", "own_services", "pairs", "provider", "providers", "receiver", "search", "service",
    "stale", "standing_ids", "stands_for", "summaries", "vocabulary", "whole_services",
]  # fmt: skip
