"""Providers' services with hours, languages and rules, and two weeks of posted room."""

from dataclasses import replace
from datetime import time

from django.db import transaction

from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.organization import Organization
from commonweal.demo.services import CapacityPost, Service
from commonweal.directory import actions as directory
from commonweal.directory import queries as directory_queries

BY_MAIL = {"delivery": "mail", "referral_email": "intake@lakeside-legal.example"}
"""The smallest provider answers by links in the mail: letters lie in the instance's `mail` folder."""
LANGUAGE_NAMES = {"en": "English", "es": "Spanish", "vi": "Vietnamese", "tl": "Tagalog", "ar": "Arabic"}


@transaction.atomic
def fill(services: tuple[Service, ...], organization: Organization, ids: Ids) -> None:
    """File every service and hang it on its provider agency."""
    names = {a.code: a.name for a in organization.agencies}
    for service in services:
        entry = _entry(service, names[service.provider])
        row, _outcome = directory.file_service(by=CLERK, entry=entry)
        directory.keep_provider(
            by=CLERK,
            provider=row.provider_id,
            name=names[service.provider],
            agency=ids.agency[service.provider],
            **(BY_MAIL if service.provider == "legal" else {}),
        )
        ids.service[service.key] = row.id
    _listed_twice([service for service in services if not service.is_confidential], names)


def _listed_twice(services: list[Service], names: dict[str, str]) -> None:
    """The county's printed list names two of them too: one pair was merged, one waits for a person."""
    rows = []
    for service in services[-2:]:
        printed = replace(service, name=service.name.replace(" and ", " & "), key=f"list-{service.key}")
        entry = replace(_entry(printed, f"{names[service.provider]}, Inc."), source="county-list")
        rows.append(directory.file_service(by=CLERK, entry=entry)[0].id)
    directory.seek_twins(by=CLERK)
    for pair in directory_queries.pairs():
        if rows[0] in (pair.left_id, pair.right_id):
            stays = pair.left_id if pair.right_id == rows[0] else pair.right_id
            directory.merge_services(by=CLERK, survivor=stays, merged=rows[0])


def _entry(service: Service, provider: str) -> directory.Entry:
    hours = directory.Hours(
        days=service.days, opens=_time(service.opens), closes=_time(service.closes),
        text=f"{service.opens} to {service.closes}",
    )  # fmt: skip
    place = directory.Place(
        external_id=f"{service.key}-site", name=provider, city="Harlow", lon=service.lon, lat=service.lat,
        is_confidential=service.is_confidential,
    )  # fmt: skip
    return directory.Entry(
        source="harlow",
        external_id=service.key,
        provider=directory.Organisation(name=provider, external_id=service.provider),
        name=service.name,
        alternate_name=service.name_es,
        topics=service.needs,
        hours=(hours,),
        places=(place,),
        phones=(directory.Telephone(number=service.phone),),
        languages=tuple((code, LANGUAGE_NAMES.get(code, code)) for code in service.languages),
    )


def _time(text: str) -> time:
    hour, _colon, minute = text.partition(":")
    return time(int(hour) % 24, int(minute or 0))


def room(posts: list[CapacityPost], ids: Ids) -> int:
    """What providers posted, each at its time, as an archive would come; returns how many posts."""
    rows = [
        directory.PastPost(service=ids.service[p.service], at=p.at, available=p.available, waiting=p.waiting)
        for p in sorted(posts, key=lambda p: p.at)
    ]
    return directory.bring_capacity(by=CLERK, posts=rows)
