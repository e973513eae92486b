"""File providers and services: idempotent by source and external id, the original kept."""

from dataclasses import asdict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Model

from commonweal.directory import events, needs
from commonweal.directory.entries import Entry, Organisation, Place
from commonweal.directory.models import (
    CostOption,
    Language,
    Offer,
    Phone,
    Provider,
    RequiredDocument,
    Schedule,
    Service,
    Site,
    Topic,
)
from commonweal.directory.models.places import DELIVERIES
from commonweal.directory.written import with_changes
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.ids import stable_id

PLAIN = (
    "description alternate_name status url email application_process fees wait_time eligibility "
    "minimum_age maximum_age area interpretation alert assured_at assurer capacity_unit capacity_total "
    "accepts_involuntary accepts_drop_off pathway"
).split()
KEPT = frozenset("agency referral_email delivery email website description alternate_name".split())


@transaction.atomic
def keep_provider(*, by: Actor, name: str, provider: UUID | None = None, **facts: object) -> Provider:
    """Add a provider, or change the one given. `facts`: see KEPT."""
    if unknown := set(facts) - KEPT:
        raise Invalid("facts", ", ".join(sorted(unknown)), f"Use: {', '.join(sorted(KEPT))}.")
    if not name.strip():
        raise Invalid("name", name, "Give the name of the organisation.")
    found = Provider.objects.filter(id=provider).first() if provider else Provider()
    if found is None:
        raise NotFound("provider")
    if "agency" in facts:
        facts["agency_id"] = facts.pop("agency")
    if facts.get("delivery", "inbox") not in DELIVERIES:
        raise Invalid("delivery", facts["delivery"], f"Use one of: {', '.join(DELIVERIES)}.")
    found.name = name.strip()
    for field, value in facts.items():
        setattr(found, field, value)
    _reachable(found)
    found.save()
    journal.write(by=by, event=events.ProviderFiled(provider=found.id, fields=tuple(sorted(facts))))
    return found


def _reachable(found: Provider) -> None:
    """Invalid where a way of delivery lacks what it needs, or the address is none."""
    if found.referral_email:
        try:
            validate_email(found.referral_email)
        except ValidationError as wrong:
            raise Invalid(
                "referral_email", found.referral_email, "Write an address like name@example.org."
            ) from wrong
    elif found.delivery == "mail":
        raise Invalid("referral_email", "", "Give the address to which answer links are mailed.")
    if found.delivery == "fhir" and not found.agency_id:
        raise Invalid("agency", "", "Choose the agency whose system takes the files.")


@transaction.atomic
def file_service(*, by: Actor, entry: Entry, provider: UUID | None = None) -> tuple[Service, str]:
    """File one service; returns it and `accepted`, `updated` or `unchanged`.

    The same source and external id is the same service, and its fingerprint tells a change. `provider`
    hangs it on a provider that is here already instead of the entry's organisation.
    """
    known = _known(entry)
    mark = entry.fingerprint()
    if known and known.fingerprint == mark:
        return known, "unchanged"
    if known and known.corrections:  # what was corrected here stands
        entry = with_changes(entry, known.corrections)
    owner = (
        Provider.objects.filter(id=provider).first() if provider else _provider(entry.source, entry.provider)
    )
    if owner is None:
        raise NotFound("provider")
    service = known or Service()
    if known is None and entry.external_id:
        service.id = stable_id("service", entry.source, entry.external_id)
    write_entry(service, entry, owner, mark)
    outcome = "updated" if known else "accepted"
    event = events.ServiceFiled(service=service.id, provider=owner.id, outcome=outcome)
    journal.write(by=by, event=event)
    return service, outcome


def write_entry(service: Service, entry: Entry, owner: Provider, mark: str) -> None:
    """Everything of the entry into its rows; `mark` is the fingerprint of what the source said."""
    topics = _topics(entry)
    _write(service, entry, owner, topics, mark)
    _replace_facts(service, entry, topics)
    _place(service, entry, owner)


def _known(entry: Entry) -> Service | None:
    if not entry.external_id:
        return None
    same = Service.objects.select_for_update().filter(source=entry.source, external_id=entry.external_id)
    return same.first()


def _provider(source: str, given: Organisation) -> Provider:
    key = given.external_id or "name:" + needs.fold(given.name)[:180]
    values = {k: v for k, v in asdict(given).items() if k != "external_id"}
    found, _ = Provider.objects.get_or_create(
        source=source, external_id=key, defaults={"id": stable_id("provider", source, key), **values}
    )
    changed = {k: v for k, v in values.items() if v and getattr(found, k) != v}
    if changed:
        for name, value in changed.items():
            setattr(found, name, value)
        found.save(update_fields=list(changed))
    return found


def _topics(entry: Entry) -> dict[str, str]:
    if entry.topics:
        return dict.fromkeys(needs.checked(entry.topics), "")
    return needs.recognised(f"{entry.name} . {entry.keywords}") or needs.recognised(entry.description)


def _write(service: Service, entry: Entry, owner: Provider, topics: dict[str, str], mark: str) -> None:
    for name in PLAIN:
        setattr(service, name, getattr(entry, name))
    service.name, service.provider, service.fingerprint = entry.name.strip(), owner, mark
    service.source, service.external_id, service.original = (
        entry.source,
        entry.external_id,
        dict(entry.original),
    )
    service.sexes, service.requirements = list(entry.sexes), list(entry.requirements)
    service.exclusions = list(entry.exclusions)
    names = [need.en + " " + need.es for code, need in needs.vocabulary().items() if code in topics]
    service.search_name = needs.fold(f"{entry.name} {owner.name}")[:420]
    places = [f"{p.name} {'' if p.is_confidential else p.address} {p.city} {p.postal}" for p in entry.places]
    words = [entry.name, entry.alternate_name, owner.name, owner.alternate_name, entry.keywords]
    words += [entry.description, entry.eligibility, *places, *names]
    service.search_text = needs.fold(" ".join(words))
    service.save()


def _replace_facts(service: Service, entry: Entry, topics: dict[str, str]) -> None:
    rows: dict[type[Model], list[dict[str, object]]] = {
        Schedule: [
            {"byday": ",".join(h.days), "opens_at": h.opens, "closes_at": h.closes, "description": h.text}
            for h in entry.hours
        ],
        Phone: [
            {"number": p.number, "extension": p.extension, "kind": p.kind, "description": p.text}
            for p in entry.phones
        ],
        Language: [{"code": code, "name": name} for code, name in dict.fromkeys(entry.languages)],
        Topic: [{"code": code, "word": word} for code, word in topics.items()],
        RequiredDocument: [{"document": document} for document in entry.documents],
        CostOption: [{"option": option, "amount": amount} for option, amount in entry.costs],
    }
    for table, values in rows.items():
        manager = table._default_manager
        manager.filter(service=service).delete()
        manager.bulk_create([table(service=service, **one) for one in values])


def _place(service: Service, entry: Entry, owner: Provider) -> None:
    sites = [_site(owner, entry, number, place) for number, place in enumerate(entry.places)]
    service.offers.exclude(site__in=sites).delete()
    for site in sites:
        Offer.objects.get_or_create(service=service, site=site)


def _site(owner: Provider, entry: Entry, number: int, place: Place) -> Site:
    key = place.external_id or f"{entry.external_id or service_key(entry)}#{number}"
    values = {k: v for k, v in asdict(place).items() if k != "external_id"}
    site, _ = Site.objects.update_or_create(
        source=entry.source, external_id=key,
        defaults={"provider": owner, **values},
        create_defaults={"id": stable_id("site", entry.source, key), "provider": owner, **values},
    )  # fmt: skip
    return site


def service_key(entry: Entry) -> str:
    """A key for places of a service that its source gave no id."""
    return needs.fold(f"{entry.provider.name}/{entry.name}")[:180]


@transaction.atomic
def assure(*, by: Actor, service: UUID, assurer: str) -> Service:
    """Confirm that the entry is right today (HSDS assured_date, assurer)."""
    found = _one(service)
    found.assured_at, found.assurer = clock.today(), assurer
    found.save(update_fields=["assured_at", "assurer"])
    journal.write(by=by, event=events.ServiceAssured(service=service))
    return found


@transaction.atomic
def retire_service(*, by: Actor, service: UUID, status: str = "inactive") -> Service:
    """Take a service out of search: inactive, defunct or temporarily closed; `active` brings it back."""
    found = _one(service)
    allowed = [s for s, _ in Service._meta.get_field("status").flatchoices]
    if status not in allowed:
        raise Invalid("status", status, f"Use one of: {', '.join(allowed)}.")
    found.status = status
    found.save(update_fields=["status"])
    journal.write(
        by=by, event=events.ServiceFiled(service=service, provider=found.provider_id, outcome=status)
    )
    return found


def _one(service: UUID) -> Service:
    found = Service.objects.select_for_update().filter(id=service).first()
    if found is None:
        raise NotFound("service")
    return found
