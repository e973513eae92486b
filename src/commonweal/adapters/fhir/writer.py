"""What the API may call of this folder that reads or writes rooms: take referrals in, give them out.

What needs no instance (bytes to checked resources) is `reader`.
"""

from commonweal.adapters.fhir.arrive import Arrived, arrive
from commonweal.adapters.fhir.deliver import answered
from commonweal.adapters.fhir.resources import WriteError, bundle, instant, patient, service_request, task
from commonweal.adapters.fhir.values import Party, Person, Referral

__all__ = [
    "Arrived", "Party", "Person", "Referral", "WriteError", "answered", "arrive", "bundle", "instant",
    "patient", "service_request", "task",
]  # fmt: skip
