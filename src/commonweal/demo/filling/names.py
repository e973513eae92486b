"""What the county's keys became in the instance: ids of agencies, workers, units, services, people."""

from dataclasses import dataclass, field
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, system

CLERK = system("demo")


@dataclass
class Ids:
    """Keys of the generated county to ids of the instance."""

    agency: dict[str, UUID] = field(default_factory=dict)
    team: dict[str, UUID] = field(default_factory=dict)
    worker: dict[str, UUID] = field(default_factory=dict)
    unit: dict[str, UUID] = field(default_factory=dict)
    service: dict[str, UUID] = field(default_factory=dict)
    person: dict[int, UUID] = field(default_factory=dict)
    _actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, worker: str) -> Actor:
        """A worker acting, by key such as `harlow_pd.cit_officer.3`."""
        if worker not in self._actors:
            self._actors[worker] = agencies.actor(self.worker[worker])
        return self._actors[worker]
