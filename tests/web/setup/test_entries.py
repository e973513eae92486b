"""A service that no file brings is written by hand; what a site corrects stands over what its source says."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from commonweal.directory import actions, queries
from commonweal.directory.models import Service
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.web import tongues
from factories import directory as make
from factories.cast import SETUP, Cast, gather
from factories.directory import CLERK, entry
from factories.visitor import visit

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Cedar night room", "description": "Ten beds.", "topics": ["shelter"], "minimum_age": "18",
    "maximum_age": "", "capacity_total": "10", "capacity_unit": "beds", "pathway": "tonight",
    "documents": "A paper\n\nAnother", "languages": ["es"], "accepts_drop_off": "on",
    "hours-0-days": ["MO", "TU"], "hours-0-opens": "18:00", "hours-0-closes": "08:00", "hours-0-text": "",
    "hours-1-opens": "", "hours-1-closes": "", "hours-1-text": "",
    "phones-0-number": "+14155550100", "phones-0-extension": "2", "phones-0-kind": "",
    "phones-0-text": "night",
    "places-0-external_id": "", "places-0-address": "1 Cedar St", "places-0-city": "Harlow",
}  # fmt: skip


@pytest.fixture(name="admin")
def the_admin() -> Client:
    """Whoever keeps the directory."""
    return visit(gather()["administrator"])


def provider() -> UUID:
    return actions.keep_provider(by=SETUP, name="Cedar House").id


@pytest.mark.parametrize(
    ("typed", "number", "extension"),
    [
        ("(415) 555-0100", "+14155550100", ""),
        ("415.555.0100 ext. 12", "+14155550100", "12"),
        ("1 415 555 0100", "+14155550100", ""),
        ("+44 20 7946 0018", "+442079460018", ""),
        ("211", "211", ""),
        ("555-0100", "555-0100", ""),
        ("1-800-SHELTER", "1-800-SHELTER", ""),
        ("415 555 0100, ask for Ana", "415 555 0100, ask for Ana", ""),
    ],
)
def test_a_number_is_kept_as_an_import_would_and_what_is_none_as_it_was_typed(
    admin: Client, typed: str, number: str, extension: str
) -> None:
    """So that one number is one number, whoever brought it; and writing it again changes nothing."""
    at = reverse("setup:entry_new", args=[provider()])
    assert not send(admin, at, **{"phones-0-number": typed, "phones-0-extension": ""})
    service = queries.search(need="shelter").rows[0].id
    assert queries.service(service).phones == ((number, extension, "night"),)
    again = reverse("setup:entry", args=[service])
    assert admin.post(again, as_shown(admin, service)).status_code == 302
    assert queries.service(service).phones == ((number, extension, "night"),)


def send(admin: Client, address: str, **given: object) -> str:
    answer = admin.post(address, {**FORM, **given})
    return answer.content.decode() if answer.status_code != 302 else ""


def as_shown(admin: Client, service: UUID, **given: object) -> dict[str, object]:
    """What a browser sends back of the form as it stands."""
    row, stands = queries.entry(service)
    sent: dict[str, object] = {
        name: "" if stands[name] is None else stands[name]
        for name in "name description url email alert fees capacity_unit pathway minimum_age".split()
    }
    sent |= {"topics": stands["topics"], "languages": [code for code, _ in stands["languages"]]}
    for part in ("hours", "phones", "places"):
        for n, one in enumerate(stands[part]):
            sent |= {f"{part}-{n}-{k}": v for k, v in one.items() if v is not None and v is not False}
    return sent | {"seen": row.updated_at.isoformat()} | given


def test_a_provider_and_its_service_are_written_by_hand_and_found(admin: Client) -> None:
    assert admin.post(reverse("setup:provider_new"), {"name": "Cedar House"}).status_code == 302
    owner = queries.providers("Cedar").get()
    assert "Add the service" in admin.get(reverse("setup:entry_new", args=[owner.id])).content.decode()
    assert not send(admin, reverse("setup:entry_new", args=[owner.id]))
    found = queries.search(need="shelter", language="es")
    detail = queries.service(found.rows[0].id)
    assert (detail.summary.name, detail.summary.provider) == ("Cedar night room", "Cedar House")
    assert detail.row.minimum_age == 18 and detail.row.accepts_drop_off
    assert detail.documents == ("A paper", "Another")
    assert detail.phones == (("+14155550100", "2", "night"),)
    assert [(s.day, f"{s.opens:%H}", f"{s.closes:%H}") for s in detail.week] == [
        (0, "18", "08"),
        (1, "18", "08"),
    ]
    assert detail.summary.address == "1 Cedar St, Harlow"
    assert [code for code, _ in detail.spoken] == ["es"]


def test_two_by_hand_of_one_name_are_two(admin: Client) -> None:
    owner = provider()
    first = actions.enter_service(by=SETUP, provider=owner, facts={"name": "A", "topics": ["food"]})
    second = actions.enter_service(by=SETUP, provider=owner, facts={"name": "A", "topics": ["food"]})
    assert first.id != second.id and first.source == second.source == "here"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": " "}, "Give the service a name"),
        ({"topics": []}, "Choose one need at least"),
        ({"topics": ["rocketry"]}, "Use:"),
        ({"minimum_age": "ten"}, "whole number"),
        ({"minimum_age": "200"}, "between 0 and 130"),
        ({"maximum_age": "3"}, "minimum age of 18"),
        ({"hours-0-opens": "25:99"}, "time of day like"),
        ({"hours-0-closes": ""}, "both the opening and the closing"),
        ({"name": "x" * 900}, "at most"),
        ({"phones-1-number": "", "phones-1-text": "day"}, "Give the number"),
        ({"pathway": "nowhere"}, "Choose from the list"),
        ({"capacity_total": "-4"}, "whole number"),
        ({"capacity_total": "2000000"}, "Give zero or more"),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_typed_is_lost(
    admin: Client, given: dict[str, object], told: str
) -> None:
    text = send(admin, reverse("setup:entry_new", args=[provider()]), **given)
    assert told in text and 'role="alert"' in text
    assert text.count('name="places-1-address"') == 1 and 'name="places-2-address"' not in text
    assert "Ten beds." in text and 'value="1 Cedar St"' in text and 'value="+14155550100"' in text
    assert not Service.objects.exists()


def test_the_form_sent_back_as_it_stood_changes_nothing(admin: Client) -> None:
    service = make.service()
    before, lines = queries.entry(service)[1], JournalLine.objects.count()
    at = reverse("setup:entry", args=[service])
    page = admin.get(at).content.decode()
    assert "comes from an import (test)" in page and "Corrected here" not in page
    assert admin.post(at, as_shown(admin, service)).status_code == 302
    assert queries.entry(service)[1] == before
    assert JournalLine.objects.filter(kind="directory.service_filed").count() == 1, lines


def test_a_correction_stands_over_the_next_import_and_all_else_follows_it(admin: Client) -> None:
    service = make.service("Harbor", external_id="h1")
    at = reverse("setup:entry", args=[service])
    assert admin.post(at, as_shown(admin, service, **{"phones-0-number": "+14155550199"})).status_code == 302
    assert "Corrected here: Phones" in " ".join(admin.get(at).content.decode().split())
    again = make.service("Harbor", external_id="h1", fees="Free now")
    found = queries.service(again)
    assert again == service and found.row.fees == "Free now"
    assert [number for number, _, _ in found.phones] == ["+14155550199"]
    filed = JournalLine.objects.filter(kind="directory.service_filed").order_by("id")
    assert [line.data["outcome"] for line in filed] == ["accepted", "corrected", "updated"]


def test_the_source_speaks_again_when_it_is_let(admin: Client) -> None:
    service = make.service("Harbor", external_id="h1")
    actions.correct_service(by=SETUP, service=service, facts={"fees": "Ten"})
    assert admin.post(reverse("setup:entry", args=[service]), {"source": "1"}).status_code == 302
    assert queries.service(service).row.fees == "Ten", "until its file comes again"
    make.service("Harbor", external_id="h1")
    assert queries.service(service).row.fees == ""
    with pytest.raises(Conflict):
        actions.trust_source(by=SETUP, service=service)


def test_a_place_keeps_its_point_while_its_address_stands(admin: Client) -> None:
    service = make.service()
    at = reverse("setup:entry", args=[service])
    admin.post(at, as_shown(admin, service, **{"places-0-name": "Side door"}))
    [place] = queries.entry(service)[1]["places"]
    assert (place["name"], place["lon"], place["lat"]) == ("Side door", -122.4, 37.77)
    admin.post(at, as_shown(admin, service, **{"places-0-address": "Nowhere known 9"}))
    [moved] = queries.entry(service)[1]["places"]
    assert (moved["address"], moved["lon"]) == ("Nowhere known 9", None)
    assert moved["external_id"] == place["external_id"]


def test_nobody_takes_another_provider_s_place_by_its_id(admin: Client) -> None:
    theirs = make.service("Harbor", external_id="h1")
    key = queries.entry(theirs)[1]["places"][0]["external_id"]
    send(admin, reverse("setup:entry_new", args=[provider()]), **{"places-0-external_id": key})
    assert queries.service(theirs).summary.address == "12 Quay St, Harlow"


def test_two_who_write_at_once_hear_of_each_other(admin: Client) -> None:
    service = make.service()
    sent = as_shown(admin, service, fees="Mine")
    actions.correct_service(by=SETUP, service=service, facts={"fees": "Theirs"})
    answer = admin.post(reverse("setup:entry", args=[service]), sent)
    assert answer.status_code == 409 and "changed this entry meanwhile" in answer.content.decode()
    assert "Mine" in answer.content.decode() and queries.service(service).row.fees == "Theirs"


def test_an_entry_that_was_merged_is_corrected_where_it_leads(admin: Client) -> None:
    kept, gone = make.service("Harbor", external_id="h1"), make.service("Harbor too", external_id="h2")
    Service.objects.filter(id=gone).update(merged_into=kept)
    assert admin.get(reverse("setup:entry", args=[gone])).status_code == 404
    with pytest.raises(NotFound):
        actions.correct_service(by=SETUP, service=gone, facts={"fees": "Free"})


def test_plain_values_give_the_same_entry_back() -> None:
    from commonweal.directory.written import WRITABLE, plainly, with_changes

    whole = entry(topics=("shelter",), documents=("A paper",), sexes=("female",), minimum_age=18)
    bare = replace(whole, **dict.fromkeys(("hours", "phones", "places", "languages", "documents"), ()))
    assert with_changes(bare, plainly(whole, sorted(WRITABLE))) == whole
    with pytest.raises(Invalid, match="owner"):
        with_changes(whole, {"owner": "me"})
    with pytest.raises(NotFound):
        actions.enter_service(by=CLERK, provider=UUID(int=1), facts={"name": "A", "topics": ["food"]})


@pytest.mark.parametrize("role", ["call_taker", "shelter_worker", "clinician", "resident"])
def test_only_who_keeps_the_directory_writes_in_it(role: str) -> None:
    cast = gather()
    service = make.service()
    if role not in cast.agency and role == "resident":
        answer = Client().post(reverse("setup:entry", args=[service]), FORM)
        assert answer.status_code == 302 and "signin" in answer["Location"] or "login" in answer["Location"]
        return
    for address in (reverse("setup:provider_new"), reverse("setup:entry", args=[service])):
        assert visit(cast[role]).post(address, FORM).status_code == 403
    assert isinstance(cast, Cast)


def test_languages_are_named_and_sorted_in_the_reader_s_own() -> None:
    with translation.override("es"):
        named = [name for _code, name in tongues.several([("zh", ""), ("ar", ""), ("ru", ""), ("ase", "")])]
    assert named == ["árabe", "chino", "Lengua de señas americana", "ruso"]
