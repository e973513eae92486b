"""Canaries: every protected text of a populated system becomes a token that tells where it came from."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, Field, Model, TextField
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.agencies.roles import ROLES
from commonweal.calls import actions as calls
from commonweal.encounters import actions as encounters
from commonweal.kernel.labels import PLAIN, labels_of
from commonweal.kernel.models import JournalLine
from commonweal.people import actions as people
from commonweal.referrals import actions as referrals
from factories import cases, directory
from factories.calls import TROUBLED, open_centre
from factories.cast import SETUP, consented, someone
from factories.visitor import visit

# codes of a vocabulary, not words of anybody; and keys that are only compared
CODES = {"given_key", "family_key", "place_source", "geocode_quality", "photo"}
SHORTEST = 32
STREAMS = ("live/", "account/", "demo/", "language/", "static/")
NOBODYS = {"stranger", "administrator", "analyst", "privacy_officer", "training_coordinator"}


@dataclass
class Canary:
    """Where a token was put, and the ids under which a read of it may be journalled."""

    label: str
    where: str
    ids: frozenset[str]


@dataclass
class Site:
    """A populated system: the ids to visit pages with, the clients, the tokens."""

    ids: dict[str, list[UUID]] = field(default_factory=dict)
    clients: dict[str, tuple[str, Client]] = field(default_factory=dict)
    canaries: dict[str, Canary] = field(default_factory=dict)


def populate() -> Site:
    """One person known to the police and to care: a call, an encounter, a referral, a case, a consent."""
    centre = open_centre()
    cast = centre.cast
    person, record = someone(cast, "police", address="12 Quay St", description="Tall")
    police = cast.agency["police"]
    people.keep_plan(by=SETUP, person=person, agency=police, helps="h", harms="s", contacts="c", summary="z")
    people.note_caution(by=SETUP, person=person, agency=police, text="A dog")
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    calls.identify(by=centre.desk, call=call, person=person)
    calls.note(by=centre.desk, call=call, text="Rings twice")
    clinician = next(a for a in centre.crews["CO1"] if a.role == "clinician")
    officer = next(a for a in centre.crews["CO1"] if a.role == "cit_officer")
    encounter = encounters.open_encounter(by=clinician, call=call, person=person)
    encounters.record(by=clinician, encounter=encounter.id, clinical_impression="c", shared_note="s")
    encounters.record(by=officer, encounter=encounter.id, narrative="n")
    support = cases.support(cast)
    people.link(by=SETUP, left=record.id, right=_record_of(support.person))
    beds = directory.service("Lantern night beds", agency=cast.agency["hmis_shelter"])
    referral = referrals.make(by=support.manager, service=beds, person=support.person, needs=["shelter"])
    consent = consented(cast, person, "roi", ["social_service"], ["case_plan"])
    cast.actors |= {"clinician": clinician, "cit_officer": officer}
    cast.actors["person"] = agency_queries.actor(
        agencies.open_account(
            by=SETUP, username="rosa", display_name="Account", role="person", person=person
        ).id
    )
    site = Site({
        "call": [call], "encounter": [encounter.id], "case": [support.case], "referral": [referral.id],
        "person": [person], "record": [record.id], "consent": [consent], "service": [beds],
        "agency": [police], "unit": [centre.units["CO1"]],
    })  # fmt: skip
    for role in ROLES:
        site.clients[role] = (cast[role].id, _entered(cast[role]))
    site.clients["stranger"] = ("public", Client())
    site.canaries = dict(plant())
    return site


def _record_of(person: UUID) -> UUID:
    from commonweal.people import queries

    return queries.records_of(person)[0].id


def _entered(actor) -> Client:
    """Signed in for pages, with a token of every scope of the role for the API."""
    client = visit(actor)
    _, secret = agencies.issue_token(
        by=SETUP, account=UUID(actor.id), name="crawl", scopes=[*actor.permissions, "read"]
    )
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def plant() -> Iterator[tuple[str, Canary]]:
    """Write a token into every protected text of every row."""
    for model in apps.get_models():
        if not model.__module__.startswith("commonweal."):
            continue
        labels = labels_of(model)
        for column in model._meta.concrete_fields:
            label = labels.get(column.name, "operational")
            if label not in PLAIN and _holds_words(column):
                yield from _fill(model, column, label)


def _holds_words(column: Field) -> bool:
    if column.name in CODES or column.choices or not isinstance(column, (CharField, TextField)):
        return False
    return column.max_length is None or column.max_length >= SHORTEST


def _fill(model: type[Model], column: Field, label: str) -> Iterator[tuple[str, Canary]]:
    for row in model._default_manager.all():
        token = f"cq{secrets.token_hex(8)}"
        model._default_manager.filter(pk=row.pk).update(**{column.name: token})
        ids = {str(getattr(row, f.attname)) for f in model._meta.concrete_fields}
        yield token, Canary(label, f"{model._meta.label}.{column.name}", frozenset(ids))


def addresses(site: Site) -> Iterator[str]:
    """Every address of the product that a GET may reach, with ids of rows that exist."""
    for prefix, pattern in _patterns(get_resolver().url_patterns, ""):
        if prefix.startswith(STREAMS):
            continue
        names = [n for n in pattern.pattern.converters]
        every = {i for ids in site.ids.values() for i in ids}
        choices = [None] if not names else _ids_for(names[0], site) or every
        for chosen in choices:
            path = prefix
            for name, converter in pattern.pattern.converters.items():
                value = chosen if "uuid" in type(converter).__name__.lower() else "t"
                kinds = ("uuid:", "str:", "slug:", "int:", "")
                for spelled in (f"<{kind}{name}>" for kind in kinds):
                    path = path.replace(spelled, str(value if "int" not in spelled[:4] else 1))
            yield f"/{path}"


def _ids_for(name: str, site: Site) -> list[UUID]:
    return site.ids.get(name.removesuffix("_id"), [])


def _patterns(found, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        here = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns, here)
        else:
            yield here, one


def crawl(site: Site, roles: list[str]) -> list[str]:
    """Visit everything as these roles; what went wrong, in words, one line each."""
    faults: list[str] = []
    paths = sorted(set(addresses(site)))
    for role in roles:
        actor, client = site.clients[role]
        client.raise_request_exception = False
        for path in paths:
            faults += visit_one(site, role, actor, client, path)
    return sorted(set(faults))


def visit_one(site: Site, role: str, actor: str, client: Client, address: str) -> list[str]:
    """One request, and the tokens in its bytes that no line written during it accounts for."""
    last = JournalLine.objects.order_by("-id").values_list("id", flat=True).first() or 0
    response = client.get(address)
    if response.status_code >= 500:
        return [f"{role} {address}: {response.status_code}"]
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace")
    present = [t for t in site.canaries if t in text] if "cq" in text else []
    if not present:
        return []
    lines = list(JournalLine.objects.filter(id__gt=last, actor=actor, kind="sharing.read"))
    faults = []
    for token in present:
        canary = site.canaries[token]
        if role in NOBODYS:
            faults.append(f"{role} {address}: received {canary.where}")
        elif not any(_accounts(line, canary) for line in lines):
            faults.append(f"{role} {address}: {canary.where} ({canary.label}) without a journal line")
    return faults


def _accounts(line: JournalLine, canary: Canary) -> bool:
    category, _, name = canary.label.partition(".")
    data = line.data
    return (
        str(data.get("id", line.subject)) in canary.ids
        and data.get("category") == category
        and name in data.get("fields", ())
    )
