"""The policy in force: the packs of the site, and over them what two people approved for their day."""

from functools import lru_cache
from typing import cast
from uuid import UUID

from django.conf import settings

from commonweal import packs
from commonweal.engines.disclosure import Policy
from commonweal.kernel import clock
from commonweal.kernel.prepared import Prepared
from commonweal.sharing import site
from commonweal.sharing.models import SitePolicy

IN_FORCE = Prepared(
    lambda now: (
        SitePolicy.objects.filter(state="approved", starts_at__lte=now)
        .order_by("-starts_at", "-number")
        .values_list("id")
    ),
    moments=["now"],
)


def law() -> Policy:
    """The packs that the operator put in force (COMMONWEAL_PACKS), without the site's own rules."""
    return _laid(tuple(settings.POLICY_PACKS))


def current() -> Policy:
    """The policy that decides now. One short statement; compiled once a version and process."""
    found = in_force_id()
    return law() if found is None else _of_version(found)


def in_force_id() -> UUID | None:
    """The version of the site's own policy in force; None where the site has set nothing."""
    rows = IN_FORCE.rows(now=clock.now())
    return cast("UUID", rows[0][0]) if rows else None


def in_force() -> SitePolicy | None:
    """The same, as the row."""
    found = in_force_id()
    return SitePolicy.objects.get(id=found) if found else None


def rules_in_force() -> site.Rules:
    """What the site set; without a version, what the operator installed."""
    found = in_force_id()
    return _rules_of(found) if found else site.Rules(states=installed_states())


def installed_states() -> tuple[str, ...]:
    """The state packs that the operator put in force: the floor under every version."""
    return tuple(name for name in settings.POLICY_PACKS if name in site.state_packs())


def under(rules: site.Rules, number: int) -> Policy:
    """The policy as it would be with these rules."""
    names = tuple(dict.fromkeys((*settings.POLICY_PACKS, *rules.states)))
    return Policy.compile([*_read(names), site.pack(rules, number, settings.JURISDICTION)])


@lru_cache(maxsize=8)
def _rules_of(version: UUID) -> site.Rules:
    return site.stored(SitePolicy.objects.values_list("rules", flat=True).get(id=version))


@lru_cache(maxsize=8)
def _of_version(version: UUID) -> Policy:
    found = SitePolicy.objects.get(id=version)
    return under(site.stored(found.rules), found.number)


@lru_cache(maxsize=4)
def _laid(names: tuple[str, ...]) -> Policy:
    return Policy.compile(_read(names))


def _read(names: tuple[str, ...]) -> list[object]:
    return [packs.read(f"policy/{name}.yaml") for name in names]
