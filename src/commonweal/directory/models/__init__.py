"""Nouns of this room: providers with their sites, services with their facts, posts of capacity."""

from commonweal.directory.models.capacity import CapacityPost
from commonweal.directory.models.facts import CostOption, Language, Phone, RequiredDocument, Schedule, Topic
from commonweal.directory.models.holds import PlaceHold
from commonweal.directory.models.pairs import ServicePair
from commonweal.directory.models.places import Offer, Provider, Service, Site

__all__ = [
    "CapacityPost", "CostOption", "Language", "Offer", "Phone", "PlaceHold", "Provider",
    "RequiredDocument", "Schedule", "Service", "ServicePair", "Site", "Topic",
]  # fmt: skip
